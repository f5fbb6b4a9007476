// Results of teams whose runs are not shaped like ours: each case is a suite, its input and what has to come of it.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import { V2 } from "../../core/suite/suites.ts";
import { build, folders, query, readJson } from "../snapshot/snapshot.ts";
import { writeText } from "./harness.ts";

const CASES = join(import.meta.dirname, "../../fixtures/cases");
const fresh = folders();

/** Tables of a case: its rows, what was set aside, and what the summary says. */
async function made(name: string, source: string, change: (suite: Suite) => void = () => {}) {
  const suite = await readJson<Suite>(join(CASES, name), "suite.json");
  change(suite);
  const board = leaderboardSchema.parse({ title: "Case", tagline: "t", suites: [suite] });
  const out = await fresh();
  const { summary, rejected, manifest } = await build(out, [join(CASES, name, source)], board);
  const keys = suite.benchmarks.map(({ key }) => key);
  const rows = await query(
    `SELECT model, rank, average, ${keys.join(", ")} FROM '${out}/models.parquet' ORDER BY rank, model`,
  );
  const all = await query(`SELECT * FROM '${out}/models.parquet' ORDER BY rank, model`);
  return { rows, all, rejected, summary, manifest, out };
}

interface Suite {
  benchmarks: { key: string; shots: number; metrics: { name: string; scale?: object }[] }[];
}

const CLIPPER = { model: "quay/Clipper", rank: 1, average: 60, knots: 50, tides: 70 };

describe("runs of single tasks", () => {
  test("one task per file is one evaluation", async () => {
    const { rows, summary, rejected, out } = await made("01-one-task-per-file", "results");
    expect(rows).toEqual([CLIPPER]);
    expect(summary.superseded).toEqual([]);
    expect(summary.gaps).toEqual([]);
    expect(rejected).toEqual([]);
    const sources = await query(`FROM '${out}/sources.parquet'`);
    expect(sources.map((s) => [String(s.source).split("T")[1], s.benchmarks])).toEqual([
      ["10-00-00.000000.json", "tides"],
      ["09-00-00.000000.json", "knots"],
    ]);
    const runs = await query(`FROM '${out}/runs.parquet'`);
    expect(runs.map((r) => [r.benchmark, String(r.source).split("T")[1]])).toEqual([
      ["knots", "09-00-00.000000.json"],
      ["tides", "10-00-00.000000.json"],
    ]);
  });

  test("a task that was run again replaces its own figure only", async () => {
    const { rows, summary } = await made("02-rerun-of-one-task", "results");
    expect(rows).toEqual([{ ...CLIPPER, knots: 60, tides: 70, average: 65 }]);
    expect(summary.superseded).toEqual([
      expect.objectContaining({ benchmarks: ["knots"], by: "time" }),
    ]);
  });
});

describe("what a file says of itself", () => {
  test("another number of examples is another benchmark", async () => {
    const name = "04-shots-not-those-of-the-suite";
    const { rows, rejected } = await made(name, "results");
    expect(rows).toEqual([CLIPPER]);
    expect(rejected).toHaveLength(1);
    for (const task of ["knots", "tides"])
      expect(rejected[0]!.reason).toContain(
        `task ${task} was asked with 0 examples (n-shot), the suite asks with 5`,
      );
    // One task at two settings is two columns.
    const both = await made(name, "results", (suite) => {
      const [knots] = suite.benchmarks;
      suite.benchmarks.push({ ...knots!, key: "knots_0", shots: 0 });
    });
    expect(both.rows).toEqual([
      { ...CLIPPER, average: expect.closeTo((50 + 70 + 30) / 3, 9), knots_0: 30 },
    ]);
    expect(both.rejected.map((r) => r.reason.split(":")[0])).toEqual(["tides"]);
  });

  test("a metric that is better when lower needs a suite that says so", async () => {
    const name = "05-lower-is-better";
    const refused = made(name, "results");
    await expect(refused).rejects.toThrow(
      /knots wer,none is better when lower, says the file: say "scale": \{"worst": 1, "best": 0\}/,
    );
    const { rows } = await made(name, "results", (suite) => {
      for (const b of suite.benchmarks) b.metrics[0]!.scale = { worst: 1, best: 0 };
    });
    expect(rows.map((r) => [r.model, r.rank])).toEqual([
      ["quay/Good", 1],
      ["quay/Bad", 2],
    ]);
    expect(rows[0]!.average).toBeCloseTo((95 + 93) / 2, 9);
  });

  test("runs of different settings are different evaluations", async () => {
    const { all, summary } = await made("16-thinking", "results");
    expect(all.map((r) => [r.settings, r.average, r.eval_id])).toEqual([
      ["thinking=on", 80, "quay/Th@c11bbe2c:bfloat16:Original:plain:thinking=on"],
      ["thinking=off", 60, "quay/Th@c11bbe2c:bfloat16:Original:plain:thinking=off"],
    ]);
    expect(summary.superseded).toEqual([]);
  });

  test("a limit that leaves nothing out makes no trial run", async () => {
    const { rows, rejected } = await made("17-limit-above-size", "results");
    expect(rows).toEqual([{ ...CLIPPER, model: "quay/L" }]);
    expect(rejected).toEqual([]);
  });
});

describe("who the model is", () => {
  const both = [
    { model: "quay/Sloop", rank: 1, average: 40, knots: 20, tides: 60 },
    { model: "quay/Clipper", rank: 2, average: 35, knots: 10, tides: 60 },
  ];
  test.each(["board", "flat", "."])("config.model_name, from %s", async (source) => {
    const { rows, rejected } = await made("06-model-in-config", source);
    // Above both folders each file is there twice.
    expect(rows).toEqual(both);
    expect(rejected).toEqual([]);
  });

  test("config_general has name, commit and precision", async () => {
    const { all } = await made("07-config-general", "results");
    expect(all.map((r) => [r.model, String(r.revision).slice(0, 8), r.precision, r.knots])).toEqual(
      [
        ["quay/Clipper", "5c1ff7b5", "float16", 70],
        ["quay/Clipper", "c11bbe2c", "bfloat16", 50],
      ],
    );
  });

  test("weights that are packed say nothing of a size", async () => {
    const { all } = await made("14-packed-weights", "results");
    expect(all).toEqual([expect.objectContaining({ params_b: null, precision: "GPTQ" })]);
  });

  test("a small model has its size", async () => {
    const { all } = await made("15-tiny-model", "results");
    expect(all).toEqual([expect.objectContaining({ params_b: 0.03 })]);
  });
});

describe("figures", () => {
  test("NaN costs only what it stands for", async () => {
    const { rows, rejected } = await made("09-nan", "results");
    expect(rows).toEqual([CLIPPER]);
    expect(rejected).toEqual([]);
  });

  test("of another scale are read where the suite says it, else cost only themselves", async () => {
    const name = "10-scale-0-100";
    const { rows, rejected } = await made(name, "results");
    expect(rows).toEqual([{ ...CLIPPER, rank: null, average: null, tides: null }]);
    expect(rejected.map((r) => r.reason)).toEqual([
      'tides: field results.tides.bleu,none: must be a number from 0 to 1, is 31.5: say "scale": {"worst": 0, "best": 100} for this metric in the suite',
    ]);
    const scaled = await made(name, "results", (suite) => {
      suite.benchmarks[1]!.metrics[0]!.scale = { worst: 0, best: 100 };
    });
    expect(scaled.rows).toEqual([{ ...CLIPPER, tides: 31.5, average: 40.75 }]);
  });
});

describe("tables", () => {
  test("whose lines end in several ways, or with semicolons, are read", async () => {
    const mixed = await made("11-mixed-line-ends", "contents.csv");
    expect(mixed.rows.map((r) => [r.model, r.average])).toEqual([
      ["quay/A", 55],
      ["quay/B", 35],
    ]);
    const { rows } = await made("11-mixed-line-ends", "semicolon.csv");
    expect(rows).toEqual([{ model: "quay/A", rank: 1, average: 55.25, knots: 50.5, tides: 60 }]);
  });

  test("without any day are of today", async () => {
    const before = new Date().toISOString().slice(0, 10);
    const { manifest, out } = await made("12-no-day", "contents.csv");
    const after = new Date().toISOString().slice(0, 10);
    expect([before, after]).toContain(manifest.as_of);
    expect(await readFile(join(out, "manifest.json"), "utf8")).not.toContain("1970");
  });
});

describe("columns that are no scores", () => {
  const extras = [
    { key: "speed", name: "Speed", unit: "RTFx", task: "knots", metric: "rtfx" },
    { key: "price", name: "Price", columns: ["Cost"] },
  ];
  test("come from result files and tables, in their own units, and count in no average", async () => {
    const suite = await readJson<Suite>(join(CASES, "01-one-task-per-file"), "suite.json");
    const board = leaderboardSchema.parse({
      title: "Case",
      tagline: "t",
      suites: [{ ...suite, extras }],
    });
    const folder = await fresh();
    const run = {
      results: { knots: { "acc,none": 0.5, rtfx: 312.5 }, tides: { "acc,none": 0.7 } },
      model_name: "quay/Clipper",
    };
    const file = await writeText(join(folder, "quay/Clipper/results_x.json"), JSON.stringify(run));
    const table = await writeText(
      join(folder, "t.csv"),
      'model,knots,tides,Cost\na/b,10,20,"0,25"\n',
    );
    const out = await fresh();
    await build(out, [dirname(file), table], board);
    const rows = await query(`SELECT model, average, speed, price FROM '${out}/models.parquet'`);
    expect(rows).toEqual([
      { model: "quay/Clipper", average: 60, speed: 312.5, price: null },
      { model: "a/b", average: 15, speed: null, price: 0.25 },
    ]);
  });

  test("have names of their own", () => {
    const parse = (extra: object) =>
      leaderboardSchema.safeParse({
        title: "t",
        tagline: "t",
        suites: [{ ...V2, extras: [extra] }],
      });
    expect(parse(extras[0]!).success).toBe(true);
    expect(parse({ key: "bbh", name: "x" }).error?.message).toContain("another column");
    expect(parse({ key: "likes", name: "x" }).error?.message).toContain("another column");
    expect(parse({ key: "x", name: "x", task: "t" }).error?.message).toContain("go together");
  });
});

test("files of other names are read where the configuration says how they are named", async () => {
  const suite = await readJson<Suite>(join(CASES, "01-one-task-per-file"), "suite.json");
  const config = { title: "Case", tagline: "t", suites: [suite], files: "runs/**/*.json" };
  const folder = await fresh();
  const run = { results: { knots: { "acc,none": 0.5 }, tides: { "acc,none": 0.7 } } };
  const text = (model_name: string) => JSON.stringify({ ...run, model_name });
  await writeText(join(folder, "runs/may/clipper.json"), text("quay/Clipper"));
  await writeText(join(folder, "other/sloop.json"), text("quay/Sloop"));
  await writeText(join(folder, "results_x.json"), text("quay/Barge"));
  const out = await fresh();
  await build(out, [folder], leaderboardSchema.parse(config));
  expect(await query(`SELECT model FROM '${out}/models.parquet'`)).toEqual([
    { model: "quay/Clipper" },
  ]);
});

describe("files as harnesses of several years write them", () => {
  const suiteWith = (benchmarks: object[]) =>
    leaderboardSchema.parse({
      title: "Case",
      tagline: "t",
      suites: [
        {
          id: "case",
          version: "1.0.0",
          name: "Case",
          table: "models",
          normalized: false,
          benchmarks: benchmarks.map((b) => ({
            name: "B",
            area: "a",
            description: "x",
            task: "mmlu",
            shots: 5,
            metrics: [{ name: "acc,none" }],
            score: "task",
            ...b,
          })),
        },
      ],
    });
  async function read(board: ReturnType<typeof suiteWith>, ...files: object[]) {
    const folder = await fresh();
    for (const [i, file] of files.entries()) {
      await writeText(
        join(folder, `quay/Clipper/results_2026-01-0${i + 1}T00-00-00.json`),
        JSON.stringify({ model_name: "quay/Clipper", ...file }),
      );
    }
    const out = await fresh();
    const { rejected, summary } = await build(out, [folder], board).catch((error: Error) => ({
      rejected: [{ path: "", reason: error.message }],
      summary: null,
    }));
    const rows = summary ? await query(`SELECT * FROM '${out}/models.parquet'`) : [];
    const sources = summary
      ? await query(`SELECT source, benchmarks FROM '${out}/sources.parquet'`)
      : [];
    return { rows, rejected: rejected.map((r) => r.reason), summary, sources };
  }
  const group = {
    results: { mmlu: { "acc,none": 0.5 }, mmlu_law: { "acc,none": 0.5 } },
    group_subtasks: { mmlu: ["mmlu_law"], mmlu_law: [] },
    "n-shot": { mmlu: 0, mmlu_law: 5 },
    versions: { mmlu: "N/A", mmlu_law: 1 },
    "n-samples": { mmlu_law: { original: 100, effective: 100 } },
    config: { limit: 2000 },
  };

  test("a group was asked with what its tasks were, has their version and their questions", async () => {
    const { rows, rejected } = await read(suiteWith([{ key: "mmlu", version: 1 }]), group);
    expect(rejected).toEqual([]);
    expect(rows[0]).toMatchObject({ mmlu: 50, rank: 1 });
    const other = await read(suiteWith([{ key: "mmlu", shots: 0 }]), group);
    expect(other.rejected[0]).toContain(
      "was asked with 5 examples (n-shot), the suite asks with 0",
    );
  });

  test("a group's own version counts before its tasks'", async () => {
    const file = { ...group, versions: { mmlu: 2, mmlu_law: 1 } };
    const { rejected } = await read(
      suiteWith([{ key: "mmlu", version: 2, subtasks: [{ task: "mmlu_law", name: "law" }] }]),
      file,
    );
    expect(rejected).toEqual([]);
  });

  test("a file that does not say its examples is neither of two columns of one task", async () => {
    const both = suiteWith([
      { key: "zero", shots: 0 },
      { key: "five", shots: 5 },
    ]);
    const { rejected } = await read(both, { results: { mmlu: { "acc,none": 0.5 } } });
    expect(rejected[0]).toContain(
      "does not say with how many examples task mmlu was asked, and five and zero",
    );
    const said = await read(both, {
      results: { mmlu: { "acc,none": 0.5 } },
      "n-shot": { mmlu: 5 },
    });
    expect(said.rows[0]).toMatchObject({ zero: null, five: 50 });
    expect(said.rejected).toEqual([]);
  });

  test("a NaN is told although another column of the task stands", async () => {
    const board = suiteWith([
      { key: "strict", metrics: [{ name: "em,strict" }] },
      { key: "flexible", metrics: [{ name: "em,flexible" }] },
    ]);
    const results = { mmlu: { "em,strict": 0.5, "em,flexible": null } };
    const { rows, rejected } = await read(board, { results });
    expect(rows[0]).toMatchObject({ strict: 50, flexible: null });
    expect(rejected).toEqual([expect.stringMatching(/^flexible: .*is null \(or NaN/)]);
  });

  test("subtasks of several files name all of them, and what was replaced", async () => {
    const board = suiteWith([
      {
        key: "mmlu",
        score: "mean_of_subtasks",
        subtasks: [
          { task: "mmlu_a", name: "a" },
          { task: "mmlu_b", name: "b" },
        ],
      },
    ]);
    const figure = (acc: number) => ({ "acc,none": acc });
    const { rows, sources, summary } = await read(
      board,
      { results: { mmlu_a: figure(0.5), mmlu_b: figure(0.5) } },
      { results: { mmlu_a: figure(0.9) } },
    );
    expect(rows[0]!.mmlu).toBeCloseTo(70, 9);
    expect(sources.map((s) => [String(s.source).slice(-24, -5), s.benchmarks])).toEqual([
      ["2026-01-02T00-00-00", "mmlu"],
      ["2026-01-01T00-00-00", "mmlu"],
    ]);
    expect(summary!.superseded).toEqual([expect.objectContaining({ by: "time" })]);
  });

  test("what stands beside tasks, and a day as text, cost nothing", async () => {
    const { rows, rejected } = await read(suiteWith([{ key: "mmlu" }]), {
      results: { mmlu: { "acc,none": 0.5 }, average: 0.5 },
      "n-samples": { mmlu: 5 },
      date: "2024-05-01",
      config: { model_num_parameters: "7B" },
    });
    expect(rejected).toEqual([]);
    expect(rows[0]).toMatchObject({ mmlu: 50 });
  });

  test("thinking among the arguments of the chat template makes another run", async () => {
    const run = (on: boolean) => ({
      results: { mmlu: { "acc,none": on ? 0.9 : 0.5 } },
      config: {
        model_args: { pretrained: "quay/Clipper", chat_template_args: { enable_thinking: on } },
      },
    });
    const { rows } = await read(suiteWith([{ key: "mmlu" }]), run(true), run(false));
    expect(rows.map((r) => [r.settings, r.mmlu])).toEqual([
      ["thinking=on", 90],
      ["thinking=off", 50],
    ]);
  });

  test("a table has the metric's own values where the suite states its scale", async () => {
    const board = suiteWith([
      { key: "wer", metrics: [{ name: "wer", scale: { worst: 100, best: 0 } }] },
    ]);
    const folder = await fresh();
    const table = await writeText(
      join(folder, "t.csv"),
      "model,wer\no/bad,85\no/good,8.5\no/none,120\n",
    );
    const out = await fresh();
    const { rejected } = await build(out, [table], board);
    expect(await query(`SELECT model, wer, rank FROM '${out}/models.parquet'`)).toEqual([
      { model: "o/good", wer: 91.5, rank: 1 },
      { model: "o/bad", wer: 15, rank: 2 },
    ]);
    expect(rejected[0]!.reason).toContain("column wer, row 3");
    // Our own table of it is the same table again.
    const again = await fresh();
    await build(again, [join(out, "models.csv")], board);
    expect(await query(`SELECT model, wer FROM '${again}/models.parquet'`)).toEqual([
      { model: "o/good", wer: 91.5 },
      { model: "o/bad", wer: 15 },
    ]);
  });
});
