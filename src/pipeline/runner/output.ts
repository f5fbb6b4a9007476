import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Failure, failure } from "../../core/queue/failures.ts";
import { isPart } from "../../core/queue/submission.ts";
import type { Suite } from "../../core/records/suite.ts";
import { jsonIn } from "../sources/record.ts";
import type { RequestRow } from "../sources/requests.ts";
import { readRun } from "../sources/results.ts";
import { modelsOf } from "./command.ts";

import type { RunRecord } from "./record.ts";

/** What the harness wrote: paths on this disk. */
export interface Output {
  results: string[];
  samples: string[];
}

/** Names of the files that the harness writes, the rest of them being nothing to us. */
export const RESULTS_NAME = /^results_[\dT.:-]+\.json$/;
const SAMPLES_NAME = /^samples_[\w.-]+_[\dT.:-]+\.jsonl$/;

/** The files of the harness in a folder, in order of their names. */
export async function outputIn(folder: string): Promise<Output> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const named = (is: (name: string) => boolean) =>
    entries
      .filter((e) => e.isFile() && is(e.name))
      .map((e) => join(e.parentPath, e.name))
      .sort();
  return {
    results: named((name) => RESULTS_NAME.test(name)),
    samples: named(isSamplesFile),
  };
}

/** Whether the harness names files of samples so. */
export function isSamplesFile(name: string): boolean {
  return SAMPLES_NAME.test(name);
}

/**
 * Why results are of no use; null where they are. They are read as the next `data` will read them.
 *
 * @param model as the request names it
 */
export async function objectionToOutput(
  model: string,
  output: Output,
  suite: Suite,
): Promise<Failure | null> {
  for (const path of output.samples) {
    if (!hasNaN(await readFile(path, "utf8"))) continue;
    return failure(model, "degenerate", "some of its likelihoods are no numbers (NaN)");
  }
  const reason = await unreadable(output, suite);
  if (reason === null) return null;
  return failure(model, /\bNaN\b/.test(reason) ? "degenerate" : "harness", reason);
}

async function unreadable(output: Output, suite: Suite): Promise<string | null> {
  if (output.results.length === 0) return "the harness wrote no results";
  const keys = new Set<string>();
  for (const path of output.results) {
    try {
      const { evaluations, asides } = readRun(await readFile(path, "utf8"), path, [suite]);
      if (asides.length > 0) return asides.join("; ");
      for (const { measures } of evaluations) for (const m of measures) keys.add(m.benchmark);
    } catch (error) {
      return (error as Error).message;
    }
  }
  const missing = suite.benchmarks.filter(({ key }) => !keys.has(key)).map(({ name }) => name);
  return missing.length > 0 ? `there are no results of ${missing.join(", ")}` : null;
}

/** Answers of the harness are `["-4.25", "False"]` for a likelihood. */
function hasNaN(samples: string): boolean {
  return /\["nan", "(?:True|False)"\]/.test(samples);
}

/** Fields of a result file that a runner looks at. */
interface ResultFile {
  config?: Record<string, unknown>;
  chat_template_sha?: string | null;
}

async function readResult(path: string): Promise<ResultFile> {
  return jsonIn(await readFile(path, "utf8")) as ResultFile;
}

/** A line of a result file, with what stands before its value. */
const GIT_HASH = /^( {2}"git_hash": )(?:null|"[^"\n]*")/m;

/**
 * The harness asks the Hub which commit a model is at; where it has no network it writes an empty text.
 * As its own commit it writes that of the folder that it starts in, or none. Those are filled in, and
 * nothing else is touched.
 *
 * @param harness the harness's commit; null for one of PyPI, whose file stays as it is
 */
export async function fillCommits(
  { results }: Output,
  row: RequestRow,
  models: RunRecord["models"],
  harness: string | null,
): Promise<void> {
  const [first = "", second = ""] = modelsOf(row).map((name) => models[name]?.commit);
  const part = row.weight_type === "Adapter" ? "peft_sha" : "delta_sha";
  const commits = isPart(row) ? { model_sha: first, [part]: second } : { model_sha: first };
  for (const path of results) {
    const text = await readFile(path, "utf8");
    const named = harness === null ? text : text.replace(GIT_HASH, `$1"${harness}"`);
    const filled = Object.entries(commits).reduce(
      (all, [name, commit]) => all.replace(`"${name}": ""`, `"${name}": "${commit}"`),
      named,
    );
    if (filled !== text) await writeFile(path, filled);
  }
}

/** Seeds and the chat template's digest, as the first result file has them; batch sizes of all files. */
export async function settingsIn({
  results,
}: Output): Promise<Pick<RunRecord, "seeds" | "chat_template_sha" | "batch_sizes">> {
  const files = await Promise.all(results.map(readResult));
  const { config = {}, chat_template_sha = null } = files[0]!;
  const names = ["random_seed", "numpy_seed", "torch_seed", "fewshot_seed"];
  const seeds = names.map((name) => (typeof config[name] === "number" ? config[name] : null));
  const batch_sizes = [...new Set(files.flatMap((file) => batchSizes(file.config ?? {})))];
  return { seeds, chat_template_sha, batch_sizes };
}

/** The harness lists those that it found by itself (`auto`); else the one asked for is the one used. */
function batchSizes({ batch_sizes, batch_size }: Record<string, unknown>): number[] {
  const found = Array.isArray(batch_sizes) ? batch_sizes : [];
  const sizes = (found.length > 0 ? found : [batch_size]).map(Number);
  return sizes.filter((size) => Number.isSafeInteger(size) && size > 0);
}
