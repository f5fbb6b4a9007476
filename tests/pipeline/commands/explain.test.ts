// `data --explain FILE`: what is read of one file, from where, and what is not and why.
import { glob, readdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Evaluation } from "../../../src/core/records/evaluation.ts";
import { type Suite, suiteSchema } from "../../../src/core/records/suite.ts";
import { data } from "../../../src/pipeline/commands/data.ts";
import { explainFile } from "../../../src/pipeline/sources/explain.ts";
import { HUB_NAMES } from "../../../src/pipeline/sources/model-of.ts";
import { parseResults } from "../../../src/pipeline/sources/results.ts";
import { EXPLAIN } from "../../../src/site/docs/leaderboard.ts";
import { command, folders } from "../snapshot/snapshot.ts";

const CASES = resolve("tests/fixtures/cases");
const FORMATS = resolve("src/site/docs/formats");
const NORSK = resolve("examples/norsk");
const fresh = folders();

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

interface Board {
  suites: object[];
  [field: string]: unknown;
}

/** A configuration of these suites. */
async function configured(board: Board): Promise<string> {
  const path = join(await fresh(), "leaderboard.config.cjs");
  const whole = { title: "Case", tagline: "t", ...board };
  await writeFile(path, `module.exports = { default: ${JSON.stringify(whole)} };`);
  return path;
}

/** What the command prints, line by line, and the status that it ends with. */
async function explained(board: Board, file: string, ...more: string[]) {
  vi.stubEnv("LEADERBOARD_CONFIG", await configured(board));
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  const code = await data(["--explain", file, ...more]);
  vi.restoreAllMocks();
  return { code, lines };
}

/** A case's suite, and one of its files. */
async function ofCase(name: string, file: string) {
  const suite = JSON.parse(await readFile(join(CASES, name, "suite.json"), "utf8"));
  return explained({ suites: [suite] }, join(CASES, name, file));
}

const benchmark = (key: string, task: string, metric: string, shots: number, more = {}) => ({
  key,
  name: key,
  area: "a",
  description: "x",
  task,
  shots,
  metrics: [{ name: metric, ...more }],
  score: "task",
});

const suiteOf = (...benchmarks: object[]) => ({
  id: "case",
  version: "1.0.0",
  name: "Case",
  table: "models",
  normalized: false,
  benchmarks,
});

const RUN = "results/quay/Clipper/results_2026-01-12T09-00-00.000000.json";

describe("a result file that is read", () => {
  test("tells everything of it, in order", async () => {
    const { code, lines } = await ofCase("04-shots-not-those-of-the-suite", RUN);
    expect(lines).toEqual([
      "File: quay/Clipper/results_2026-01-12T09-00-00.000000.json",
      "Format: lm-evaluation-harness 0.4 (0.4.0 to 0.4.13)",
      "Model",
      "  name: quay/Clipper (field model_name)",
      "  revision: c11bbe2c11bbe2c11bbe2c11bbe2c11bbe2c11bb (field config.model_sha)",
      "  precision: bfloat16 (field config.model_args.dtype)",
      "  weights: Original (neither peft nor delta is among the arguments)",
      "  chat template: no (field chat_template is empty)",
      "  settings: none (no thinking, system prompt or generation settings are stated)",
      "  parameters: unknown (the file has no config.model_num_parameters)",
      "  time: 2026-01-12T09:00:00.000Z (the file's name)",
      "Benchmarks of Case 1.0.0",
      "  knots: 50.00",
      "    task knots, metric acc,none: 0.5 on a scale from 0 (worst) to 1 (best)",
      "    standard error: unknown, as the file has none and nothing says the number of questions",
      "    questions: unknown, neither the file nor the suite says",
      "    examples: 5, as the suite asks",
      "  tides: 70.00",
      "    task tides, metric acc,none: 0.7 on a scale from 0 (worst) to 1 (best)",
      "    standard error: unknown, as the file has none and nothing says the number of questions",
      "    questions: unknown, neither the file nor the suite says",
      "    examples: 5, as the suite asks",
      "Fields that are looked for and not there: 1",
      "  n-samples",
      "Read: 2 of 2 benchmarks of Case",
    ]);
    expect(code).toBe(0);
  });

  test("with NaN where no suite reads it, and without numbers of examples", async () => {
    const { code, lines } = await ofCase("09-nan", RUN);
    expect(lines).toContain("  knots: 50.00");
    expect(lines).toContain("    examples: not stated by the file, taken to be the suite's 5");
    expect(code).toBe(0);
  });

  test("in part: a value beyond the scale costs its benchmark", async () => {
    const { code, lines } = await ofCase("10-scale-0-100", RUN);
    expect(lines.slice(-4)).toEqual([
      '  tides: set aside: field results.tides.bleu,none: must be a number from 0 to 1, is 31.5: say "scale": {"worst": 0, "best": 100} for this metric in the suite',
      "Fields that are looked for and not there: 1",
      "  n-samples",
      "Read: 1 of 2 benchmarks of Case",
    ]);
    expect(code).toBe(0);
  });

  test("of packed weights has no size", async () => {
    const file = RUN.replace("Clipper/", "Clipper-70B-GPTQ/");
    const { lines } = await ofCase("14-packed-weights", file);
    expect(lines).toContain("  precision: GPTQ (weights are packed: the arguments say so)");
    expect(lines).toContain(
      "  parameters: unknown (config.model_num_parameters counts the numbers that weights are packed into)",
    );
  });

  test("is named by aliases.json where that has it", async () => {
    const folder = await fresh();
    await writeFile(join(folder, "aliases.json"), '{"quay/Clipper": "quay/Clipper-1B"}');
    const board = {
      suites: [suiteOf(benchmark("knots", "knots", "acc,none", 5))],
      curated: folder,
    };
    const { lines } = await explained(board, join(CASES, "04-shots-not-those-of-the-suite", RUN));
    expect(lines).toContain("  name: quay/Clipper-1B (aliases.json has it for quay/Clipper)");
    expect(lines).toContain("Tasks that no suite reads: 1");
    expect(lines).toContain("  tides");
  });

  test("whose subtasks make the score tells each, and the parts that are still to come", async () => {
    const folder = await fresh();
    const file = join(folder, "results_2026-01-12T09-00-00.000000.json");
    const results = {
      north: { "acc,none": 0.5, "acc_stderr,none": 0.05 },
      south: { "acc,none": 1 },
    };
    const size = { original: 100, effective: 100 };
    const run = { results, model_name: "quay/C", "n-samples": { north: size, south: size } };
    await writeFile(file, JSON.stringify(run));
    const part = (task: string) => ({ task, name: task, n: 100 });
    const mean = (key: string, ...tasks: string[]) => ({
      ...benchmark(key, key, "acc,none", 0),
      score: "mean_of_subtasks",
      subtasks: tasks.map(part),
    });
    const suite = suiteOf(mean("tides", "north", "south"), mean("winds", "north", "west"));
    const { code, lines } = await explained({ suites: [suite] }, file);
    const at = lines.indexOf("  tides: 75.00");
    expect(lines.slice(at, at + 9)).toEqual([
      "  tides: 75.00",
      "    task north, metric acc,none: 0.5 on a scale from 0 (worst) to 1 (best): 50.00",
      "    task south, metric acc,none: 1 on a scale from 0 (worst) to 1 (best): 100.00",
      "    standard error: 2.50 (binomial, as the file has none of some figure)",
      "    questions: 200 (by the suite)",
      "    examples: not stated by the file, taken to be the suite's 0",
      "  winds: 1 of 2 subtasks, scored once other files of the same run have the others",
      "    still to come: west",
      "    task north, metric acc,none: 0.5 on a scale from 0 (worst) to 1 (best): 50.00",
    ]);
    expect(code).toBe(0);
  });
});

describe("a result file that is not read", () => {
  test("says why, benchmark by benchmark", async () => {
    const { code, lines } = await ofCase(
      "04-shots-not-those-of-the-suite",
      RUN.replace("T09", "T10"),
    );
    expect(lines.filter((line) => /^ {2}(?:knots|tides)|^Nothing/.test(line))).toEqual([
      '  knots: set aside: task knots was asked with 0 examples (n-shot), the suite asks with 5: run it with --num_fewshot 5, or give "shots": 0 to a benchmark of the suite',
      '  tides: set aside: task tides was asked with 0 examples (n-shot), the suite asks with 5: run it with --num_fewshot 5, or give "shots": 0 to a benchmark of the suite',
      "Nothing of it is read: what it has is set aside, as above",
    ]);
    expect(code).toBe(1);
  });

  test("where lower is better", async () => {
    const { code, lines } = await ofCase("05-lower-is-better", RUN.replace("Clipper", "Bad"));
    expect(lines).toContain(
      '  knots: set aside: knots wer,none is better when lower, says the file: say "scale": {"worst": 1, "best": 0} for this metric in the suite',
    );
    expect(code).toBe(1);
  });

  test("of other benchmarks tells what the suite would have to say", async () => {
    const suite = suiteOf(benchmark("knots", "sailing_knots", "exact_match,none", 5));
    const file = join(CASES, "04-shots-not-those-of-the-suite", RUN);
    const { code, lines } = await explained({ suites: [suite] }, file);
    expect(lines.slice(-9)).toEqual([
      "  knots: not in this file: no task sailing_knots with exact_match,none",
      "    tasks that look alike: knots",
      "Tasks that no suite reads: 2",
      "  knots",
      "  tides",
      "Fields that are looked for and not there: 1",
      "  n-samples",
      "Nothing of it is read: has none of the benchmarks of Case",
      '  What would be read: a suite with a benchmark of this file, as "task": "knots", "metrics": [{"name": "acc,none"}]',
    ]);
    expect(code).toBe(1);
  });

  test("by its name is told, and how it may be named", async () => {
    const board = { suites: [suiteOf(benchmark("hellaswag", "hellaswag", "acc,none", 10))] };
    const file = join(FORMATS, "lm-eval.json");
    const { code, lines } = await explained(board, file);
    expect(lines.slice(-2)).toEqual([
      "To be read by another name: 1 of 1 benchmarks of Case",
      "Its name keeps it from being read: below a source, result files are named results….json, as results_2026-01-31T12-00-00.json: rename it, or give the configuration a field files with a pattern of paths",
    ]);
    expect(code).toBe(1);
    const named = await explained({ ...board, files: "formats/*.json" }, file);
    expect(named.lines.at(-1)).toBe("Read: 1 of 1 benchmarks of Case");
    expect(named.code).toBe(0);
    const source = await explained(
      { ...board, files: "formats/*.json" },
      file,
      "--source",
      FORMATS,
    );
    expect(source.lines[0]).toBe("File: lm-eval.json");
    expect(source.lines.at(-1)).toBe(
      "Its name keeps it from being read: below a source, result files are like formats/*.json, as the configuration's field files has it: rename the file, or widen the pattern",
    );
  });

  test.each([
    ["", "is not valid JSON (broken or cut short): the file is empty"],
    ['{"name": "a package"}', "field results: must be an object"],
  ])("as it is none: %s", async (text, reason) => {
    const file = join(await fresh(), "results_x.json");
    await writeFile(file, text);
    const board = { suites: [suiteOf(benchmark("knots", "knots", "acc,none", 5))] };
    const { code, lines } = await explained(board, file);
    const [last, remedy] = lines.slice(-2);
    expect(last).toBe(`Nothing of it is read: ${reason}`);
    expect(remedy).toMatch(
      /^ {2}What would be read: (?:one JSON document|a result file of lm-eval)/,
    );
    expect(code).toBe(1);
  });
});

test("a path on a disk is no model's name, where no folder has one", async () => {
  const folder = await fresh();
  const file = join(folder, "results_2026-01-12T09-00-00.000000.json");
  const run = { results: { knots: { "acc,none": 0.5 } }, model_name: "/data/clipper" };
  await writeFile(file, JSON.stringify(run));
  const board = { suites: [suiteOf(benchmark("knots", "knots", "acc,none", 5))] };
  const { code, lines } = await explained(board, file, "--source", folder);
  const why =
    'field model_name: "/data/clipper" is a path on a disk, no model\'s name: put the file into a folder OWNER/NAME, ' +
    'or name it in curated/aliases.json: {"/data/clipper": "OWNER/NAME"}';
  expect(lines).toContain(`  name: unknown (${why})`);
  expect(lines).toContain("  knots: 50.00");
  expect(lines.at(-1)).toBe(`Nothing of it is read: ${why}`);
  expect(code).toBe(1);
});

function attempt(read: () => Evaluation[]): { evaluations: Evaluation[]; reason: string | null } {
  try {
    return { evaluations: read(), reason: null };
  } catch (error) {
    return { evaluations: [], reason: (error as Error).message };
  }
}

test("of every result file at hand it says what the tables get", async () => {
  const files: [string, Suite[]][] = [];
  for (const folder of [...(await readdir(CASES)).map((name) => join(CASES, name)), NORSK]) {
    const suite = folder === NORSK ? "suites/norsk.json" : "suite.json";
    const suites = [suiteSchema.parse(JSON.parse(await readFile(join(folder, suite), "utf8")))];
    for await (const file of glob(join(folder, "**/results_*.json"))) files.push([file, suites]);
  }
  expect(files.length).toBeGreaterThan(30);
  for (const [file, suites] of files) {
    const place = file.split("/").slice(-3).join("/");
    const { runs, refused } = explainFile(file, place, { suites, naming: HUB_NAMES });
    const scored = runs.flatMap((run) =>
      run.suites.flatMap((s) =>
        s.benchmarks.flatMap((b) => (b.kind === "scored" ? b.measure : [])),
      ),
    );
    const text = await readFile(file, "utf8");
    const read = attempt(() => parseResults(text, place, suites));
    expect(refused?.reason ?? null, file).toBe(read.reason);
    if (read.reason !== null) continue;
    const measures = read.evaluations.flatMap((e) => e.measures);
    expect(scored, file).toEqual(measures.filter((m) => m.subtask === null));
  }
});

describe("files of other programs", () => {
  const board = (...benchmarks: object[]) => ({
    suites: [suiteOf(...benchmarks)],
    files: "**/*.json",
  });

  test("lighteval: a standard error that cannot be, and a task by another name", async () => {
    const { code, lines } = await explained(
      board(
        benchmark("gsm8k", "gsm8k|5", "extractive_match", 5, { n: 1319 }),
        benchmark("old", "lighteval|gsm8k|5", "extractive_match", 5),
      ),
      join(FORMATS, "lighteval.json"),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        "Format: lighteval 0.1 to 0.13, and details in its shape",
        "  Fields are named here as the harness names them; /docs/formats/ has the file's own",
        "  chat template: unknown (this format does not say)",
        "  settings: temperature 0 (a run with others is another evaluation)",
        "  gsm8k: 25.00",
        "    standard error: 1.19 (binomial: the file's, extractive_match_stderr 0.012, cannot be that of so many answers, right or wrong)",
        "    questions: 1319 (in the file: n-samples.gsm8k|5.effective)",
        "  old: not in this file: no task lighteval|gsm8k|5 with extractive_match",
        "    tasks that look alike: gsm8k|5",
        "Read: 1 of 2 benchmarks of Case",
      ]),
    );
    expect(code).toBe(0);
  });

  test("Every Eval Ever: a standard error of the file, and a metric that is another", async () => {
    const { code, lines } = await explained(
      board(
        benchmark("hellaswag", "hellaswag", "acc_norm", 10),
        benchmark("plain", "hellaswag", "acc", 10),
      ),
      join(FORMATS, "every-eval-ever.json"),
    );
    expect(lines).toEqual(
      expect.arrayContaining([
        "Format: Every Eval Ever 0.2 and 0.3",
        "  parameters: 1B (field config.model_num_parameters)",
        "  time: 2026-01-21T12:53:20.000Z (field date)",
        "  hellaswag: 52.00",
        "    standard error: 0.50 (in the file: acc_norm_stderr 0.005)",
        "    questions: 10042 (in the file: n-samples.hellaswag.effective)",
        "    examples: 10, as the suite asks",
        "  plain: not in this file: no task hellaswag with acc",
        "    the task is there with acc_norm",
      ]),
    );
    expect(code).toBe(0);
  });
});

describe("a contents table", () => {
  test("tells its columns, and its rows", async () => {
    const { code, lines } = await ofCase("11-mixed-line-ends", "contents.csv");
    expect(lines).toEqual([
      "File: contents.csv",
      "Format: a contents table",
      "  2 rows; columns: model, knots, tides",
      "  day: unknown (neither its name is a date, nor has it a column of days)",
      "Benchmarks of Case 1.0.0",
      "  knots: scores (0 to 100) in column knots",
      "  tides: scores (0 to 100) in column tides",
      "Other columns that are read: 1",
      "  model",
      "Read: 2 of 2 rows, of Case",
    ]);
    expect(code).toBe(0);
  });

  test("with rows that are refused, and columns that nobody reads", async () => {
    const file = join(await fresh(), "2026-01-12.csv");
    await writeFile(file, "model,knots,colour\nquay/A,50,red\nquay/B,much,blue\n");
    const board = { suites: [suiteOf(benchmark("knots", "knots", "acc,none", 5))] };
    const { code, lines } = await explained(board, file);
    expect(lines.slice(3)).toEqual([
      "  day: 2026-01-12",
      "Benchmarks of Case 1.0.0",
      "  knots: scores (0 to 100) in column knots",
      "Other columns that are read: 1",
      "  model",
      "Columns that are not read: 1",
      "  colour",
      "Rows that are refused: 1",
      '  2026-01-12.csv#2: column knots, row 2: "much" is no score: write a number from 0 to 100, as 50.5, or leave the cell empty',
      "Read: 1 of 2 rows, of Case",
    ]);
    expect(code).toBe(0);
  });

  test("of other benchmarks says which columns a suite needs", async () => {
    const suite = suiteOf(
      benchmark("knots", "knots", "acc,none", 5),
      benchmark("wind", "w", "a", 0),
    );
    const file = join(CASES, "11-mixed-line-ends/contents.csv");
    const { code, lines } = await explained({ suites: [suite] }, file);
    expect(lines.slice(3)).toEqual([
      "Needed for Case and not there",
      "  wind: wind",
      "Nothing of it is read: it has not all columns that a suite needs",
      "  What would be read: a column for the model, and one for each benchmark of a suite",
    ]);
    expect(code).toBe(1);
  });
});

test("what a file says steers no terminal and no log", async () => {
  const file = join(await fresh(), "results_x.json");
  const name = "\u001b[31m::error::\n\u202eknots";
  const run = {
    results: { [name]: { [name]: 0.5 } },
    model_name: name,
    [name]: 1,
    config: { model_sha: name },
  };
  await writeFile(file, JSON.stringify(run));
  const board = { suites: [suiteOf(benchmark("knots", "knots", "acc,none", 5))] };
  const { lines } = await explained(board, file);
  expect(lines.length).toBeGreaterThan(8);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  expect(lines.filter((line) => /[\u0000-\u001f\u202e]|::/.test(line))).toEqual([]);
});

test("the page on leaderboards of one's own shows what it prints of the example", async () => {
  const folder = resolve("examples/sailing");
  const suite = JSON.parse(await readFile(join(folder, "suites/sailing.json"), "utf8"));
  const file = join(folder, EXPLAIN.split(" ").at(-1)!);
  const { code, lines } = await explained({ suites: [suite] }, file);
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(join(folder, "explained.txt"));
  expect(code).toBe(0);
});

test("as people run it: it ends with the status, and writes nothing", async () => {
  const suite = JSON.parse(await readFile(join(CASES, "09-nan/suite.json"), "utf8"));
  const env = { LEADERBOARD_CONFIG: await configured({ suites: [suite] }) };
  const cwd = await fresh();
  const run = (...args: string[]) => command("data", args, { env, cwd });
  const read = run("--explain", join(CASES, "09-nan", RUN));
  expect(read).toMatchObject({ code: 0, err: "" });
  expect(read.out).toContain("Read: 2 of 2 benchmarks of Case\n");
  expect(run("--explain", join(CASES, "09-nan/suite.json")).code).toBe(1);
  expect(run("--explain", "nowhere.json").err).toBe(
    "--explain nowhere.json: there is no such file.\n",
  );
  expect(run("--explain", ".").err).toBe("--explain .: is a folder, name one file.\n");
  expect(run("--explain", "x.json", "--strict").err).toBe(
    "--explain writes nothing: leave --strict away.\n",
  );
  expect(await readdir(cwd)).toEqual([]);
});
