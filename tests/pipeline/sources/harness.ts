import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/** One figure of a run, as the harness prints it; stderr null is its `N/A`. */
export interface Figure {
  task: string;
  metric: string;
  value: number;
  stderr: number | null;
}

/** A run as the harness writes it down. Only figures are needed. */
export interface Run {
  figures: Figure[];
  model?: string;
  revision?: string;
  dtype?: string;
  /** As in file names: `2024-06-17T12-07-04.698905`. */
  timestamp?: string;
  chatTemplate?: string | null;
  /** Task → number of questions. */
  samples?: Record<string, number>;
}

/** Published figures of EleutherAI/pythia-2.8b, down to the subtasks. */
export function pythia(): Promise<Figure[]> {
  return figuresOf("pythia-2.8b");
}

/** Figures of 01-ai/Yi-34B-Chat: a run of June 2024 whose MATH was scored again, its standard errors left as they were. */
export function yi(): Promise<Figure[]> {
  return figuresOf("yi-34b-chat");
}

/** Figures of Amu/t1-3B, a run of March 2025. */
export function t1(): Promise<Figure[]> {
  return figuresOf("t1-3b");
}

async function figuresOf(run: string): Promise<Figure[]> {
  const text = await readFile(`tests/fixtures/${run}.csv`, "utf8");
  return [...text.matchAll(/^(\w+),"([^"]+)",([^,]+),(.*)$/gm)].map(
    ([, task, metric, value, stderr]) => ({
      task: task!,
      metric: metric!,
      value: Number(value),
      stderr: stderr === "" ? null : Number(stderr),
    }),
  );
}

/** Content of a `results_….json`. */
export function resultsFile(run: Run): Record<string, unknown> {
  const model = run.model ?? "EleutherAI/pythia-2.8b";
  const revision = run.revision ?? "2a259cdd96a4beb1cdf467512e3904197345f6a9";
  const results: Record<string, Record<string, unknown>> = {};
  for (const { task, metric, value, stderr } of run.figures) {
    const [name, filter] = metric.split(",");
    const error = filter === undefined ? `${name}_stderr` : `${name}_stderr,${filter}`;
    results[task] = { alias: ` - ${task}`, ...results[task], [metric]: value };
    results[task][error] = stderr ?? "N/A";
  }
  const samples = Object.entries(run.samples ?? {}).map(([task, n]) => [
    task,
    { original: n, effective: n },
  ]);
  return {
    results,
    config: {
      model: "hf",
      model_args: `pretrained=${model},revision=${revision},dtype=${run.dtype ?? "float16"}`,
      limit: null,
    },
    ...(run.samples ? { "n-samples": Object.fromEntries(samples) } : {}),
    chat_template: run.chatTemplate ?? null,
    model_name: model,
    model_name_sanitized: model.replaceAll("/", "__"),
  };
}

/** Writes `OWNER/NAME/results_TIMESTAMP.json` into a folder. */
export async function writeRun(folder: string, run: Run): Promise<string> {
  const file = resultsFile(run);
  const name = `results_${run.timestamp ?? "2024-06-17T12-07-04.698905"}.json`;
  return writeText(join(folder, String(file.model_name), name), JSON.stringify(file, null, 2));
}

/** Writes a file and the folders above it. */
export async function writeText(path: string, content: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

/** Some of a run's figures, changed or left out (undefined). */
export function changed(
  figures: Figure[],
  change: (figure: Figure) => Figure | undefined,
): Figure[] {
  return figures.flatMap((f) => change(f) ?? []);
}
