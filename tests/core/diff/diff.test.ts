import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DIFF_FIELDS, type Diff, diffTables, FACTS, mirror } from "../../../src/core/diff/diff.ts";
import { rank } from "../../../src/core/suite/rank.ts";
import { compareScores } from "../../../src/core/suite/same-score.ts";
import type { Grid, Value } from "../../../src/core/table/grid.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readTable } from "../../../src/pipeline/duckdb/table-file.ts";
import { OPEN_LLM } from "../../pipeline/snapshot/snapshot.ts";

const KEYS = OPEN_LLM.suites[0]!.benchmarks.map((b) => b.key);
const DAYS = [
  "2024-07-13",
  "2024-08-20",
  "2024-09-15",
  "2024-10-09",
  "2024-12-06",
  "2024-12-26",
  "2025-01-14",
  "2025-02-28",
  "2025-03-21",
];
const fileOf = (day: string) => join("public/data", day, "models.parquet");

interface Change {
  id: string;
  key?: string;
  a: Value;
  b: Value;
}

/** The same questions in plain SQL, where the precision is known from the day, not from the data. */
async function bySql(db: DuckDBConnection, from: string, to: string) {
  const rows = async (sql: string) =>
    (await db.runAndReadAll(sql)).getRowObjectsJS() as unknown as Change[];
  const [a, b] = [`'${fileOf(from)}'`, `'${fileOf(to)}'`];
  const limit = from < "2024-12-26" && to >= "2024-12-26" ? 0.005000001 : 1e-9;
  const differ = (key: string) => `abs(a."${key}" - b."${key}") > ${limit}`;
  const any = KEYS.map(differ).join(" OR ");
  // What is gone from the first under a name that the second does not have at all, and is new there with
  // the same commit, way of evaluation and other weights than an adapter's.
  await db.run(`CREATE OR REPLACE TEMP TABLE renamed AS
    SELECT g.eval_id AS before, n.eval_id AS after FROM ${a} g JOIN ${b} n
      ON split_part(g.eval_id, '@', 2) = split_part(n.eval_id, '@', 2) AND g.model <> n.model
    WHERE g.weight_type = 'Original' AND length(g.revision) = 40
      AND g.eval_id NOT IN (SELECT eval_id FROM ${b}) AND n.eval_id NOT IN (SELECT eval_id FROM ${a})
      AND (g.model NOT IN (SELECT model FROM ${b}) OR n.model NOT IN (SELECT model FROM ${a}))`);
  const first = `(SELECT * REPLACE (coalesce(after, eval_id) AS eval_id)
    FROM ${a} LEFT JOIN renamed ON before = eval_id)`;
  const both = `FROM ${first} a JOIN ${b} b USING (eval_id)`;
  const lacking = (own: string, other: string, side: string) =>
    rows(`SELECT eval_id AS id FROM ${own} WHERE eval_id NOT IN (SELECT eval_id FROM ${other})
      AND eval_id NOT IN (SELECT ${side} FROM renamed)`);
  return {
    new: await lacking(b, a, "after"),
    gone: await lacking(a, b, "before"),
    renamed: await rows("SELECT before AS a, after AS b FROM renamed"),
    scores: await rows(
      KEYS.map(
        (key) =>
          `SELECT eval_id AS id, '${key}' AS key, a."${key}" AS a, b."${key}" AS b ${both} WHERE ${differ(key)}`,
      ).join(" UNION ALL "),
    ),
    facts: await rows(
      FACTS.map(
        (fact) =>
          `SELECT eval_id AS id, '${fact}' AS key, a."${fact}"::VARCHAR AS a, b."${fact}"::VARCHAR AS b
           ${both} WHERE a."${fact}" IS DISTINCT FROM b."${fact}"`,
      ).join(" UNION ALL "),
    ),
    // The later table is the more exact one.
    moved: await rows(
      `WITH common AS (
         SELECT eval_id, CASE WHEN ${any} THEN a.average ELSE b.average END AS before, b.average AS after
         ${both} WHERE a.rank IS NOT NULL AND b.rank IS NOT NULL
       ), placed AS (
         SELECT eval_id AS id, rank() OVER (ORDER BY before DESC)::INTEGER AS a,
           rank() OVER (ORDER BY after DESC)::INTEGER AS b FROM common
       ) SELECT * FROM placed WHERE a <> b`,
    ),
  };
}

const sorted = (rows: readonly unknown[]) => rows.map((r) => JSON.stringify(r)).sort();

async function diffOfDays(db: DuckDBConnection, from: string, to: string): Promise<Diff> {
  const grids = [await readTable(db, fileOf(from)), await readTable(db, fileOf(to))];
  return diffTables(KEYS, { name: from, grid: grids[0]! }, { name: to, grid: grids[1]! });
}

describe("between the published tables", () => {
  const pairs = [
    ...DAYS.slice(1).map((to, i) => [DAYS[i]!, to] as const),
    ["2024-07-13", "2025-03-21"] as const,
    ["2024-10-09", "2025-01-14"] as const,
  ];

  test.each(pairs)("%s and %s, what differs is what SQL finds", async (from, to) => {
    await withDuckDB(async (db) => {
      const diff = await diffOfDays(db, from, to);
      const sql = await bySql(db, from, to);
      expect(diff.benchmarks).toEqual(KEYS);
      expect(diff.facts).toEqual([...FACTS]);
      for (const list of ["new", "gone"] as const) {
        expect(sorted(diff[list].map((e) => e.eval_id))).toEqual(
          sorted(sql[list].map((e) => e.id)),
        );
      }
      expect(sorted(diff.renamed.map((r) => ({ a: r.eval_ids[0], b: r.eval_ids[1] })))).toEqual(
        sorted(sql.renamed),
      );
      const scores = diff.rescored.flatMap((r) =>
        Object.entries(r.scores).map(([key, [a, b]]) => ({ id: r.eval_id, key, a, b })),
      );
      expect(sorted(scores)).toEqual(sorted(sql.scores));
      const places = diff.moved
        .filter((m) => m.place[0] !== m.place[1])
        .map((m) => ({ id: m.eval_id, a: m.place[0], b: m.place[1] }));
      expect(sorted(places)).toEqual(sorted(sql.moved));
      const text = (value: Value) => (value === null ? null : String(value));
      const facts = diff.changed.flatMap((c) =>
        Object.entries(c.facts).map(([key, [a, b]]) => ({
          id: c.eval_id,
          key,
          a: text(a),
          b: text(b),
        })),
      );
      expect(sorted(facts)).toEqual(sorted(sql.facts));
      const { counts } = diff;
      expect(counts.from - counts.gone).toBe(counts.both);
      expect(counts.to - counts.new).toBe(counts.both);
    });
  });

  test("Llama 3.1 70B and its Instruct version are renamed in March 2025, not gone and new", async () => {
    await withDuckDB(async (db) => {
      const diff = await diffOfDays(db, "2025-02-28", "2025-03-21");
      expect(diff.renamed.map((r) => r.models)).toEqual([
        ["meta-llama/Meta-Llama-3.1-70B-Instruct", "meta-llama/Llama-3.1-70B-Instruct"],
        ["meta-llama/Meta-Llama-3.1-70B", "meta-llama/Llama-3.1-70B"],
      ]);
      const ids = diff.renamed.flatMap((r) => r.eval_ids);
      expect([...diff.new, ...diff.gone].filter((e) => ids.includes(e.eval_id))).toEqual([]);
      expect(diff.counts.renamed).toBe(2);
    });
  });

  test("rounding to two digits is no re-score, and moves nobody", async () => {
    await withDuckDB(async (db) => {
      const diff = await diffOfDays(db, "2024-12-06", "2024-12-26");
      expect(diff.rounding).toBe(true);
      expect(diff.counts).toMatchObject({ both: 2155, rescored: 0, climbed: 0, fell: 0 });
    });
  });

  test("MATH was scored anew for nearly all in February 2025", async () => {
    await withDuckDB(async (db) => {
      const { rescored } = await diffOfDays(db, "2025-01-14", "2025-02-28");
      const math = rescored.filter((r) => r.scores.math);
      expect(math.length).toBeGreaterThan(0.98 * rescored.length);
      expect(math.filter((r) => Object.keys(r.scores).length === 1).length).toBeGreaterThan(2500);
    });
  });
});

test("one figure with two digits and with all is one figure", () => {
  expect(compareScores(12.34, 12.3449)).toBe("rounded");
  expect(compareScores(12.3351, 12.34)).toBe("rounded");
  expect(compareScores(12.34, 12.3451)).toBe("different");
  // Both were rounded alike, or neither: then the same figure is the same number.
  expect(compareScores(12.34, 12.35)).toBe("different");
  expect(compareScores(12.3401, 12.3402)).toBe("different");
  expect(compareScores(20.02, 20.020000000000003)).toBe("same");
  expect(compareScores(null, null)).toBe("same");
  expect(compareScores(null, 0)).toBe("different");
});

/** A table as it would be read; average and rank follow from the scores. */
function tableOf(
  rows: { model: string; revision: string; x: number | null; y: number | null; facts?: Value[] }[],
): Grid {
  const average = rows.map(({ x, y }) => (x === null || y === null ? null : (x + y) / 2));
  const flagged = rows.map((r) => r.facts?.[0] ?? false);
  const columns: Record<string, Value[]> = {
    eval_id: rows.map((r) => `${r.model}@${r.revision}:float16:Original:plain`),
    model: rows.map((r) => r.model),
    x: rows.map((r) => r.x),
    y: rows.map((r) => r.y),
    average,
    rank: rank(average.map((a, i) => (flagged[i] === true ? null : a))),
    flagged,
    license: rows.map((r) => r.facts?.[1] ?? null),
  };
  return { length: rows.length, columns };
}

const diffOf = (from: Grid, to: Grid) =>
  diffTables(["x", "y"], { name: "2025-01-01", grid: from }, { name: "2025-02-01", grid: to });

const row = (model: string, x: number | null, y: number | null, revision = "1") => ({
  model,
  revision,
  x,
  y,
});

test("every field is documented, and no other", () => {
  expect(Object.keys(DIFF_FIELDS)).toEqual(Object.keys(diffOf(tableOf([]), tableOf([]))));
});

test("another revision of a model is a new evaluation, and said to be one of a known model", () => {
  const diff = diffOf(
    tableOf([row("a/b", 1, 2), row("a/c", 3, 4)]),
    tableOf([row("a/b", 1, 2), row("a/b", 1, 3, "2"), row("d/e", 5, 5)]),
  );
  expect(diff.new.map((e) => [e.eval_id.split(":")[0], e.rank, e.other])).toEqual([
    ["d/e@1", 1, false],
    ["a/b@2", 2, true],
  ]);
  expect(diff.gone).toEqual([
    { eval_id: "a/c@1:float16:Original:plain", model: "a/c", rank: 1, average: 3.5, other: false },
  ]);
  expect(diff.counts).toMatchObject({ rescored: 0, climbed: 0, fell: 0 });
});

test("a renamed model is one model: re-scored, moved and changed as any other", () => {
  const at = (model: string, x: number, facts?: Value[]) => ({
    ...row(model, x, x, "0a1b2c3d"),
    ...(facts ? { facts } : {}),
  });
  const from = tableOf([at("a/old", 50, [false, "mit"]), row("a/c", 40, 40)]);
  const to = tableOf([row("a/c", 40, 40), at("b/new", 30, [false, "apache-2.0"])]);
  const diff = diffOf(from, to);
  expect([diff.new, diff.gone]).toEqual([[], []]);
  const ids = ["a/old", "b/new"].map((m) => `${m}@0a1b2c3d:float16:Original:plain`);
  expect(diff.renamed).toEqual([
    {
      eval_id: ids[1],
      model: "b/new",
      eval_ids: ids,
      models: ["a/old", "b/new"],
      rank: [1, 2],
      average: [50, 30],
    },
  ]);
  expect(diff.counts).toMatchObject({ both: 2, new: 0, gone: 0, renamed: 1, rescored: 1, fell: 1 });
  expect(diff.rescored).toMatchObject([{ eval_id: ids[1], model: "b/new", average: [50, 30] }]);
  expect(mirror(diff).rescored).toMatchObject([{ eval_id: ids[0], model: "a/old" }]);
  expect(mirror(diff).moved.map((m) => m.model)).toEqual(["a/c", "a/old"]);
});

test("places among both tell newcomers from those that were re-scored", () => {
  const diff = diffOf(
    tableOf([row("a/a", 50, 50), row("a/b", 40, 40), row("a/c", 30, 30)]),
    tableOf([row("n/n", 90, 90), row("a/a", 50, 50), row("a/c", 45, 45), row("a/b", 40, 40)]),
  );
  expect(diff.moved.map((m) => [m.model, m.rank, m.place])).toEqual([
    ["a/b", [2, 4], [2, 3]],
    ["a/c", [3, 3], [3, 2]],
    ["a/a", [1, 2], [1, 1]],
  ]);
  expect(diff.counts).toMatchObject({ climbed: 1, fell: 1, rescored: 1 });
});

test("equal averages share a place, so a tie that stays moves nobody", () => {
  const rows = [row("a/a", 50, 50), row("a/b", 50, 50), row("a/c", 30, 30)];
  expect(diffOf(tableOf(rows), tableOf(rows.toReversed())).moved).toEqual([]);
  const untied = diffOf(
    tableOf(rows),
    tableOf([row("a/b", 51, 50), row("a/a", 50, 50), row("a/c", 30, 30)]),
  );
  expect(untied.moved.map((m) => [m.model, m.place])).toEqual([["a/a", [1, 2]]]);
});

test("a fact that one table knows of nobody is not compared; a benchmark neither", () => {
  const from = tableOf([row("a/b", 1, 2)]);
  const to = tableOf([{ ...row("a/b", 1, 2), facts: [true, "mit"] }]);
  const diff = diffOf(from, { ...to, columns: { ...to.columns, y: [null] } });
  expect(diff.benchmarks).toEqual(["x"]);
  expect(diff.facts).toEqual(["flagged"]);
  expect(diff.changed.map((c) => c.facts)).toEqual([{ flagged: [false, true] }]);
});

describe("for any tables", () => {
  const score = fc.oneof(
    fc.constant(null),
    fc.integer({ min: 0, max: 10000 }).map((n) => n / 100),
    fc.double({ min: 0, max: 100, noNaN: true, noDefaultInfinity: true }),
  );
  /** Hostile names are names as any other. */
  const name = fc.constantFrom("a/b", "a/c", "d", "__proto__", "constructor", "<b>x</b>", "=1+1");
  const table = fc
    .uniqueArray(
      fc.record({
        model: name,
        revision: fc.constantFrom("1", "2", "0a1b2c3d", "4e5f6a7b"),
        x: score,
        y: score,
        facts: fc.tuple(fc.boolean(), fc.constantFrom(null, "mit", "other")),
      }),
      { selector: (r) => `${r.model}@${r.revision}`, maxLength: 10 },
    )
    .map(tableOf);

  test("nothing differs from itself", () => {
    fc.assert(
      fc.property(table, (a) => {
        const diff = diffOf(a, a);
        expect([
          ...diff.new,
          ...diff.gone,
          ...diff.rescored,
          ...diff.moved,
          ...diff.changed,
        ]).toEqual([]);
        expect(diff.rounding).toBe(false);
      }),
    );
  });

  test("what differs is the same from the other side", () => {
    fc.assert(
      fc.property(table, table, (a, b) => {
        const there = diffTables(["x", "y"], { name: "A", grid: a }, { name: "B", grid: b });
        const back = diffTables(["x", "y"], { name: "B", grid: b }, { name: "A", grid: a });
        expect(mirror(back)).toEqual(there);
        expect(mirror(mirror(there))).toEqual(there);
      }),
      { numRuns: 300 },
    );
  });

  test("a table written with two digits is the same table", () => {
    fc.assert(
      fc.property(table, (exact) => {
        const round = (values: readonly Value[]) =>
          values.map((v) => (typeof v === "number" ? Number(v.toFixed(2)) : v));
        const rounded: Grid = {
          length: exact.length,
          columns: {
            ...exact.columns,
            x: round(exact.columns.x!),
            y: round(exact.columns.y!),
          },
        };
        const diff = diffOf(rounded, exact);
        expect(diff.rescored).toEqual([]);
        expect(diff.moved).toEqual([]);
      }),
    );
  });
});
