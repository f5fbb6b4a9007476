import { type ResultsFile, resultsFileSchema } from "../../core/records/results-file.ts";
import type { Suite } from "../../core/records/suite.ts";
import { FORMATS, formatOf, runsIn } from "../formats/detect.ts";
import type { Format } from "../formats/format.ts";
import { type BenchmarkExplained, explainBenchmark, metricsIn } from "./explain-benchmark.ts";
import { explainModel, type Fact } from "./explain-model.ts";
import { readText, siblingOf } from "./parse-files.ts";
import { checkedBy, jsonIn } from "./record.ts";
import { fieldsOf, isOfHarness, plainName, type Rules, readRun, reasonOf } from "./results.ts";

/** What is read of one result file, from where, and what is not and why. */
export interface Explanation {
  /** Null where it could not be looked into. */
  format: Format | null;
  /** Whether the format was told by fields of its own, and not for want of any other. */
  isRecognised: boolean;
  runs: RunExplained[];
  refused: Refusal | null;
}

/** Why nothing of a file is read. */
export interface Refusal {
  reason: string;
  /** What would be accepted, where the reason does not say it. */
  remedy: string | null;
}

export interface RunExplained {
  facts: Fact[];
  suites: { suite: Suite; benchmarks: BenchmarkExplained[] }[];
  /** Tasks that no suite reads. */
  unread: string[];
  /** Fields that are not known, and that were looked for: of the harness's own files. */
  unknown: string[];
  missing: string[];
}

/**
 * Explains a result file. Whether it is accepted is what `readRun` says, by which `data` reads it.
 *
 * @param disk where its bytes are
 * @param place its path below the source
 */
export function explainFile(disk: string, place: string, rules: Rules): Explanation {
  const nothing = { format: null, isRecognised: false, runs: [] };
  let text: string;
  try {
    text = readText(disk);
  } catch (error) {
    return { ...nothing, refused: refusal(error, "name a file of UTF-8 text") };
  }
  let json: unknown;
  try {
    json = jsonIn(text);
  } catch (error) {
    const remedy =
      "one JSON document of UTF-8 text without a byte order mark: have the run write it anew, or copy it whole";
    return { ...nothing, refused: refusal(error, remedy) };
  }
  const format = formatOf(json, place);
  const isRecognised = FORMATS.some((f) => f.recognises(json, place));
  let runs: ResultsFile[];
  try {
    const read = runsIn(json, place, siblingOf(disk)).runs;
    runs = read.map((run) => checkedBy(resultsFileSchema, run));
  } catch (error) {
    const refused = refusal(error, isRecognised ? null : ALL_FORMATS);
    return { format, isRecognised, runs: [], refused };
  }
  const explained = runs.map((run) => explainRun(run, format, place, rules));
  const reason = refusedAs(text, disk, place, rules);
  const isForeign = explained.some((run) => kinds(run).every((kind) => kind === "absent"));
  const remedy = isForeign ? benchmarkFor(runs) : null;
  return {
    format,
    isRecognised,
    runs: explained,
    refused: reason === null ? null : { reason, remedy },
  };
}

const kinds = (run: RunExplained) => run.suites.flatMap((s) => s.benchmarks.map((b) => b.kind));

const ALL_FORMATS = `a result file of ${FORMATS.map((f) => f.name).join("; ")}. /docs/formats/ shows one of each`;

function refusal(error: unknown, remedy: string | null): Refusal {
  return { reason: reasonOf(error), remedy };
}

function explainRun(file: ResultsFile, format: Format, place: string, rules: Rules): RunExplained {
  const { suites, naming } = rules;
  const named = new Set(
    suites.flatMap((s) =>
      s.benchmarks.flatMap((b) => [b.task, ...b.subtasks.map((each) => each.task)]),
    ),
  );
  return {
    facts: explainModel(file, format, place, naming),
    suites: suites.map((suite) => ({
      suite,
      benchmarks: suite.benchmarks.map((b) => explainBenchmark(file, suite, b)),
    })),
    unread: Object.keys(file.results)
      .filter((task) => !named.has(task))
      .map(plainName),
    ...(isOfHarness(format) ? fieldsOf(file) : { unknown: [], missing: [] }),
  };
}

function refusedAs(
  text: string,
  disk: string,
  place: string,
  { suites, naming }: Rules,
): string | null {
  try {
    readRun(text, place, suites, naming, siblingOf(disk));
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

/** How the suite would name what is in a file of which it has nothing. */
function benchmarkFor(runs: readonly ResultsFile[]): string | null {
  for (const { results } of runs) {
    for (const [task, values] of Object.entries(results)) {
      const [metric] = metricsIn(values);
      if (metric === undefined) continue;
      const names = [task, metric].map((name) => JSON.stringify(plainName(name)));
      return `a suite with a benchmark of this file, as "task": ${names[0]}, "metrics": [{"name": ${names[1]}}]`;
    }
  }
  return null;
}
