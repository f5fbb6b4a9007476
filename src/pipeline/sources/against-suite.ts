import type { ResultsFile } from "../../core/records/results-file.ts";
import type { Benchmark, Suite } from "../../core/records/suite.ts";
import { isLowerBetter, scaleOf } from "../../core/suite/scale.ts";
import { metricOf } from "../../core/suite/score.ts";
import { field } from "../formats/json.ts";

/**
 * Why a benchmark of a file is not the benchmark of the suite: by what the file itself says of how
 * many examples it was asked with, in which version, and whether lower is better. What a file does not
 * say is not held against it.
 */
export function objectionTo(
  file: ResultsFile,
  benchmark: Benchmark,
  suite: Pick<Suite, "benchmarks">,
): Objection | null {
  for (const { task, metric } of tasksOf(file, benchmark)) {
    const other =
      wrongShots(file, benchmark, task) ??
      unclearShots(file, benchmark, task, suite) ??
      wrongVersion(file, benchmark, task);
    if (other) return { reason: other, isOther: true };
    const wrong =
      wrongDirection(file, benchmark, task, metric) ?? wrongRange(file, benchmark, task, metric);
    if (wrong) return { reason: wrong, isOther: false };
  }
  return null;
}

/** Why a benchmark does not count. */
export interface Objection {
  reason: string;
  /** Whether the file has another benchmark than this one, not this one wrongly. */
  isOther: boolean;
}

/** A file that does not say could be any of several benchmarks that are one task. */
function unclearShots(
  file: ResultsFile,
  benchmark: Benchmark,
  task: string,
  { benchmarks }: Pick<Suite, "benchmarks">,
): string | null {
  const alike = benchmarks.filter((b) => b.task === benchmark.task && b.shots !== benchmark.shots);
  if (alike.length === 0 || shotsIn(file, task) !== null) return null;
  const keys = [benchmark, ...alike].map((b) => b.key).sort();
  return (
    `the file does not say with how many examples task ${task} was asked, and ${keys.join(" and ")} of the suite ` +
    "are that task: n-shot has to say it"
  );
}

/** What of the file the benchmark is scored by: subtasks where there are any, else the task. */
function tasksOf(file: ResultsFile, benchmark: Benchmark): { task: string; metric: string }[] {
  const parts = benchmark.subtasks
    .map((s) => ({ task: s.task, metric: metricOf(benchmark, s) }))
    .filter(({ task }) => Object.hasOwn(file.results, task));
  if (parts.length > 0) return parts;
  return benchmark.metrics.map(({ name }) => ({ task: benchmark.task, metric: name }));
}

function wrongShots(file: ResultsFile, { shots }: Benchmark, task: string): string | null {
  const stated = shotsIn(file, task);
  if (stated === null || stated === shots) return null;
  return (
    `task ${task} was asked with ${stated} examples (n-shot), the suite asks with ${shots}: run it with ` +
    `--num_fewshot ${shots}, or give "shots": ${stated} to a benchmark of the suite`
  );
}

/**
 * Examples before each question, as the file says of a task; null where it does not, or says several
 * of a group's tasks. Harness 0.4 has `n-shot`, and `configs`; 0.3 one number for all tasks. Of a
 * group older versions write 0 whatever its tasks were asked with, so its tasks are asked.
 */
export function shotsIn(file: ResultsFile, task: string): number | null {
  const members = membersOf(file, task);
  if (members.length > 0) {
    const known = new Set(members.map((member) => ownShots(file, member)));
    return known.size === 1 ? [...known][0]! : null;
  }
  return ownShots(file, task);
}

function ownShots(file: ResultsFile, task: string): number | null {
  const own = field(file["n-shot"], task) ?? field(field(file.configs, task), "num_fewshot");
  const stated = own ?? file.config?.num_fewshot;
  return typeof stated === "number" && Number.isInteger(stated) && stated >= 0 ? stated : null;
}

/** Groups may lie in groups; so deep they do not. */
const DEEPEST = 4;

/**
 * The tasks of a group, as `group_subtasks` has them; where a file has none, those that are called like
 * it and have questions of their own. Empty for a task.
 */
export function membersOf(file: ResultsFile, task: string, depth = 0): string[] {
  const listed = field(file.group_subtasks, task);
  if (Array.isArray(listed) && listed.length > 0) {
    if (depth > DEEPEST) return [];
    return listed.flatMap((name) => {
      const inner = typeof name === "string" ? membersOf(file, name, depth + 1) : [];
      return inner.length > 0 ? inner : typeof name === "string" ? [name] : [];
    });
  }
  if (depth > 0 || isAsked(file, task)) return [];
  const alike = (all: unknown) =>
    typeof all === "object" && all !== null
      ? Object.keys(all).filter((name) => name.startsWith(`${task}_`))
      : [];
  const asked = alike(file["n-samples"]);
  return asked.length > 0 ? asked : alike(file["n-shot"]);
}

/** Whether it has questions of its own: every task has a configuration, and groups have none. */
function isAsked(file: ResultsFile, task: string): boolean {
  if (field(file["n-samples"], task) !== undefined) return true;
  if (typeof file.configs === "object" && file.configs !== null) {
    return field(file.configs, task) !== undefined;
  }
  return field(file["n-shot"], task) !== undefined;
}

function wrongVersion(file: ResultsFile, { task: whole, version }: Benchmark, task: string) {
  // Of a group the group's own counts, where it has one.
  const stated = versionIn(file, whole) ?? versionIn(file, task);
  if (version === undefined || stated === null) return null;
  if (Number(stated) === Number(version) || String(stated) === String(version)) return null;
  return (
    `task ${task} is of version ${String(stated).slice(0, 40)}, the suite's benchmark is of version ${version}: ` +
    `leave "version" out of the suite where both are meant`
  );
}

/** Groups without a version have `N/A`. */
function versionIn(file: ResultsFile, task: string): number | string | null {
  const stated = field(file.versions, task);
  if (stated === "N/A") return null;
  return typeof stated === "number" || typeof stated === "string" ? stated : null;
}

function wrongDirection(
  file: ResultsFile,
  benchmark: Benchmark,
  task: string,
  metric: string,
): string | null {
  const [name = metric] = metric.split(",");
  const higher = field(field(file.higher_is_better, task), name);
  if (typeof higher !== "boolean") return null;
  if (higher !== isLowerBetter(scaleOf(benchmark, task, metric))) return null;
  return higher
    ? `${task} ${metric} is better when higher, says the file; the suite's scale for it has its best below its worst`
    : `${task} ${metric} is better when lower, says the file: say "scale": {"worst": 1, "best": 0} for this metric in the suite`;
}

/** Some formats say what a metric's values lie between. */
function wrongRange(
  file: ResultsFile,
  benchmark: Benchmark,
  task: string,
  metric: string,
): string | null {
  const range = field(field(file.score_ranges, task), metric);
  if (!Array.isArray(range)) return null;
  const [low, high] = range.map(Number);
  const { worst, best } = scaleOf(benchmark, task, metric);
  if (low === Math.min(worst, best) && high === Math.max(worst, best)) return null;
  return (
    `${task} ${metric} lies between ${low} and ${high}, says the file; the suite reads it from ${worst} to ${best}: ` +
    `say "scale": {"worst": ${low}, "best": ${high}} for this metric in the suite, or the other way round where lower is better`
  );
}
