import { z } from "zod";
import { count, type Measure } from "../../core/records/evaluation.ts";
import type { ResultsFile } from "../../core/records/results-file.ts";
import type { Run } from "../../core/records/run.ts";
import type { Suite } from "../../core/records/suite.ts";

/** What cannot be read is unknown: nothing of a score hangs on it. */
export function runOf(
  file: ResultsFile,
  path: string,
  suite: Suite,
  measures: readonly Measure[],
): Run {
  const { config } = file;
  const written = dayOf(namedTime(path));
  return {
    source: path,
    day: dayOf(datedTime(file)) ?? written,
    written,
    git_hash: wordOf(file.git_hash),
    harness_version: wordOf(file.lm_eval_version),
    transformers_version: wordOf(file.transformers_version),
    max_length: count.positive().safeParse(file.max_length).data ?? null,
    seconds: secondsOf(file.total_evaluation_time_seconds),
    chat_template_sha: wordOf(file.chat_template_sha),
    random_seed: seedOf(config?.random_seed),
    numpy_seed: seedOf(config?.numpy_seed),
    torch_seed: seedOf(config?.torch_seed),
    fewshot_seed: seedOf(config?.fewshot_seed),
    batch_size: wordOf(config?.batch_size),
    device: wordOf(config?.device),
    shots: Object.fromEntries(
      suite.benchmarks
        .filter(({ key }) => measures.some((m) => m.benchmark === key))
        .map((b) => [b.key, shotsOf(file, b)]),
    ),
  };
}

/** One line of text, or a number as such. */
function wordOf(value: unknown): string | null {
  const text = typeof value === "number" ? String(value) : value;
  return typeof text === "string" && /^[\x21-\x7e][\x20-\x7e]{0,199}$/.test(text) ? text : null;
}

function seedOf(value: unknown): number | null {
  return typeof value === "number" && Number.isInteger(value) && Math.abs(value) < 2 ** 31
    ? value
    : null;
}

/** Written as text. */
function secondsOf(value: unknown): number | null {
  const seconds = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

/** Of the benchmark's task, or of its subtasks where they have one number in common. */
function shotsOf(
  file: ResultsFile,
  { task, subtasks }: Suite["benchmarks"][number],
): number | null {
  const all = file["n-shot"];
  if (typeof all !== "object" || all === null) return null;
  const known = [task, ...subtasks.map((s) => s.task)].flatMap((name) => {
    const shots = (all as Record<string, unknown>)[name];
    return typeof shots === "number" && Number.isInteger(shots) && shots >= 0 ? [shots] : [];
  });
  return new Set(known).size === 1 ? known[0]! : null;
}

const BEGINNING = "1970-01-01T00:00:00Z";

const datetime = z.iso.datetime();

/** When a run ended: from `results_2024-06-17T12-07-04.698905.json`, else the file's own `date`, else the beginning. */
export function timeOf(file: ResultsFile, path: string): string {
  return statedTime(file, path)?.time ?? BEGINNING;
}

/** When a run ended, and what says it; null where nothing does. */
export function statedTime(
  file: ResultsFile,
  path: string,
): { time: string; by: "name" | "date" } | null {
  const named = namedTime(path);
  if (named !== null) return { time: named, by: "name" };
  const dated = datedTime(file);
  return dated === null ? null : { time: dated, by: "date" };
}

function dayOf(time: string | null): string | null {
  return time?.slice(0, 10) ?? null;
}

function namedTime(path: string): string | null {
  const name = /results_(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})(\.\d+)?\.json$/.exec(path);
  const named =
    name && `${name[1]}T${name[2]}:${name[3]}:${name[4]}${(name[5] ?? "").slice(0, 4)}Z`;
  return named && datetime.safeParse(named).success ? named : null;
}

function datedTime(file: ResultsFile): string | null {
  const date = new Date((file.date ?? 0) * 1000);
  const known = date.getTime() > 0 && date.getUTCFullYear() < 10_000;
  return known ? date.toISOString() : null;
}
