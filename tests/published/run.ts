import { spawn } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { meanOfCorrelated } from "../../src/core/suite/stderr.ts";
import { evaluationCommands, OUTPUT } from "../../src/pipeline/runner/command.ts";
import { evaluating } from "../../src/pipeline/runner/environment.ts";
import { type Harness, runnerFile } from "../../src/pipeline/runner/harness.ts";
import { outputIn } from "../../src/pipeline/runner/output.ts";
import type { RequestRow } from "../../src/pipeline/sources/requests.ts";
import { call, NLTK, packageIn, WORK } from "../runner/start.ts";
import type { Outcome } from "./compare.ts";
import { ours, SUITE, type Task, writeTask } from "./questions.ts";

/** Questions at a time: `auto` begins with many more, and is for GPUs. */
const BATCH = 8;

/** A run that is asked for. */
export interface Asked {
  harness: Harness;
  /** Folder of the model. */
  model: string;
  precision: string;
}

/** Folder of a task's run: what is there is not run again. */
function placeOf({ harness, precision }: Asked, task: Task): string {
  return join(WORK, "published", harness.id, precision, task.name);
}

/** Whether a task was asked already, by the same harness and in the same precision. */
export function isDone(asked: Asked, task: Task): boolean {
  return existsSync(join(placeOf(asked, task), "seconds"));
}

/** Asks all questions of a task by the suite's own command, without token and without network. */
export async function ask(asked: Asked, task: Task): Promise<void> {
  const { harness, model, precision } = asked;
  const place = placeOf(asked, task);
  await rm(place, { recursive: true, force: true });
  await writeTask(join(place, "tasks"), packageIn(harness), task);
  const row = {
    model,
    revision: "main",
    precision,
    weight_type: "Original",
    chat_template: true,
    base_model: null,
  } as RequestRow;
  const suite = { ...SUITE, benchmarks: [{ ...task.benchmark, task: ours(task) }] };
  const choices = { device: "cpu", batchSize: BATCH, tasks: join(place, "tasks") };
  const [words = []] = evaluationCommands(suite, row, choices);
  const filled = words.map((word) => word.replaceAll(OUTPUT, join(place, "output")));
  const start = performance.now();
  await launch(harness, place, filled);
  await writeFile(join(place, "seconds"), String((performance.now() - start) / 1000));
}

async function launch({ bin }: Harness, place: string, words: string[]): Promise<void> {
  const python = join(bin, "python");
  const around = [runnerFile("launch.py"), join(place, "launched.json"), String(process.pid)];
  const hub = join(place, "hub");
  await mkdir(hub);
  const folders = { job: place, start: place, hub, datasets: join(hub, "datasets"), bin };
  const log = openSync(join(place, "log"), "w");
  const child = spawn(python, [...around, python, "-m", "lm_eval", ...words], {
    cwd: place,
    env: { ...evaluating(folders, process.env), NLTK_DATA: NLTK },
    stdio: ["ignore", log, log],
  });
  const status = await new Promise<number | null>((done, failed) => {
    child.once("error", failed);
    child.once("exit", done);
  });
  closeSync(log);
  if (status !== 0) throw new Error(`The harness broke off: see ${join(place, "log")}.`);
}

const resultSchema = z.object({
  results: z.record(z.string(), z.record(z.string(), z.unknown())),
  "n-samples": z.record(z.string(), z.object({ effective: z.number() })),
});

/** What a task came to, in the file that the harness wrote. */
export async function outcomeOf(asked: Asked, task: Task): Promise<Outcome> {
  const { results } = await outputIn(join(placeOf(asked, task), "output"));
  return outcomeIn(await readFile(results[0]!, "utf8"), task);
}

/** What a task came to, as a result file has it. */
export function outcomeIn(text: string, task: Task): Outcome {
  const file = resultSchema.parse(JSON.parse(text));
  const figures = file.results[ours(task)]!;
  const n = file["n-samples"][ours(task)]!.effective;
  const metrics = task.benchmark.metrics.map(({ name, n: items = n }) => {
    const value = z.number().parse(figures[name]);
    const stated = figures[name.replace(",", "_stderr,")];
    // Of IFEval's instructions the harness gives none.
    const stderr = typeof stated === "number" ? stated : Math.sqrt((value * (1 - value)) / items);
    return { value, stderr };
  });
  return {
    task: task.name,
    benchmark: task.benchmark.key,
    n,
    value: metrics.reduce((sum, { value }) => sum + value, 0) / metrics.length,
    stderr: meanOfCorrelated(metrics.map(({ stderr }) => stderr)),
  };
}

/** The seconds that a task took when it was asked. */
export async function secondsOf(asked: Asked, task: Task): Promise<number> {
  return Number(await readFile(join(placeOf(asked, task), "seconds"), "utf8"));
}

/**
 * The model as a folder of safetensors, made once of its GGUF file.
 *
 * @param packages folder of packages that read that file
 */
export async function converted(
  { bin, id }: Harness,
  { folder, file, packages }: { folder: string; file: string; packages: string },
): Promise<string> {
  const out = join(WORK, `smollm2-${id}`);
  if (existsSync(join(out, "whole"))) return out;
  await rm(out, { recursive: true, force: true });
  call(join(bin, "python"), ["tests/published/convert.py", folder, file, out], {
    PYTHONPATH: packages,
  });
  await writeFile(join(out, "whole"), "");
  return out;
}
