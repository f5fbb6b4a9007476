import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { type Evaluation, evaluationSchema } from "../../core/records/evaluation.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import { type ResultsFile, resultsFileSchema } from "../../core/records/results-file.ts";
import type { Suite } from "../../core/records/suite.ts";
import { withoutControls } from "../../core/records/user-error.ts";
import { type Figure, type Figures, scoreBenchmark } from "../../core/suite/score.ts";
import { checkedBy, jsonIn } from "./record.ts";
import { isRequestFile } from "./requests.ts";
import { runOf, timeOf } from "./run-facts.ts";

/**
 * What is named like the harness's result files below a folder, and folders that cannot be read, in
 * order of their paths. Links to folders are not followed.
 */
export async function findResultFiles(
  folder: string,
): Promise<{ files: string[]; closed: Rejection[] }> {
  const files: string[] = [];
  const closed: Rejection[] = [];
  const search = async (place: string) => {
    let entries: Dirent[] = [];
    try {
      entries = await readdir(place, { withFileTypes: true });
    } catch (error) {
      closed.push({ path: place, reason: reasonOf(error) });
    }
    for (const entry of entries) {
      const path = join(place, entry.name);
      if (isResultFile(path)) files.push(path);
      if (entry.isDirectory()) await search(path);
    }
  };
  await search(folder);
  return { files: files.sort(), closed };
}

/** Whether a file is named like the harness's result files. */
export function isResultFile(path: string): boolean {
  // A request for a model called results-… is none.
  return /(?:^|[/\\])results[^/\\]*\.json$/.test(path) && !isRequestFile(path);
}

/** The system's own messages name folders of the builder's machine; their code says as much. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code ? `cannot be read (${code})` : message;
}

/**
 * One result file as evaluations, one per suite that it has a benchmark of.
 *
 * @param text the file's content
 * @param path where it was found, for its timestamp and as the evaluations' source
 * @param place `OWNER/NAME/results_….json`, used when the file does not name its model
 * @throws Error whose message says what is wrong and where
 */
export function parseResults(
  text: string,
  path: string,
  suites: Suite[],
  place = path,
): Evaluation[] {
  return readRun(text, path, suites, place).evaluations;
}

/** A run as it was read, and how its file differs from what the harness is known to write. */
export interface Run {
  evaluations: Evaluation[];
  /** Fields that nobody here knows: `x`, or `config.x`. */
  unknown: string[];
  /** Fields that were looked for and are not there; nothing of a score hangs on them. */
  missing: string[];
}

/** As `parseResults`, with the fields that are new and those that are missing. */
export function readRun(text: string, path: string, suites: Suite[], place = path): Run {
  const file = checkedBy(resultsFileSchema, jsonIn(text));
  refuseTrial(file);
  const figures = figuresOf(file);
  const evaluations = suites.flatMap((suite) => {
    const measures = suite.benchmarks.flatMap((b) => {
      const scored = scoreBenchmark(suite, b, figures);
      if (scored.length === 0) refuseHalfFinished(b, figures);
      return scored;
    });
    if (measures.length === 0) return [];
    const evaluation = checkedBy(evaluationSchema, {
      ...headOf(file, place),
      runs: [runOf(file, path, suite, measures)],
      suite: suite.id,
      measures,
      at: timeOf(file, path),
      source: path,
    });
    return [evaluation];
  });
  if (evaluations.length === 0) {
    throw new Error(`has none of the benchmarks of ${suites.map((s) => s.name).join(" or ")}`);
  }
  return { evaluations, ...fieldsOf(file) };
}

/** A run of a few questions to see whether it works (`--limit`) says nothing of a model. */
function refuseTrial(file: ResultsFile): void {
  if (file.config?.limit) {
    throw new Error(
      `field config.limit: is a trial run of ${file.config.limit} questions per task`,
    );
  }
  for (const [task, { original, effective }] of Object.entries(file["n-samples"] ?? {})) {
    if (typeof original === "number" && typeof effective === "number" && effective < original) {
      throw new Error(
        `field n-samples.${plainName(task)}: is a trial run, ${effective} of ${original} questions`,
      );
    }
  }
}

/** What lm-evaluation-harness has written from 0.4.0 to 0.4.9, at the top and in `config`. */
const KNOWN = new Set(
  (
    "results groups group_subtasks configs versions n-shot higher_is_better n-samples samples " +
    "config git_hash date pretty_env_info transformers_version lm_eval_version upper_git_hash " +
    "tokenizer_pad_token tokenizer_eos_token tokenizer_bos_token eot_token_id max_length " +
    "task_hashes model_source model_name model_name_sanitized system_instruction " +
    "system_instruction_sha fewshot_as_multiturn chat_template chat_template_sha start_time " +
    "end_time total_evaluation_time_seconds " +
    "config.model config.model_args config.model_num_parameters config.model_dtype " +
    "config.model_revision config.model_sha config.peft_sha config.delta_sha config.batch_size " +
    "config.batch_sizes config.device config.use_cache config.limit config.bootstrap_iters " +
    "config.gen_kwargs config.random_seed config.numpy_seed config.torch_seed config.fewshot_seed"
  ).split(" "),
);

/** Fields whose absence leaves something unknown: the size of tasks, the model, the commit. */
const WANTED = ["config", "config.model_sha", "n-samples", "model_name", "chat_template"];

/** More names than this say no more about a file, and their number is up to whoever wrote it. */
const MAX_NAMES = 50;

function fieldsOf(file: ResultsFile): { unknown: string[]; missing: string[] } {
  const config = Object.keys(file.config ?? {}).map((name) => `config.${name}`);
  const names = [...Object.keys(file), ...config];
  const unknown = names.filter((name) => !KNOWN.has(name)).map(plainName);
  return {
    unknown: [...new Set(unknown)].sort().slice(0, MAX_NAMES),
    missing: WANTED.filter((name) => !names.includes(name)),
  };
}

/** A name out of a file, fit for a report: short, and nothing in it that steers a terminal. */
function plainName(name: string): string {
  return withoutControls(name)
    .replace(/\p{Cs}/gu, "\uFFFD")
    .slice(0, 80);
}

/** Largest number that the tables' whole numbers have. */
const MOST = 2_147_483_647;

/** A figure is a number from 0 to 1; anything else in its place is an error, not a gap. */
function figuresOf(file: ResultsFile): Figures {
  return (task, metric): Figure | undefined => {
    const values = file.results[task];
    if (!values || !(metric in values)) return undefined;
    const value = values[metric];
    if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
      throw new Error(
        `field results.${task}.${metric}: must be a number from 0 to 1, is ${shown(value)}`,
      );
    }
    const stderr = values[stderrName(metric)];
    const n = file["n-samples"]?.[task]?.effective;
    return {
      value,
      stderr: typeof stderr === "number" && stderr >= 0 ? stderr : null,
      n: typeof n === "number" && Number.isInteger(n) && n > 0 && n <= MOST ? n : null,
    };
  };
}

/** A value in a message: never its whole content, which may be long or nested without end. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

/** `acc_norm,none` → `acc_norm_stderr,none` */
function stderrName(metric: string): string {
  const comma = metric.indexOf(",");
  return comma < 0 ? `${metric}_stderr` : `${metric.slice(0, comma)}_stderr${metric.slice(comma)}`;
}

/** A benchmark that was begun but cannot be scored means that the run was cut short. */
function refuseHalfFinished(benchmark: Suite["benchmarks"][number], figures: Figures): void {
  const metric = benchmark.metrics[0]!.name;
  const parts = benchmark.subtasks.filter((s) => figures(s.task, metric));
  if (parts.length > 0) {
    throw new Error(
      `is half-finished: ${parts.length} of ${benchmark.subtasks.length} subtasks of ` +
        `${benchmark.name}${benchmark.score === "task" ? " and not its own value" : ""}`,
    );
  }
  const metrics = benchmark.metrics.filter((m) => figures(benchmark.task, m.name));
  if (metrics.length > 0 && benchmark.score === "task") {
    throw new Error(
      `is half-finished: ${benchmark.name} has ${metrics.length} of ${benchmark.metrics.length} metrics`,
    );
  }
}

function headOf(
  file: ResultsFile,
  place: string,
): Omit<Evaluation, "suite" | "measures" | "at" | "source"> {
  const args = modelArgs(file);
  const folder = place.split("/").slice(-3, -1).join("/");
  const parameters = file.config?.model_num_parameters;
  return {
    model: file.model_name ?? args.peft ?? args.delta ?? args.pretrained ?? folder,
    revision: revisionOf(file, args),
    precision: precisionOf(file, args),
    weight_type: args.peft ? "Adapter" : args.delta ? "Delta" : "Original",
    architecture: null,
    model_type: null,
    params_b: parameters && parameters > 0 ? Math.round(parameters / 1e6) / 1e3 || null : null,
    license: null,
    likes: null,
    base_model: args.peft || args.delta ? (args.pretrained ?? null) : null,
    generation: null,
    chat_template: Boolean(file.chat_template),
    merged: null,
    moe: null,
    flagged: false,
    availability: null,
    maintainers_choice: false,
    submitted_at: null,
    uploaded_at: null,
    co2_kg: null,
    context_length: null,
    context_source: null,
    runs: [],
  };
}

/** Arguments that say something: Python's `None` and an empty text do not. */
function modelArgs(file: ResultsFile): Record<string, string | undefined> {
  const args = file.config?.model_args ?? {};
  const pairs = typeof args === "string" ? args.split(",").map(splitPair) : Object.entries(args);
  return Object.fromEntries(
    pairs
      .filter(([, v]) => ["string", "number", "boolean"].includes(typeof v))
      .map(([k, v]): [string, string] => [k, String(v).trim()])
      .filter(([, text]) => text !== "" && text !== "None"),
  );
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf("=");
  return at < 0 ? [pair.trim(), ""] : [pair.slice(0, at).trim(), pair.slice(at + 1)];
}

/** The commit where it is known, else the branch that was asked for. */
function revisionOf(file: ResultsFile, args: Record<string, string | undefined>): string | null {
  return file.config?.model_sha || args.revision || file.config?.model_revision || null;
}

function precisionOf(file: ResultsFile, args: Record<string, string | undefined>): string | null {
  if (args.load_in_4bit?.toLowerCase() === "true") return "4bit";
  if (args.load_in_8bit?.toLowerCase() === "true") return "8bit";
  const asked = args.dtype === "auto" ? undefined : args.dtype;
  const type = (asked ?? file.config?.model_dtype ?? "").replace(/^torch\./, "");
  return type === "" || type === "auto" ? null : type;
}
