import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { CAUSES, type Failure, failure } from "../../core/queue/failures.ts";
import { isPart } from "../../core/queue/submission.ts";
import { byteSize } from "../../core/table/format.ts";
import { evaluationCommands, modelsOf, OUTPUT, tasksOf } from "./command.ts";
import { type Cost, costAt } from "./cost.ts";
import { type EnergyNote, energyOf, noteSchema } from "./energy.ts";
import { downloading, evaluating, type Folders } from "./environment.ts";
import type { Brought, CommandExecutor, Errand, Evaluated } from "./executor.ts";
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
  /** What was paid all the same; null where nobody says so. */
  readonly cost: Cost | null;
  constructor(why: Failure, cost: Cost | null = null) {
    super(why.why);
    this.failure = why;
    this.cost = cost;
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

const reportSchema = z.union([
  z.object({ models: modelsSchema }),
  z.object({ refused: z.enum(CAUSES), model: z.string() }),
]);

/**
 * Brings models and questions, with a network and without running anything of a model.
 *
 * @throws RunFailed, RunStopped
 */
export async function bring(run: Run): Promise<Brought> {
  const { executor, limits } = run.runner;
  if ("bring" in executor) return executor.bring(errandOf(run));
  // Of a size that nobody stated, no more weights than the memory holds.
  const isStated = run.request.row.params_b !== null;
  const most = isStated ? limits.disk : Math.min(limits.disk, roomOf(await executor.machine()));
  return download(errandOf(run), executor, { most, weights: true });
}

/**
 * Runs `download.py`.
 *
 * @param which `most` is bytes of weights; without `weights` those are only looked at
 * @throws RunFailed, RunStopped
 */
export async function download(
  { request, suite, harness, work, folder, tasks, limits, signal }: Errand,
  executor: CommandExecutor,
  { most, weights }: { most: number; weights: boolean },
): Promise<Brought> {
  const { row } = request;
  const report = join(folder, "brought.json");
  await rm(report, { force: true });
  const asked = {
    models: modelsOf(row).map((name) => [name, row.revision ?? "main"]),
    tasks: tasksOf(suite),
    include: tasks ?? null,
    chat: row.chat_template === true,
    most,
    weights,
    report,
  };
  const folders = foldersOf({ work, harness, tasks }, folder);
  const ended = await executor.run({
    argv: [join(folders.bin, "python"), runnerFile("download.py"), JSON.stringify(asked)],
    ...whoseOf(request),
    // Python, a tokenizer and the questions.
    needs: { gpus: 0, memory: 2 * 2 ** 30, seconds: null, network: true },
    empty: null,
    env: downloading(folders, process.env),
    cwd: folders.start,
    folder,
    log: join(folder, "download.log"),
    limits,
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

function errandOf({ runner, request, estimate, folder, signal }: Run): Errand {
  const { hub, suite, harness, work, tasks, limits, say } = runner;
  return { hub, request, estimate, suite, harness, work, folder, tasks, limits, signal, say };
}

/** What is noted of a command that has ended well, so that it is not run again. */
const doneSchema = z.object({
  seconds: z.number(),
  network: z.string(),
  batchSize: z.number().nullable(),
  /** Of machine, where an executor has several: `Estimate.kind`. */
  kind: z.string().optional(),
  energy: noteSchema.nullable().default(null),
});
export type Done = z.infer<typeof doneSchema>;

/**
 * Runs the commands of a request one after the other, without network and without token. A command
 * that ended well in an earlier try is not run again. What does not fit into memory is run once more
 * with one question at a time.
 *
 * @throws RunFailed, RunStopped
 */
export async function evaluate(run: Run, models: RunRecord["models"]): Promise<Evaluated> {
  const { runner, request, estimate, folder } = run;
  const { executor } = runner;
  if ("evaluate" in executor) return executor.evaluate(errandOf(run), models);
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
    const done = before ?? (await runOne(run, executor, place, words, small[i]!));
    all.push(done);
    commands.push(done.batchSize === null ? words : small[i]!);
  }
  const cost = (seconds: number) => costAt(runner.price, seconds);
  return evaluatedOf(folder, commands, all, { gpus: estimate.gpus, cost });
}

/** What commands that have ended well come to. */
export function evaluatedOf(
  folder: string,
  commands: string[][],
  all: readonly Done[],
  { gpus, cost }: { gpus: number; cost: (seconds: number) => Cost | null },
): Evaluated {
  const seconds = all.reduce((sum, done) => sum + done.seconds, 0);
  return {
    folder: join(folder, "output"),
    commands: commands.map((words) => ["python", "-m", "lm_eval", ...words]),
    seconds,
    cost: cost(seconds),
    network: all.every(({ network }) => network === "none") ? "none" : "as the machine's",
    batchSize: all.find(({ batchSize }) => batchSize !== null)?.batchSize ?? null,
    energy: energyOf(
      all.map(({ energy: note, seconds }) => ({ note, seconds })),
      gpus,
    ),
    node: nodeOf(all[0]?.energy ?? null),
  };
}

function nodeOf(note: EnergyNote | null): RunRecord["node"] {
  if (note === null) return null;
  const { cores, memory, driver } = note;
  return { cores, memory, gpus: note.gpus.map(({ name }) => name), driver };
}

async function runOne(
  run: Run,
  executor: CommandExecutor,
  place: string,
  words: string[],
  small: string[],
): Promise<Done> {
  const { model } = run.request.row;
  const first = await harness(run, executor, place, words);
  if (first.ended.code === 0) return noted(place, first, null);
  const failed = failureOf(model, first.ended);
  if (RETRY[failed.cause] !== "smaller") throw new RunFailed(failed);
  run.runner.say(`${model}: out of memory, once more with one question at a time`);
  const second = await harness(run, executor, place, small);
  if (second.ended.code === 0) return noted(place, second, 1);
  throw new RunFailed(failureOf(model, second.ended));
}

interface HarnessRun {
  ended: Ended;
  network: string;
  energy: EnergyNote | null;
}

/** What launch.py and energy.py note. What is not to be understood of the energy is not known. */
const launchedSchema = z.object({
  network: z.string().default("as the machine's"),
  energy: noteSchema.nullable().default(null).catch(null),
});

/** One run of the harness, into an empty folder. */
async function harness(
  run: Run,
  executor: CommandExecutor,
  place: string,
  words: string[],
): Promise<HarnessRun> {
  const { runner, request, estimate, folder, signal } = run;
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const folders = foldersOf(runner, folder);
  const note = join(folder, "launched.json");
  await rm(note, { force: true });
  const python = join(folders.bin, "python");
  const filled = words.map((word) => word.replaceAll(OUTPUT, place));
  const launch = [python, runnerFile("launch.py"), note, executor.parent];
  const ended = await executor.run({
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
  return { ended, ...(await launched(note)) };
}

/** A command that was killed while it wrote that down has noted nothing. */
async function launched(note: string): Promise<z.infer<typeof launchedSchema>> {
  try {
    return launchedSchema.parse(JSON.parse(await readFile(note, "utf8")));
  } catch {
    return launchedSchema.parse({});
  }
}

async function noted(place: string, run: HarnessRun, batchSize: number | null) {
  const { ended, network, energy } = run;
  return noteDone(place, { seconds: ended.seconds, network, batchSize, energy });
}

/** Notes that the command whose output is in a folder has ended well. */
export async function noteDone(place: string, done: Done): Promise<Done> {
  await writeFile(`${place}.json`, JSON.stringify(done));
  return done;
}

/** @returns null where the command has not ended well yet */
export async function readDone(place: string): Promise<Done | null> {
  const text = await readFile(`${place}.json`, "utf8").catch(() => null);
  return text === null ? null : doneSchema.parse(JSON.parse(text));
}

function whoseOf(request: RequestFile) {
  return { name: request.row.model, request: keyOf(request) };
}

function foldersOf(
  { work, harness, tasks }: Pick<Errand, "work" | "harness" | "tasks">,
  job: string,
): Folders {
  const hub = resolve(work, "hub");
  const datasets = join(hub, `datasets-${harness.id}`);
  return { job, start: tasks ?? job, hub, datasets, bin: harness.bin };
}
