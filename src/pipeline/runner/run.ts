import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { CAUSES, type Failure, failure } from "../../core/queue/failures.ts";
import { byteSize } from "../../core/table/format.ts";
import type { RequestRow } from "../sources/requests.ts";
import { evaluationCommands, isPart, modelsOf, OUTPUT, tasksOf } from "./command.ts";
import { downloading, evaluating, type Folders } from "./environment.ts";
import { type Ended, failureOf, RETRY } from "./failure.ts";
import { runnerFile } from "./harness.ts";
import { modelsSchema, type RunRecord } from "./record.ts";
import { keyOf, type RequestFile } from "./request-file.ts";
import type { Runner } from "./runner.ts";
import { type Estimate, roomOf } from "./size.ts";

/** A run that failed for a reason that its submitter is told. */
export class RunFailed extends Error {
  override name = "RunFailed";
  readonly failure: Failure;
  constructor(why: Failure) {
    super(why.why);
    this.failure = why;
  }
}

/** A run that was ended from outside: the lease was lost, or somebody stopped the runner. */
export class RunStopped extends Error {
  override name = "RunStopped";
}

/** What a run is made of. */
export interface Run {
  runner: Runner;
  request: RequestFile;
  estimate: Estimate;
  /** Its folder, which another run of the same request by the same harness goes on in. */
  folder: string;
  signal: AbortSignal;
  /** Told before each command of the harness, counted from 1. */
  onCommand: (command: number, of: number) => Promise<void>;
}

/** Facts of what was brought. */
export interface Brought {
  models: RunRecord["models"];
  seconds: number;
}

const reportSchema = z.union([
  z.object({ models: modelsSchema }),
  z.object({ refused: z.enum(CAUSES), model: z.string() }),
]);

/**
 * Brings models and questions, with a network and without running anything of a model.
 *
 * @throws RunFailed, RunStopped
 */
export async function bring({ runner, request, folder, signal }: Run): Promise<Brought> {
  const { row } = request;
  const report = join(folder, "brought.json");
  await rm(report, { force: true });
  const most = await mostBytes(runner, row);
  const asked = {
    models: modelsOf(row).map((name) => [name, row.revision ?? "main"]),
    tasks: tasksOf(runner.suite),
    include: runner.tasks ?? null,
    chat: row.chat_template === true,
    most,
    report,
  };
  const folders = foldersOf(runner, folder);
  const ended = await runner.executor.run({
    argv: [join(folders.bin, "python"), runnerFile("download.py"), JSON.stringify(asked)],
    ...whoseOf(request),
    // Python, a tokenizer and the questions.
    needs: { gpus: 0, memory: 2 * 2 ** 30, seconds: null, network: true },
    empty: null,
    env: downloading(folders, process.env),
    cwd: folders.start,
    folder,
    log: join(folder, "download.log"),
    limits: runner.limits,
    signal,
  });
  if (ended.stopped === "abort") throw new RunStopped();
  const told = existsSync(report)
    ? reportSchema.parse(JSON.parse(await readFile(report, "utf8")))
    : null;
  if (told && "refused" in told) {
    throw new RunFailed(failure(told.model, told.refused, byteSize(most)));
  }
  if (ended.code !== 0 || !told) throw new RunFailed(failureOf(row.model, ended));
  return { models: told.models, seconds: ended.seconds };
}

/** Bytes of weights that are worth downloading: of a size that nobody stated, what the memory holds. */
async function mostBytes({ executor, limits }: Runner, row: RequestRow): Promise<number> {
  if (row.params_b !== null) return limits.disk;
  return Math.min(limits.disk, roomOf(await executor.machine()));
}

/** What was evaluated, and how. */
export interface Evaluated {
  /** Folder with all output of the harness. */
  folder: string;
  commands: string[][];
  seconds: number;
  network: string;
  batchSize: number | null;
}

/** What is noted of a command that has ended well, so that it is not run again. */
const doneSchema = z.object({
  seconds: z.number(),
  network: z.string(),
  batchSize: z.number().nullable(),
});
type Done = z.infer<typeof doneSchema>;

/**
 * Runs the commands of a request one after the other, without network and without token. A command
 * that ended well in an earlier try is not run again. What does not fit into memory is run once more
 * with one question at a time.
 *
 * @throws RunFailed, RunStopped
 */
export async function evaluate(run: Run, models: RunRecord["models"]): Promise<Evaluated> {
  const { runner, request, estimate, folder } = run;
  const { row } = request;
  const choices = {
    commit: isPart(row) ? null : (models[row.model]?.commit ?? null),
    device: estimate.device,
    parallel: estimate.gpus > 1,
    tasks: runner.tasks,
  };
  const plain = evaluationCommands(runner.suite, row, choices);
  const small = evaluationCommands(runner.suite, row, { ...choices, batchSize: 1 });
  const all: Done[] = [];
  const commands: string[][] = [];
  for (const [i, words] of plain.entries()) {
    await run.onCommand(i + 1, plain.length);
    const place = join(folder, "output", String(i));
    const before = await readDone(place);
    if (before !== null) runner.say(`${row.model}: command ${i + 1} was done before`);
    const done = before ?? (await runOne(run, place, words, small[i]!));
    all.push(done);
    commands.push(done.batchSize === null ? words : small[i]!);
  }
  return {
    folder: join(folder, "output"),
    commands: commands.map((words) => ["python", "-m", "lm_eval", ...words]),
    seconds: all.reduce((sum, { seconds }) => sum + seconds, 0),
    network: all.every(({ network }) => network === "none") ? "none" : "as the machine's",
    batchSize: all.find(({ batchSize }) => batchSize !== null)?.batchSize ?? null,
  };
}

async function runOne(run: Run, place: string, words: string[], small: string[]): Promise<Done> {
  const { model } = run.request.row;
  const first = await harness(run, place, words);
  if (first.ended.code === 0) return noted(place, first, null);
  const failed = failureOf(model, first.ended);
  if (RETRY[failed.cause] !== "smaller") throw new RunFailed(failed);
  run.runner.say(`${model}: out of memory, once more with one question at a time`);
  const second = await harness(run, place, small);
  if (second.ended.code === 0) return noted(place, second, 1);
  throw new RunFailed(failureOf(model, second.ended));
}

interface HarnessRun {
  ended: Ended;
  network: string;
}

/** One run of the harness, into an empty folder. */
async function harness(run: Run, place: string, words: string[]): Promise<HarnessRun> {
  const { runner, request, estimate, folder, signal } = run;
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const folders = foldersOf(runner, folder);
  const note = join(folder, "launched.json");
  const python = join(folders.bin, "python");
  const filled = words.map((word) => word.replaceAll(OUTPUT, place));
  const launch = [python, runnerFile("launch.py"), note, runner.executor.parent];
  const ended = await runner.executor.run({
    argv: [...launch, python, "-m", "lm_eval", ...filled],
    ...whoseOf(request),
    needs: { ...estimate, network: false },
    empty: place,
    env: evaluating(folders, process.env),
    cwd: folders.start,
    folder,
    log: join(folder, "evaluation.log"),
    limits: runner.limits,
    signal,
  });
  if (ended.stopped === "abort") throw new RunStopped();
  const launched = await readFile(note, "utf8").catch(() => "{}");
  const { network } = z
    .object({ network: z.string().default("as the machine's") })
    .parse(JSON.parse(launched));
  return { ended, network };
}

async function noted(place: string, { ended, network }: HarnessRun, batchSize: number | null) {
  const done: Done = { seconds: ended.seconds, network, batchSize };
  await writeFile(`${place}.json`, JSON.stringify(done));
  return done;
}

async function readDone(place: string): Promise<Done | null> {
  const text = await readFile(`${place}.json`, "utf8").catch(() => null);
  return text === null ? null : doneSchema.parse(JSON.parse(text));
}

function whoseOf(request: RequestFile) {
  return { name: request.row.model, request: keyOf(request) };
}

function foldersOf({ work, harness, tasks }: Runner, job: string): Folders {
  return { job, start: tasks ?? job, hub: resolve(work, "hub"), bin: harness.bin };
}
