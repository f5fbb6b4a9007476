import type { Suite } from "../../core/records/suite.ts";
import type { Explanation, RunExplained } from "../sources/explain.ts";
import type { BenchmarkExplained, FigureRead } from "../sources/explain-benchmark.ts";
import { plainName } from "../sources/results.ts";
import { list, oneLine } from "./terminal.ts";

/** Subtasks and tasks that are named in one place before the rest is only counted. */
const NAMED = 20;

/**
 * Prints what is read of a result file.
 *
 * @param isNamed whether a source would be searched for a file of this name
 * @returns 0 where something of it is accepted, else 1
 */
export function printFile(
  explanation: Explanation,
  suites: readonly Suite[],
  isNamed: boolean,
): number {
  const { format, isRecognised, runs, refused } = explanation;
  if (format) {
    const taken = isRecognised ? "" : "none that is known; read as ";
    console.log(`Format: ${taken}${format.name}`);
    if (!format.id.startsWith("lm-eval")) {
      console.log(
        "  Fields are named here as the harness names them; /docs/formats/ has the file's own",
      );
    }
  }
  runs.forEach((run, i) => {
    if (runs.length > 1) console.log(`Run ${i + 1} of ${runs.length}`);
    printRun(run);
  });
  if (refused) {
    const reason = isToldAbove(runs) ? "what it has is set aside, as above" : refused.reason;
    console.log(`Nothing of it is read: ${oneLine(reason)}`);
    if (refused.remedy !== null) console.log(`  What would be read: ${oneLine(refused.remedy)}`);
    return 1;
  }
  const verb = isNamed ? "Read" : "To be read by another name";
  for (const suite of suites) console.log(oneLine(`${verb}: ${verdict(suite, runs)}`));
  return 0;
}

function printRun(run: RunExplained): void {
  console.log("Model");
  for (const { what, value, why } of run.facts) {
    console.log(`  ${what}: ${oneLine(`${value ?? "unknown"} (${why})`)}`);
  }
  for (const { suite, benchmarks } of run.suites) {
    console.log(oneLine(`Benchmarks of ${suite.name} ${suite.version}`));
    for (const each of benchmarks) {
      const [first, ...more] = linesOf(each);
      console.log(oneLine(`  ${each.benchmark.key}: ${first}`));
      for (const line of more) console.log(`    ${oneLine(line)}`);
    }
  }
  list("Tasks that no suite reads", run.unread);
  list("Fields that are not known", run.unknown);
  list("Fields that are looked for and not there", run.missing);
}

/** Whether the file is refused for what is said of its benchmarks one by one. */
function isToldAbove(runs: readonly RunExplained[]): boolean {
  const kinds = runs.flatMap((r) => r.suites.flatMap((s) => s.benchmarks.map((b) => b.kind)));
  return (
    runs.length === 1 &&
    kinds.includes("aside") &&
    kinds.every((kind) => kind === "aside" || kind === "absent")
  );
}

function verdict(suite: Suite, runs: readonly RunExplained[]): string {
  const read = runs.flatMap((run) =>
    run.suites
      .filter((s) => s.suite === suite)
      .flatMap((s) => s.benchmarks.filter(({ kind }) => kind === "scored" || kind === "part")),
  );
  const keys = new Set(read.map((each) => each.benchmark.key));
  return `${keys.size} of ${suite.benchmarks.length} benchmarks of ${suite.name}`;
}

/** What becomes of a benchmark: the outcome, then where it is from. */
function linesOf(each: BenchmarkExplained): string[] {
  if (each.kind === "aside") return [`set aside: ${each.reason}`];
  if (each.kind === "absent") return absentLines(each);
  if (each.kind === "part") {
    const { subtasks } = each.benchmark;
    return [
      `${subtasks.length - each.missing.length} of ${subtasks.length} subtasks, scored once other files of the same run have the others`,
      `still to come: ${named(each.missing)}`,
      ...each.figures.slice(0, NAMED).map(figureLine),
      ...rest(each.figures.length),
    ];
  }
  const score = each.points === null ? "no score: it cannot be normalised" : each.points.toFixed(2);
  return [
    score,
    ...each.figures.slice(0, NAMED).map(figureLine),
    ...rest(each.figures.length),
    errorLine(each),
    questionsLine(each),
    shotsLine(each),
  ];
}

const rest = (count: number) => (count > NAMED ? [`… and ${count - NAMED} more`] : []);

function named(names: readonly string[]): string {
  return [...names.slice(0, NAMED), ...rest(names.length)].join(", ");
}

function figureLine({ task, metric, value, scale, baseline, points }: FigureRead): string {
  const cut = scale.beyond === "cut" ? ", what lies beyond is cut" : "";
  const guessing = baseline > 0 ? `, of which guessing gets ${short(baseline * 100)} %` : "";
  const own = points === null ? "" : `: ${points.toFixed(2)}`;
  const { worst, best } = scale;
  return `task ${task}, metric ${metric}: ${value} on a scale from ${worst} (worst) to ${best} (best)${cut}${guessing}${own}`;
}

/** Four digits of a number. */
const short = (value: number) => Number(value.toPrecision(4));

type Scored = Extract<BenchmarkExplained, { kind: "scored" }>;

function errorLine(scored: Scored): string {
  const { stderr, stderr_source: source } = scored.measure;
  if (stderr === null) {
    return "standard error: unknown, as the file has none and nothing says the number of questions";
  }
  const points = `standard error: ${stderr.toFixed(2)}`;
  const stated = scored.figures.flatMap((f) => f.stderr ?? []);
  const [first] = stated;
  const together = isOwn(scored) ? "of its metrics together" : "of its subtasks together";
  const shown = first && stated.length === 1 ? `${first.name} ${short(first.value)}` : together;
  if (source === "file") return `${points} (in the file: ${shown})`;
  if (source === "binomial") {
    return `${points} (binomial, as the file has none${first ? " of some figure" : ""})`;
  }
  return `${points} (binomial: the file's, ${shown}, cannot be that of so many answers, right or wrong)`;
}

/** Whether a score is worked out from the task's own values, not those of subtasks. */
function isOwn({ benchmark, figures }: Scored): boolean {
  return benchmark.score === "task" && figures[0]?.task === benchmark.task;
}

function questionsLine(scored: Scored): string {
  const { measure, benchmark, figures } = scored;
  const { n } = measure;
  if (n === null) return "questions: unknown, neither the file nor the suite says";
  if (isOwn(scored) && figures[0]!.n === n) {
    return `questions: ${n} (in the file: n-samples.${benchmark.task}.effective)`;
  }
  const isPooled = benchmark.score === "task" && !isOwn(scored);
  return `questions: ${n} (${isPooled ? "of its subtasks together" : "by the suite"})`;
}

function shotsLine({ shots, benchmark }: Scored): string {
  return shots === null
    ? `examples: not stated by the file, taken to be the suite's ${benchmark.shots}`
    : `examples: ${shots}, as the suite asks`;
}

function absentLines(each: Extract<BenchmarkExplained, { kind: "absent" }>): string[] {
  const { task, metrics } = each.benchmark;
  const wanted = metrics.map((m) => m.name).join(", ");
  const lines = [`not in this file: no task ${task} with ${wanted}`];
  if (each.otherMetrics.length > 0) {
    lines.push(`the task is there with ${named(each.otherMetrics.map(plainName))}`);
  }
  if (each.alike.length > 0)
    lines.push(`tasks that look alike: ${named(each.alike.map(plainName))}`);
  return lines;
}
