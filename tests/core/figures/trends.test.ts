// Records, sizes, thresholds and the board as of a day, against plain loops over the same tables.
import { beforeAll, describe, expect, test } from "vitest";
import { toMarkup } from "../../../src/core/charts/svg.ts";
import { archiveOverTimeFigure, quartersOf } from "../../../src/core/figures/archive-over-time.ts";
import { asOfFigure } from "../../../src/core/figures/as-of.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import { recordsFigure } from "../../../src/core/figures/records.ts";
import { sizesFigure } from "../../../src/core/figures/sizes.ts";
import { smallestFigure } from "../../../src/core/figures/smallest.ts";
import { SIZES } from "../../../src/core/view/sizes.ts";
import { DEFAULT_VIEW } from "../../../src/core/view/view.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import { loadSite, type Site } from "../../../src/site/build/board.ts";
import { contextOf, makeFigure } from "../../../src/site/build/figures.ts";
import { EVERYTHING } from "./everything.ts";
import { askFigure, rowsOfMain } from "./run.ts";

const ask = (sql: string): Promise<Row[]> => withDuckDB((db) => readQuery(db, sql));

let site: Site;
let models: Row[];
beforeAll(async () => {
  site = await loadSite();
  models = (await rowsOfMain()).filter((m) => m.flagged !== true);
});

const id = (row: Row) => String(row.eval_id);
/** Ascending by a few keys, numbers or text. */
const by =
  (...keys: ((row: Row) => number | string)[]) =>
  (a: Row, b: Row) => {
    for (const key of keys) {
      const [x, y] = [key(a), key(b)];
      if (x !== y) return x < y ? -1 : 1;
    }
    return 0;
  };

/** Walks through days; keeps each row that is better than all before. */
function records(
  rows: Row[],
  day: string,
  better: (a: Row, best: Row) => boolean,
  value: (r: Row) => number,
) {
  const kept: Row[] = [];
  const known = rows.filter((r) => r[day] !== null);
  for (const row of known.sort(
    by(
      (r) => String(r[day]),
      value,
      (r) => -Number(r.average),
      id,
    ),
  )) {
    const best = kept.at(-1);
    if (!best || better(row, best)) kept.push(row);
  }
  return kept.map(id);
}

describe("records", () => {
  for (const [setting, day] of [
    ["submitted", "submitted_at"],
    ["uploaded", "uploaded_at"],
  ] as const) {
    test(`of all and of each class, by day ${setting}`, async () => {
      const { rows } = await askFigure(recordsFigure, { by: setting, doubtful: "in" });
      const classes: Record<string, (size: number) => boolean> = {
        all: () => true,
        edge: (s) => s > 0 && s < 5,
        consumer: (s) => s >= 5 && s < 12,
        prosumer: (s) => s >= 12 && s < 18,
        workstation: (s) => s >= 18 && s < 65,
        large: (s) => s >= 65,
      };
      for (const [name, within] of Object.entries(classes)) {
        const own = models.filter(
          (m) => name === "all" || (m.params_b !== null && within(Number(m.params_b))),
        );
        const expected = records(
          own,
          day,
          (a, b) => Number(a.average) > Number(b.average),
          (r) => -Number(r.average),
        );
        expect(rows.filter((r) => r.class === name).map(id), name).toEqual(expected);
      }
    });
  }

  test("say how many have a day where these are too few, not that there are few at all", async () => {
    const { rows } = await askFigure(recordsFigure, { by: "submitted" });
    const titleOf = (n: number, by: string) => {
      const known = n === 0 ? [] : [{ ...rows[0]!, class: "all", n }];
      return recordsFigure.draw(contextOf(site), known, { by }).title;
    };
    expect(titleOf(5, "submitted")).toBe(
      "Only 5 evaluations with a known day of submission to the board: too few for a record (fewer than 10).",
    );
    expect(titleOf(0, "uploaded")).toBe(
      "No evaluation has a known day of upload to the Hub, so there are no records.",
    );
    expect(titleOf(10, "submitted")).toContain("has stood since");
    const none = smallestFigure.draw(contextOf(site), [], { g1: "20", g2: "30", g3: "40" }).title;
    expect(none).toBe(
      "No evaluation with a known size and day of submission to the board reaches an average of 20.",
    );
  });

  test("doubtful sizes are left out of the classes at first, never of all", async () => {
    const out = (await askFigure(recordsFigure)).rows.filter((r) => r.class === "all");
    const all = (await askFigure(recordsFigure, { doubtful: "in" })).rows.filter(
      (r) => r.class === "all",
    );
    expect(out).toEqual(all);
  });
});

/** Models that a size of theirs had made best of their class, or smallest: named by those who looked. */
const WRONG = [
  // Stated as 3B; its 7.6B twin has the same scores on all benchmarks but one.
  "brgx53/3Bgeneralv2-ECE-PRYMMAL-Martial",
  // Stated as 0.007B, with an average of 22.
  "darkc0de/BuddyGlass_v0.3_Xortron7MethedUpSwitchedUp",
  // Half of what their names state.
  "PJMixers-Dev/Qwen2.5-RomboTiesTest-7B",
  "DreadPoor/Here_We_Go_Again-8B-SLERP",
  "FINGU-AI/RomboUltima-32B",
];

describe("doubted sizes", () => {
  test("hold no record and no place on a front", async () => {
    const asked = [
      askFigure(recordsFigure, {}, DEFAULT_VIEW),
      askFigure(recordsFigure),
      askFigure(smallestFigure),
      askFigure(sizesFigure, { least: "0.001" }),
    ];
    const [records, all, smallest, sizes] = (await Promise.all(asked)).map((a) => a.rows);
    const holders = [
      ...[...records!, ...all!].filter((r) => r.class !== "all"),
      ...smallest!,
      ...sizes!,
    ];
    for (const model of WRONG) expect(holders.map((r) => r.model)).not.toContain(model);
    expect(holders.every((r) => r.params_doubt === null)).toBe(true);
  });

  test("the best up to 3B is the best of those that are not doubted", async () => {
    const { rows } = await askFigure(sizesFigure, {}, DEFAULT_VIEW);
    const small = (m: Row) => Number(m.params_b) <= 3 && Number(m.params_b) >= 0.1;
    const best = (from: Row[]) =>
      from.reduce((a, b) => (Number(b.average) > Number(a.average) ? b : a));
    const listed = models.filter((m) => small(m) && m.on_hub !== false);
    // As stated it is the 7.6B model; the next whose size nothing contradicts has 27.16.
    expect(best(listed).model).toBe("brgx53/3Bgeneralv2-ECE-PRYMMAL-Martial");
    const expected = best(listed.filter((m) => m.params_doubt === null));
    expect(expected).toMatchObject({ model: "Qwen/Qwen2.5-3B-Instruct" });
    expect(Number(expected.average)).toBeCloseTo(27.16, 2);
    const line = rows.filter((r) => r.best === true && small(r));
    expect(line.at(-1)!.model).toBe(expected.model);
  });

  test("are marked, with the reason, where they are asked for", async () => {
    const { rows, settings } = await askFigure(recordsFigure, { doubtful: "in", by: "submitted" });
    const row = rows.find((r) => r.model === WRONG[0])!;
    expect(row.params_doubt).toBe(
      "brgx53/3Blarenegv2-ECE-PRYMMAL-Martial has the same scores and 7.6B",
    );
    const { marks } = recordsFigure.draw(contextOf(site), rows, settings);
    expect(marks.find((m) => m.model === WRONG[0])!.lines).toContainEqual([
      "Because",
      row.params_doubt,
    ]);
    const columns = recordsFigure.columns(contextOf(site), settings);
    expect(columns.map((c) => c.name)).toContain("params_doubt");
  });
});

test("size against score: nothing as small is better than those on the line", async () => {
  const { rows } = await askFigure(sizesFigure, { score: "math", doubtful: "in" });
  const sized = models.filter((m) => m.params_b !== null && Number(m.params_b) >= 0.1);
  expect(rows).toHaveLength(sized.length);
  for (const row of rows) {
    const beaten = sized.some(
      (m) =>
        (Number(m.params_b) < Number(row.params_b) && Number(m.math) >= Number(row.score)) ||
        (m.params_b === row.params_b && Number(m.math) > Number(row.score)),
    );
    // Of exact equals the first stands for all.
    if (row.best) expect(beaten, id(row)).toBe(false);
    else if (!beaten) {
      const twin = rows.some((r) => r.best && r.params_b === row.params_b && r.score === row.score);
      expect(twin, id(row)).toBe(true);
    }
  }
});

test("the smallest that reach an average, day by day", async () => {
  const { rows } = await askFigure(smallestFigure, {
    g1: "15",
    g2: "25",
    g3: "35",
    doubtful: "in",
    by: "submitted",
  });
  for (const goal of [15, 25, 35]) {
    const reach = models.filter(
      (m) => Number(m.average) >= goal && m.params_b !== null && Number(m.params_b) >= 0.1,
    );
    const expected = records(
      reach,
      "submitted_at",
      (a, b) => Number(a.params_b) < Number(b.params_b),
      (r) => Number(r.params_b),
    );
    const own = rows.filter((r) => r.goal === goal);
    expect(own.map(id)).toEqual(expected);
    expect(own[0]!.n).toBe(reach.filter((m) => m.submitted_at !== null).length);
  }
});

describe("the board as of a day", () => {
  test("is today's on the snapshot's own day", async () => {
    const { rows } = await askFigure(asOfFigure);
    const best = [...models].sort(by((r) => -Number(r.average), id)).slice(0, 20);
    expect(rows.map(id)).toEqual(best.map(id));
  });

  test("is the table of that day, as it was published: scores, ranks and all", async () => {
    // The dated tables are embedded whole, apart from the history.
    for (const day of ["2024-07-13", "2024-10-09", "2025-02-28"]) {
      const then = await ask(
        `SELECT model, average, rank() OVER (ORDER BY average DESC) AS rank
         FROM 'data/snapshot/open-llm-v2_${day}.parquet' WHERE flagged IS NOT TRUE
         QUALIFY row_number() OVER (ORDER BY average DESC) <= 20 ORDER BY average DESC`,
      );
      const { rows } = await askFigure(asOfFigure, { day });
      expect(rows.map((r) => [r.average, r.rank])).toEqual(then.map((r) => [r.average, r.rank]));
      expect(rows.map((r) => r.model).sort()).toEqual(then.map((r) => r.model).sort());
      expect(rows.every((r) => r.table_day === day)).toBe(true);
    }
  });

  test("is the newest known table where a day has none", async () => {
    const { rows, settings } = await askFigure(asOfFigure, { day: "2024-11-10" });
    const ninth = await askFigure(asOfFigure, { day: "2024-11-09" });
    expect(rows).toEqual(ninth.rows);
    expect(asOfFigure.draw(contextOf(site), rows, settings).title).toBe(
      "As of 10 Nov 2024, dfurman/CalmeRys-78B-Orpo-v0.1 led with 51.24, in the table of 9 Nov 2024.",
    );
  });

  test("begins with the first known table, and says that none before is", async () => {
    const { rows, settings } = await askFigure(asOfFigure, { day: "2024-06-30" });
    // No such day: the setting stays as it was.
    expect(settings.day).toBe("2025-03-21");
    const first = await askFigure(asOfFigure, { day: "2024-07-13" });
    expect(first.rows[0]).toMatchObject({ model: "Qwen/Qwen2-72B-Instruct", average: 42.49 });
    expect(asOfFigure.draw(contextOf(site), rows, settings).count).toContain(
      "no table before 13 Jul 2024 is known",
    );
    // Which today's scores of what had been submitted by then would have named.
    const early = await askFigure(asOfFigure, { day: "2024-07-18" });
    expect(early.rows.map((r) => r.model)).not.toContain("MaziyarPanahi/calme-2.1-qwen2-72b");
  });

  test("has models that have gone since, also while the leaderboard hides them", async () => {
    const { rows } = await askFigure(asOfFigure, { day: "2024-08-20" }, DEFAULT_VIEW);
    const all = await askFigure(asOfFigure, { day: "2024-08-20" }, EVERYTHING);
    expect(rows).toEqual(all.rows);
  });
});

describe("records by the first table with the score", () => {
  test("are those of a walk through all stretches", async () => {
    const { rows } = await askFigure(recordsFigure, { by: "table" });
    const flagged = new Set(
      (await rowsOfMain()).filter((m) => m.flagged === true).map((m) => m.eval_id),
    );
    const stretches = await ask(
      "SELECT eval_id, renamed_to, average, CAST(first_day AS VARCHAR) AS first_day, flagged FROM 'public/data/latest/intervals.parquet'",
    );
    // A model that was renamed is one.
    for (const stretch of stretches) stretch.eval_id = stretch.renamed_to ?? stretch.eval_id!;
    const expected = records(
      stretches.filter((s) => s.flagged !== true && !flagged.has(s.eval_id!)),
      "first_day",
      (a, b) => Number(a.average) > Number(b.average),
      (r) => -Number(r.average),
    );
    const all = rows.filter((r) => r.class === "all");
    expect(all.map(id)).toEqual(expected);
    // The one that stands was there before, and was scored anew in February 2025.
    expect(all.at(-1)).toMatchObject({ day: "2025-02-14", again: true });
    expect(all[0]).toMatchObject({ day: "2024-07-13", model: "Qwen/Qwen2-72B-Instruct" });
  });
});

describe("the archive over time", () => {
  let archive: Row[];
  beforeAll(() => {
    const { columns, length } = site.boards[1]!.table;
    archive = Array.from({ length }, (_, i) =>
      Object.fromEntries(Object.keys(columns).map((name) => [name, columns[name]![i] ?? null])),
    );
  });
  const classOf = (size: unknown) =>
    SIZES.find(({ from, below }) => Number(size) >= from && Number(size) < below)!.name;

  /** Also those with the same scores under another name. */
  const EACH = { ...DEFAULT_VIEW, twins: "each" as const };

  test("has every evaluation with a day that is not flagged, gone or not", async () => {
    // The archive's table: 7,169 rows, 7,144 with a date.
    expect(archive.filter((r) => r.submitted_at !== null)).toHaveLength(7144);
    const dated = archive.filter((r) => r.submitted_at !== null && r.flagged !== true);
    const { rows } = await askFigure(archiveOverTimeFigure, {}, EACH);
    expect(rows).toHaveLength(dated.length);
    // At first one counts of those with the same scores under several names.
    const once = (await askFigure(archiveOverTimeFigure, {}, DEFAULT_VIEW)).rows;
    const twins = archive.filter((r) => r.twin_of !== null).length;
    expect(once.length).toBeLessThan(dated.length);
    expect(once.length).toBeGreaterThanOrEqual(dated.length - twins);
    const { count } = archiveOverTimeFigure.draw(contextOf(site), rows, { doubtful: "out" });
    const unsized = rows.filter((r) => r.class === null).length;
    expect(count).toBe(
      `${dated.length.toLocaleString("en")} evaluations with a known day (${unsized} of unknown or doubtful size in grey)`,
    );
    expect(unsized).toBeGreaterThan(dated.filter((r) => r.params_b === null).length);
  });

  test("its lines are the records of each class of size", async () => {
    const { rows } = await askFigure(archiveOverTimeFigure, { doubtful: "in" }, EACH);
    const dated = archive.filter((r) => r.submitted_at !== null && r.flagged !== true);
    for (const { name } of SIZES) {
      const own = dated.filter((r) => r.params_b !== null && classOf(r.params_b) === name);
      const expected = records(
        own,
        "submitted_at",
        (a, b) => Number(a.average) > Number(b.average),
        (r) => -Number(r.average),
      );
      const byId = new Map(archive.map((r) => [id(r), r]));
      expect(
        rows.filter((r) => r.class === name && r.record).map((r) => [r.day, r.model, r.average]),
        name,
      ).toEqual(
        expected.map((e) => {
          const r = byId.get(e)!;
          return [String(r.submitted_at), r.model, r.average];
        }),
      );
      expect(rows.filter((r) => r.class === name)).toHaveLength(own.length);
    }
    expect(rows.every((r) => r.class !== null || r.params_b === null)).toBe(true);
  });

  test("marks only records, and the day of the first table of v2", async () => {
    const { rows, settings } = await askFigure(archiveOverTimeFigure, {}, DEFAULT_VIEW);
    const { marks, picture, title } = archiveOverTimeFigure.draw(contextOf(site), rows, settings);
    expect(marks).toHaveLength(rows.filter((r) => r.record).length);
    expect(toMarkup(picture)).toContain(
      "First table known of Open LLM Leaderboard v2, 13 Jul 2024",
    );
    // The clouds hold every place, whole pixels: fewer than the rows, many more than the records.
    const dots = toMarkup(picture).match(/h0/g)!.length;
    expect(dots).toBeGreaterThan(4000);
    expect(dots).toBeLessThanOrEqual(rows.length + 2 * marks.length);
    expect(title).toContain("Q3 2023 to Q2 2024: the median size went from 13B to 7B");
  });

  test("quarters are those of the calendar, with plain medians", async () => {
    const { rows } = await askFigure(archiveOverTimeFigure, { doubtful: "in" }, EACH);
    const last = archive
      .filter(
        (r) =>
          r.flagged !== true &&
          r.params_b !== null &&
          String(r.submitted_at) >= "2024-04-01" &&
          String(r.submitted_at) <= "2024-06-30",
      )
      .map((r) => Number(r.average))
      .sort((a, b) => a - b);
    const quarter = quartersOf(rows).at(-1)!;
    expect([quarter.name, quarter.n]).toEqual(["Q2 2024", last.length]);
    const middle =
      (last[Math.floor((last.length - 1) / 2)]! + last[Math.ceil((last.length - 1) / 2)]!) / 2;
    expect(quarter.average).toBeCloseTo(middle, 10);
  });

  test("a board that begins long after, or before, is not marked", async () => {
    const { rows, settings } = await askFigure(archiveOverTimeFigure, {}, DEFAULT_VIEW);
    for (const since of ["2030-01-01", "2020-01-01"]) {
      const { picture } = archiveOverTimeFigure.draw({ ...contextOf(site), since }, rows, settings);
      expect(toMarkup(picture)).not.toContain("First table");
    }
    const { title, marks } = archiveOverTimeFigure.draw(contextOf(site), [], settings);
    expect(title).toContain("too few quarters");
    expect(marks).toEqual([]);
  });
});

test("pictures stay small", async () => {
  for (const figure of [
    recordsFigure,
    sizesFigure,
    smallestFigure,
    asOfFigure,
    archiveOverTimeFigure,
  ]) {
    const { drawing } = await makeFigure(site, figure);
    expect(toMarkup(drawing.picture).length, figure.name).toBeLessThan(60_000);
  }
});
