import { execFileSync } from "node:child_process";
import { access, chmod, mkdir, symlink, truncate } from "node:fs/promises";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Rejection } from "../../../src/core/records/rejection.ts";
import { build, command, folders, query, readJson } from "../snapshot/snapshot.ts";
import { changed, type Figure, pythia, resultsFile, writeRun, writeText } from "./harness.ts";

const V2_KEYS = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
const fresh = folders();
let figures: Figure[];
let good: string;
beforeAll(async () => {
  figures = await pythia();
  good = JSON.stringify(resultsFile({ figures, model: "synthetic/Bad-1B" }));
});

/** A way to spoil a result file, and what the reason must say. */
interface Case {
  name: string;
  reason: RegExp;
  /** Benchmark that it costs, where it costs only one: the others of the file stand. */
  costs?: string;
  write: (path: string) => Promise<unknown>;
}

const content = (
  name: string,
  reason: RegExp,
  text: () => string | Uint8Array,
  costs?: string,
): Case => ({
  name,
  reason,
  ...(costs && { costs }),
  write: (path) => writeText(path, text()),
});

/** A figure of MMLU-Pro that is none. */
const score = (name: string, reason: RegExp, value: string): Case =>
  content(name, reason, withScore(value), "mmlu_pro");

/** The good file with one figure replaced, as text: JSON.stringify cannot write NaN. */
const withScore = (value: string) => () =>
  good.replace(/("leaderboard_mmlu_pro":.*?"acc,none":)[^,]+/s, `$1${value}`);

const withFigures = (change: (figure: Figure) => Figure | undefined) => () =>
  JSON.stringify(resultsFile({ figures: changed(figures, change), model: "synthetic/Bad-1B" }));

const withName = (model: string) => () => JSON.stringify(resultsFile({ figures, model }));

const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

const CASES: Case[] = [
  content("empty file", /empty/, () => ""),
  content("blank file", /empty/, () => " \n\n"),
  content("cut short", /not valid JSON/, () => good.slice(0, good.length / 2)),
  content("two files in one", /not valid JSON/, () => good + good),
  content("a list", /must be an object/, () => "[]"),
  content("a text", /must be an object/, () => '"results"'),
  content("null", /must be an object/, () => "null"),
  content("another program's file", /field results/, () => '{"name": "x", "version": "1.0.0"}'),
  content("results as a list", /field results/, () => '{"results": [1, 2]}'),
  content("a task as a number", /none of the benchmarks/, () => '{"results": {"mmlu": 0.5}}'),

  score("NaN as score", /from 0 to 1, is null \(or NaN/, "NaN"),
  score("text as score", /results\.leaderboard_mmlu_pro\.acc,none.*"0\.5"/, '"0.5"'),
  score("N/A as score", /from 0 to 1, is "N\/A"/, '"N/A"'),
  score("null as score", /from 0 to 1, is null/, "null"),
  score("truth as score", /from 0 to 1, is true/, "true"),
  score("negative score", /from 0 to 1, is -0\.1/, "-0.1"),
  score("score of 1.5", /from 0 to 1, is 1\.5/, "1.5"),
  score("percentage as score", /from 0 to 1, is 37/, "37"),
  score("endless score", /from 0 to 1, is Infinity/, "1e999"),
  score("list as score", /from 0 to 1, is a list/, "[0.5]"),
  score("long text as score", /is "x{40}"$/, `"${"x".repeat(100_000)}"`),

  content(
    "half of BBH",
    /half-finished: 12 of 24 subtasks of BBH/,
    () => {
      let seen = 0;
      return withFigures((f) => (/bbh_/.test(f.task) && seen++ >= 12 ? undefined : f))();
    },
    "bbh",
  ),
  content(
    "IFEval with one metric",
    /half-finished: IFEval has 1 of 2 metrics/,
    withFigures((f) => (f.metric === "inst_level_strict_acc,none" ? undefined : f)),
    "ifeval",
  ),
  content(
    "GPQA with neither its value nor all subtasks",
    /half-finished: 2 of 3 subtasks of GPQA/,
    withFigures((f) => (/gpqa(_main)?$/.test(f.task) ? undefined : f)),
    "gpqa",
  ),
  content(
    "no known benchmark",
    /has none of the benchmarks of Open LLM Leaderboard v2/,
    withFigures((f) => ({ ...f, task: `other_${f.task}` })),
  ),
  content("a trial run", /config\.limit: is a trial run of 10 questions/, () =>
    good.replace('"limit":null', '"limit":10'),
  ),

  content("model name with ..", /field model/, withName("../../etc/passwd")),
  content("model name ending in ..", /field model/, withName("owner/..")),
  content("absolute path as model name", /field model/, withName("/etc/passwd")),
  content("path as model name", /field model/, withName("models/owner/name")),
  content("Windows path as model name", /field model/, withName("C:\\models\\name")),
  content("markup as model name", /field model/, withName("<script>alert(1)</script>")),
  content("line break in model name", /field model/, withName("owner/name\n")),
  content("empty model name", /field model/, withName("")),
  content("long model name", /field model/, withName(`owner/${"x".repeat(200)}`)),
  content("markup as revision", /field revision/, () =>
    JSON.stringify(resultsFile({ figures, revision: "<script>" })),
  ),

  content("bytes that are no UTF-8", /not UTF-8/, () =>
    Buffer.concat([Buffer.from(good.slice(0, -1)), Buffer.from([0xff, 0xfe, 0x7d])]),
  ),
  content("UTF-16", /not UTF-8/, () => Buffer.from(`\uFEFF${good}`, "utf16le")),
  content("byte order mark", /byte order mark/, () => `\uFEFF${good}`),
  content("__proto__ in place of results", /field results/, () =>
    good.replace('"results"', '"__proto__"'),
  ),
  content("tasks under __proto__", /none of the benchmarks/, () =>
    JSON.stringify({ ...resultsFile({ figures }), results: {} }).replace(
      '"results":{}',
      `"results":{"__proto__":${JSON.stringify(resultsFile({ figures }).results)}}`,
    ),
  ),
  content("model name under __proto__", /field model/, () => {
    const { model_name, ...rest } = resultsFile({ figures });
    const text = JSON.stringify({ ...rest, config: {} });
    return text.replace("{", `{"__proto__": {"model_name": ${JSON.stringify(model_name)}},`);
  }),
  content("deep nesting", /must be an object/, () => nested(200_000)),
  score("deep nesting as score", /is a list/, nested(200_000)),

  {
    name: "larger than any result file",
    reason: /bytes long/,
    write: async (path) => {
      await writeText(path, good);
      await truncate(path, 5 * 1024 ** 3);
    },
  },
  {
    name: "a link to nowhere",
    reason: /cannot be read \(ENOENT\)/,
    write: (path) => symlink("nowhere.json", path),
  },
  {
    name: "a link to itself",
    reason: /cannot be read \(ELOOP\)/,
    write: (path) => symlink(path, path),
  },
  {
    name: "a pipe that nobody fills",
    reason: /is a device/,
    write: async (path) => execFileSync("mkfifo", [path]),
  },
  {
    name: "an unreadable file",
    reason: /cannot be read \(E|is a link out of its folder/,
    write: async (path) => {
      // Root may read everything but a hole in its own memory.
      if (process.getuid?.() === 0) return symlink("/proc/self/mem", path);
      await writeText(path, good);
      await chmod(path, 0);
    },
  },
];

/** A folder with a good file, and the bad one beside it. */
async function spoiled(cases: Case[]): Promise<string> {
  const folder = await fresh();
  await writeRun(folder, { figures });
  for (const [i, { write }] of cases.entries()) {
    // Three folders down: a model name made of them is no model name either.
    const place = join(folder, "EleutherAI", "bad file", String(i));
    await mkdir(place, { recursive: true });
    await write(join(place, `results_2024-06-18T00-00-${String(i).padStart(2, "0")}.json`));
  }
  return folder;
}

describe("a bad file costs nothing but itself", () => {
  test.each(CASES)("$name", async (bad) => {
    const out = await fresh();
    const { manifest, rejected } = await build(out, [await spoiled([bad])]);
    expect(rejected).toHaveLength(1);
    expect(rejected[0]?.path).toMatch(/EleutherAI\/bad file\/0\/results_2024-06-18/);
    expect(rejected[0]?.reason).toMatch(bad.reason);
    expect(rejected[0]?.reason.length).toBeLessThan(300);
    expect(manifest.rejected).toBe(1);
    const rows = await query(`SELECT model, rank, bbh FROM '${out}/models.parquet'`);
    expect(rows[0]).toEqual({
      model: "EleutherAI/pythia-2.8b",
      rank: 1,
      bbh: expect.closeTo(5.07778616190546, 10),
    });
    const others = await query(
      `SELECT * FROM '${out}/models.parquet' WHERE model <> 'EleutherAI/pythia-2.8b'`,
    );
    const scored = (row: Record<string, unknown>) => V2_KEYS.filter((key) => row[key] !== null);
    expect(others.map(scored)).toEqual(
      bad.costs ? [V2_KEYS.filter((key) => key !== bad.costs)] : [],
    );
  });

  test("a folder named like a file is a folder", async () => {
    const folder = await spoiled([]);
    await mkdir(join(folder, "results_of_may.json"));
    await writeText(
      join(folder, "results_of_may.json", "results_2024-06-18T00-00-00.json"),
      JSON.stringify(resultsFile({ figures, model: "a/b" })),
    );
    const { summary, rejected } = await build(await fresh(), [folder]);
    expect(rejected).toEqual([]);
    expect(summary.evaluations[0]!.rows).toBe(2);
  });

  test("keys named __proto__ change nothing in a good file", async () => {
    const folder = await fresh();
    const evil = '{"__proto__": {"polluted": 1}, "constructor": {"prototype": {"polluted": 1}},';
    await writeText(join(folder, "results_x.json"), good.replace("{", evil));
    const { summary } = await build(await fresh(), [folder]);
    expect(summary.rejections).toEqual([]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

/** Half a benchmark is none only where no other file has it. */
const TOLD = CASES.filter(({ reason }) => !/subtasks/.test(reason.source));

describe("the command, with all of them at once", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await spoiled(TOLD);
  });

  test("goes on, says so, and ends with 0", async () => {
    const out = await fresh();
    const { code, out: printed, err } = command("data", ["--source", folder, "--out", out]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(printed).toContain(`Rejected: ${TOLD.length}`);
    // The good file, and what is good of the bad ones, which are of one model.
    expect(printed).toContain("Open LLM Leaderboard v2: 2 evaluations");
    const rejected = await readJson<Rejection[]>(out, "rejected.json");
    expect(rejected.map((r) => Number(r.path.split("/").at(-2))).toSorted((a, b) => a - b)).toEqual(
      TOLD.map((_, i) => i),
    );
    expect(JSON.stringify(rejected)).not.toContain(folder);
  });

  test("ends with 1 and a sentence under --strict, and the tables are there all the same", async () => {
    const out = await fresh();
    const { code, err } = command("data", ["--source", folder, "--out", out, "--strict"]);
    expect(code).toBe(1);
    expect(err).toBe(`--strict: ${TOLD.length} rejected, see ${out}/rejected.json.\n`);
    await access(join(out, "models.parquet"));
  });

  test("ends with 0 under --strict when nothing is wrong", async () => {
    const out = await fresh();
    const { code, err } = command("data", [
      "--source",
      await spoiled([]),
      "--out",
      out,
      "--strict",
    ]);
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
});

test("a folder that cannot be opened is rejected, its neighbours are read", async (context) => {
  if (process.platform === "win32") context.skip("Windows has no permission bits");
  const folder = await spoiled([]);
  const closed = join(folder, "closed");
  await mkdir(closed, { mode: 0o000 });
  const out = await fresh();
  await chmod(out, 0o777);
  await chmod(dirname(out), 0o755);
  // Root may open every folder, so the command runs as nobody.
  const uid = process.getuid?.() === 0 ? 65534 : undefined;
  const { code, err } = command("data", ["--source", folder, "--out", join(out, "t")], { uid });
  await chmod(closed, 0o700);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  const rejected = await readJson<Rejection[]>(join(out, "t"), "rejected.json");
  expect(rejected).toEqual([
    { path: expect.stringMatching(/closed$/), reason: "cannot be read (EACCES)" },
  ]);
});

test("a benchmark that was not run is unknown, not 0: no average, no rank", async () => {
  const folder = await fresh();
  const without = figures.filter((f) => f.task !== "leaderboard_mmlu_pro");
  await writeRun(folder, { figures: without, model: "synthetic/Partial-1B" });
  await writeRun(folder, { figures });
  const out = await fresh();
  const { summary } = await build(out, [folder]);
  expect(summary.rejections).toEqual([]);
  expect(summary.evaluations[0]).toMatchObject({ rows: 2, withoutAverage: 1 });
  const rows = await query(
    `SELECT model, mmlu_pro, mmlu_pro_raw, mmlu_pro_stderr, average, rank, gpqa FROM '${out}/models.parquet'`,
  );
  expect(rows[0]).toMatchObject({ model: "EleutherAI/pythia-2.8b", rank: 1 });
  expect(rows[1]).toEqual({
    model: "synthetic/Partial-1B",
    mmlu_pro: null,
    mmlu_pro_raw: null,
    mmlu_pro_stderr: null,
    average: null,
    rank: null,
    gpqa: 0,
  });
});
