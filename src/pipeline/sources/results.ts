import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, matchesGlob, relative } from "node:path";
import { type Evaluation, evaluationSchema, type Measure } from "../../core/records/evaluation.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import { type ResultsFile, resultsFileSchema } from "../../core/records/results-file.ts";
import type { Benchmark, Suite } from "../../core/records/suite.ts";
import { withoutControls } from "../../core/records/user-error.ts";
import { proportionError, proportionOf, type Scale, scaleOf } from "../../core/suite/scale.ts";
import {
  type Figure,
  type Figures,
  scoreBenchmark,
  scoreSubtasks,
} from "../../core/suite/score.ts";
import { settingsOf } from "../../core/suite/settings.ts";
import { LINK_OUT, leadsOut } from "../cache/links.ts";
import { sha256 } from "../cache/sha256.ts";
import { runsIn } from "../formats/detect.ts";
import type { Format, Sibling } from "../formats/format.ts";
import { membersOf, objectionTo } from "./against-suite.ts";
import {
  HUB_NAMES,
  modelArgs,
  modelOf,
  type Naming,
  packingOf,
  precisionOf,
  revisionOf,
} from "./model-of.ts";
import { checkedBy, jsonIn } from "./record.ts";
import { isRequestFile } from "./requests.ts";
import { runOf, timeOf } from "./run-facts.ts";

/**
 * What is named like a result file below a folder, and folders that cannot be read, in order of their
 * paths. Links to folders are not followed.
 *
 * @param pattern as of `isResultFile`
 */
export async function findResultFiles(
  folder: string,
  pattern?: string,
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
      if (entry.isDirectory()) await search(path);
      else if (!isResultFile(relative(folder, path), pattern)) continue;
      else if (entry.isSymbolicLink() && leadsOut(path, folder)) {
        closed.push({ path, reason: LINK_OUT });
      } else files.push(path);
    }
  };
  await search(folder);
  return { files: files.sort(), closed };
}

/**
 * Whether a file is named like a result file: as the harness names them, or by a pattern.
 *
 * @param pattern of paths below the source, as `runs/*.json`; double stars stand for any folders
 */
export function isResultFile(path: string, pattern?: string): boolean {
  // A request for a model called results-… is none.
  if (isRequestFile(path)) return false;
  return pattern === undefined
    ? /(?:^|[/\\])results[^/\\]*\.json$/.test(path)
    : matchesGlob(path, pattern);
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
 * @param naming how models are named
 * @throws Error whose message says what is wrong and where
 */
export function parseResults(
  text: string,
  path: string,
  suites: Suite[],
  naming = HUB_NAMES,
): Evaluation[] {
  return readRun(text, path, suites, naming).evaluations;
}

/** What files are read by. */
export interface Rules {
  suites: Suite[];
  naming: Naming;
  /** Of the paths of result files, where they are not named as the harness names them. */
  files?: string | undefined;
}

/** A run as it was read, and how its file differs from what the harness is known to write. */
export interface Run {
  evaluations: Evaluation[];
  /** Benchmarks that were set aside, each with the reason. */
  asides: string[];
  /** Fields that nobody here knows: `x`, or `config.x`. */
  unknown: string[];
  /** Fields that were looked for and are not there; nothing of a score hangs on them. */
  missing: string[];
}

/**
 * As `parseResults`, with the benchmarks that were set aside, the fields that are new and those that
 * are missing. A benchmark that cannot be trusted costs itself and no other of the file.
 */
export function readRun(
  text: string,
  path: string,
  suites: Suite[],
  naming = HUB_NAMES,
  sibling?: Sibling,
): Run {
  const { format, runs } = runsIn(jsonIn(text), path, sibling);
  const read = runs.map((run) => readOne(format, run, { path, suites, naming }));
  const [first] = read;
  if (read.length === 1) return first!;
  if (!first) throw new Error("has no run");
  return {
    evaluations: read.flatMap((r) => r.evaluations),
    asides: read.flatMap((r) => r.asides),
    unknown: first.unknown,
    missing: first.missing,
  };
}

function readOne(
  format: Format,
  run: unknown,
  { path, suites, naming }: { path: string; suites: Suite[]; naming: Naming },
): Run {
  const file = checkedBy(resultsFileSchema, run);
  const isHarness = isOfHarness(format);
  const asides: Aside[] = [];
  const scored: { suite: Suite; measures: Measure[] }[] = [];
  for (const suite of suites) {
    const measures = suite.benchmarks.flatMap((b) => {
      const outcome = scoreOrSayWhy(file, suite, b);
      if (typeof outcome === "string") asides.push({ suite, benchmark: b, reason: outcome });
      return typeof outcome === "string" ? [] : outcome;
    });
    if (measures.length > 0) scored.push({ suite, measures });
  }
  const told = tellable(file, asides, scored);
  if (scored.length === 0) {
    const none = `has none of the benchmarks of ${suites.map((s) => s.name).join(" or ")}`;
    throw new Error(told.length > 0 ? told.join("; ") : none);
  }
  const head = headOf(isHarness ? file : withSamplingOnly(file), path, naming);
  if (!tellsChat(format, file)) head.chat_template = null;
  const evaluations = scored.map(({ suite, measures }) =>
    checkedBy(evaluationSchema, {
      ...head,
      runs: [runOf(file, path, suite, measures)],
      suite: suite.id,
      extras: extrasOf(file, suite),
      measures,
      at: timeOf(file, path),
      source: path,
    }),
  );
  const fields = isHarness ? fieldsOf(file) : { unknown: [], missing: [] };
  return { evaluations, asides: told, ...fields };
}

/** What the file has of the suite's extra columns. */
function extrasOf({ results }: ResultsFile, { extras }: Suite): Record<string, number> {
  return Object.fromEntries(
    extras.flatMap(({ key, task, metric }) => {
      if (task === undefined || metric === undefined || !Object.hasOwn(results, task)) return [];
      const value = Object.hasOwn(results[task]!, metric) ? results[task]![metric] : undefined;
      return typeof value === "number" && Number.isFinite(value) ? [[key, value]] : [];
    }),
  );
}

/** What of a generation's arguments makes another run; lengths, stops and time-outs go with the task. */
const SAMPLING =
  /^(?:temperature|top_[pka]|min_p|typical_p|(?:repetition|presence|frequency)_penalty|reasoning_\w+)$/;

/** Other programs than the harness note what each task asks of the generation, beside what was chosen. */
function withSamplingOnly(file: ResultsFile): ResultsFile {
  const stated = file.config?.gen_kwargs;
  if (typeof stated !== "object" || stated === null) return file;
  const kept = Object.entries(stated).filter(([name]) => SAMPLING.test(name));
  return { ...file, config: { ...file.config, gen_kwargs: Object.fromEntries(kept) } };
}

export const isOfHarness = ({ id }: Format): boolean => id.startsWith("lm-eval");

/** Whether it is known that there was a chat template or none: only the harness writes none where there was none. */
export function tellsChat(format: Format, file: ResultsFile): boolean {
  return isOfHarness(format) || file.chat_template !== undefined;
}

/** A benchmark that a file has and that does not count. */
interface Aside {
  suite: Suite;
  benchmark: Benchmark;
  reason: string;
}

/** Measures of a benchmark, none where the file does not have it, or why it is set aside. */
export function scoreOrSayWhy(
  file: ResultsFile,
  suite: Suite,
  benchmark: Benchmark,
): Measure[] | string {
  if (!isThere(file, benchmark)) return [];
  const reason = trialOf(file, benchmark) ?? objectionTo(file, benchmark, suite)?.reason;
  if (reason) return reason;
  try {
    const figures = figuresOf(file, benchmark);
    const measures = scoreBenchmark(suite, benchmark, figures);
    if (measures.length > 0) return measures;
    // Other files may have the other subtasks: what is whole is known when all are read.
    const parts = scoreSubtasks(suite, benchmark, figures);
    return parts.length > 0 ? parts : (halfFinished(benchmark, figures) ?? []);
  } catch (error) {
    if (error instanceof WrongFigure) return error.message;
    throw error;
  }
}

/** Whether a file has anything that the benchmark is scored by. */
export function isThere({ results }: ResultsFile, { task, metrics, subtasks }: Benchmark): boolean {
  const has = (name: string) => Object.hasOwn(results, name);
  if (subtasks.some((s) => has(s.task))) return true;
  return has(task) && metrics.some(({ name }) => Object.hasOwn(results[task]!, name));
}

/**
 * Of two benchmarks that are one task in two ways, a file that is one of them is not the other: that is
 * nothing to tell. What is wrong with a figure is told in any case.
 */
function tellable(
  file: ResultsFile,
  asides: Aside[],
  scored: { suite: Suite; measures: Measure[] }[],
): string[] {
  const isTaken = ({ suite, benchmark }: Aside) =>
    (objectionTo(file, benchmark, suite)?.isOther ?? false) &&
    suite.benchmarks.some(
      ({ key, task }) =>
        task === benchmark.task &&
        scored.some((s) => s.suite === suite && s.measures.some((m) => m.benchmark === key)),
    );
  const byReason = new Map<string, string[]>();
  for (const aside of asides) {
    const { benchmark, reason } = aside;
    if (isTaken(aside)) continue;
    byReason.set(reason, [...(byReason.get(reason) ?? []), benchmark.key]);
  }
  // What holds of the whole file is said of the file.
  if (scored.length === 0 && byReason.size === 1) return [...byReason.keys()];
  return [...byReason].map(([reason, keys]) => `${keys.join(", ")}: ${reason}`);
}

/**
 * A run of a few questions to see whether it works (`--limit`) says nothing of a model. A limit above a
 * task's size leaves nothing out: so the numbers of questions decide, where the file has them.
 */
function trialOf(file: ResultsFile, benchmark: Benchmark): string | null {
  const limit = file.config?.limit;
  const tasks = [benchmark.task, ...benchmark.subtasks.map((s) => s.task)]
    .filter((task) => Object.hasOwn(file.results, task))
    .flatMap((task) => [task, ...membersOf(file, task)]);
  let areKnown = false;
  for (const task of new Set(tasks)) {
    const samples = file["n-samples"];
    const { original, effective } =
      samples && Object.hasOwn(samples, task) ? samples[task]! : ({} as Record<string, unknown>);
    if (typeof original !== "number" || typeof effective !== "number") continue;
    if (effective < original) {
      return `field n-samples.${plainName(task)}: is a trial run, ${effective} of ${original} questions`;
    }
    areKnown = true;
  }
  // Of a group the file counts its tasks only.
  if (!limit || areKnown) return null;
  return `field config.limit: is a trial run of ${limit} questions per task`;
}

/** What lm-evaluation-harness has written from 0.4.0 to 0.4.9, at the top and in `config`. */
const KNOWN = new Set(
  (
    "results groups group_subtasks configs versions n-shot higher_is_better n-samples samples " +
    "config git_hash date pretty_env_info transformers_version lm_eval_version upper_git_hash " +
    "tokenizer_pad_token tokenizer_eos_token tokenizer_bos_token eot_token_id max_length " +
    "task_hashes model_source model_name model_name_sanitized system_instruction " +
    "system_instruction_sha fewshot_as_multiturn chat_template chat_template_sha start_time " +
    "end_time total_evaluation_time_seconds config_general " +
    "config.model config.model_args config.model_num_parameters config.model_dtype " +
    "config.model_name config.num_fewshot config.model_revision config.model_sha config.peft_sha config.delta_sha config.batch_size " +
    "config.batch_sizes config.device config.use_cache config.limit config.bootstrap_iters " +
    "config.gen_kwargs config.random_seed config.numpy_seed config.torch_seed config.fewshot_seed"
  ).split(" "),
);

/** Fields whose absence leaves something unknown: the size of tasks, the model, the commit. */
const WANTED = ["config", "config.model_sha", "n-samples", "model_name", "chat_template"];

/** More names than this say no more about a file, and their number is up to whoever wrote it. */
const MAX_NAMES = 50;

/** Fields of a harness's file that nobody here knows, and those that were looked for. */
export function fieldsOf(file: ResultsFile): { unknown: string[]; missing: string[] } {
  const config = Object.keys(file.config ?? {}).map((name) => `config.${name}`);
  const names = [...Object.keys(file), ...config];
  const unknown = names.filter((name) => !KNOWN.has(name)).map(plainName);
  return {
    unknown: [...new Set(unknown)].sort().slice(0, MAX_NAMES),
    missing: WANTED.filter((name) => !names.includes(name)),
  };
}

/** A name out of a file, fit for a report: short, and nothing in it that steers a terminal. */
export function plainName(name: string): string {
  return withoutControls(name)
    .replace(/\p{Cs}/gu, "\uFFFD")
    .slice(0, 80);
}

/** Largest number that the tables' whole numbers have. */
const MOST = 2_147_483_647;

/** A figure that cannot be what its metric gives. */
class WrongFigure extends Error {}

/** A figure is a number on its metric's scale; anything else in its place is an error, not a gap. */
function figuresOf(file: ResultsFile, benchmark: Benchmark): Figures {
  return (task, metric): Figure | undefined => {
    const values = Object.hasOwn(file.results, task) ? file.results[task] : undefined;
    if (!values || !Object.hasOwn(values, metric)) return undefined;
    const value = values[metric];
    const scale = scaleOf(benchmark, task, metric);
    const proportion = typeof value === "number" ? proportionOf(value, scale) : null;
    if (proportion === null) throw wrongFigure(task, metric, value, scale);
    const stderr = values[stderrName(metric)];
    const n = file["n-samples"]?.[task]?.effective;
    return {
      value: proportion,
      stderr: typeof stderr === "number" && stderr >= 0 ? proportionError(stderr, scale) : null,
      n: typeof n === "number" && Number.isInteger(n) && n > 0 && n <= MOST ? n : null,
    };
  };
}

function wrongFigure(task: string, metric: string, value: unknown, scale: Scale): WrongFigure {
  const { worst, best } = scale;
  const [low, high] = [Math.min(worst, best), Math.max(worst, best)];
  const must = `field results.${task}.${metric}: must be a number from ${low} to ${high}, is ${shown(value)}`;
  if (value === null) return new WrongFigure(`${must} (or NaN, which Python writes)`);
  if (typeof value !== "number") return new WrongFigure(must);
  const wider =
    value > 1 && value <= 100 && worst === 0
      ? '"scale": {"worst": 0, "best": 100}'
      : '"scale": {"worst": …, "best": …}, with "beyond": "cut" where values may lie outside';
  return new WrongFigure(`${must}: say ${wider} for this metric in the suite`);
}

/** A value in a message: never its whole content, which may be long or nested without end. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.slice(0, 40));
  if (typeof value !== "object" || value === null) return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

/** `acc_norm,none` → `acc_norm_stderr,none` */
export function stderrName(metric: string): string {
  const comma = metric.indexOf(",");
  return comma < 0 ? `${metric}_stderr` : `${metric.slice(0, comma)}_stderr${metric.slice(comma)}`;
}

/** A benchmark that was begun but cannot be scored means that the run was cut short. */
function halfFinished(benchmark: Benchmark, figures: Figures): string | null {
  const metrics = benchmark.metrics.filter((m) => figures(benchmark.task, m.name));
  return metrics.length > 0 && benchmark.score === "task"
    ? `is half-finished: ${benchmark.name} has ${metrics.length} of ${benchmark.metrics.length} metrics`
    : null;
}

/** Who was evaluated, and how the model was run. */
export function headOf(
  file: ResultsFile,
  place: string,
  naming: Naming,
): Omit<Evaluation, "suite" | "extras" | "measures" | "at" | "source"> {
  const args = modelArgs(file);
  const named = modelOf(file, place, naming);
  const parameters = file.config?.model_num_parameters;
  // Numbers that weights are packed into are no count of them.
  const isCounted = packingOf(file, named.model) === null;
  return {
    ...named,
    revision: revisionOf(file),
    precision: precisionOf(file, named.model),
    weight_type: args.peft ? "Adapter" : args.delta ? "Delta" : "Original",
    architecture: null,
    model_type: null,
    params_b:
      isCounted && parameters && parameters > 0 ? Math.round(parameters / 1e6) / 1e3 || null : null,
    license: null,
    likes: null,
    base_model: args.peft || args.delta ? (args.pretrained ?? null) : null,
    generation: null,
    chat_template: Boolean(file.chat_template),
    settings: settingsOf(file, args, sha256),
    merged: null,
    moe: null,
    flagged: false,
    maintainers_choice: false,
    submitted_at: null,
    uploaded_at: null,
    co2_kg: null,
    context_length: null,
    context_source: null,
    runs: [],
  };
}
