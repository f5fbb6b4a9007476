import type { Benchmark, Suite } from "../records/suite.ts";
import { settingsWords } from "../suite/settings.ts";
import { yaml } from "./yaml.ts";

/** What is known of one evaluation. */
export interface Evaluated {
  suite: Suite;
  precision: string | null;
  revision: string | null;
  chat_template: boolean | null;
  settings: string | null;
  /** Proportion correct, 0–1, by benchmark and by subtask (its task in the harness). */
  raw: (benchmark: string) => number | null;
  rawOfSubtask: (task: string) => number | null;
  /** Day of the tables. */
  as_of: string;
  /** Where the figures stand: the page's absolute address, and the leaderboard's name. */
  source: { url: string; name: string };
}

/** An entry of a file in `.eval_results/`. */
export interface Entry {
  dataset: { id: string; task_id: string };
  /** Per cent. */
  value: number;
  date: string;
  source: { url: string; name: string };
  notes: string;
}

/**
 * Figures in the Hub's own format for evaluation results: a list in `.eval_results/*.yaml` of a
 * model's repository (fields: huggingface.co/docs/hub/eval-results and `EvalResultEntry` of
 * huggingface_hub). Only those whose benchmark is one of the Hub's, as the suite says.
 *
 * The documentation leaves the scale open. Files on the Hub give per cent (that of Zyphra/ZAYA1-8B
 * has 71 and 74.2), and so do the Hub's own tools (huggingface/community-evals has 22.2).
 *
 * Ids of tasks are those of files on the Hub: GPQA's is `diamond` in the merged ones of
 * MiniMaxAI/MiniMax-M2.5 and Zyphra/ZAYA1-8B, by people of the Hub, and in its release checklist
 * (huggingface/hub-docs, docs/hub/model-release-checklist.md); the example of its eval-results.md,
 * older than the first such files, says `gpqa_diamond`. The data set's own eval.yaml was not at hand.
 *
 * `date` is the day of the tables: that of the run is not in them, and without any the Hub would
 * show the day of the commit. `verifyToken` is for runs of the Hub's own jobs.
 */
export function evalResults(evaluated: Evaluated): Entry[] {
  const { suite, as_of, source } = evaluated;
  const entries: Entry[] = [];
  const add = (hub: Benchmark["hub"], raw: number | null, benchmark: Benchmark, task: string) => {
    if (!hub || raw === null) return;
    entries.push({
      dataset: { id: hub.dataset, task_id: hub.task },
      value: percent(raw),
      date: as_of,
      source,
      notes: notes(evaluated, benchmark, task, hub.notes),
    });
  };
  for (const benchmark of suite.benchmarks) {
    add(benchmark.hub, evaluated.raw(benchmark.key), benchmark, benchmark.task);
    for (const { hub, task } of benchmark.subtasks) {
      add(hub, hub ? evaluated.rawOfSubtask(task) : null, benchmark, task);
    }
  }
  return entries;
}

export function evalResultsYaml(entries: Entry[]): string {
  return yaml(entries);
}

/** Names of the benchmarks that are not among the entries, by the reason. */
export function leftOut(suite: Suite, entries: Entry[]): { reason: string; names: string[] }[] {
  const told = new Set(entries.map((e) => `${e.dataset.id} ${e.dataset.task_id}`));
  const has = (hub: Benchmark["hub"]) => hub && told.has(`${hub.dataset} ${hub.task}`);
  const reasons = new Map<string, string[]>();
  for (const b of suite.benchmarks) {
    if (has(b.hub) || b.subtasks.some((s) => has(s.hub))) continue;
    const reason = reasonOf(b);
    reasons.set(reason, [...(reasons.get(reason) ?? []), b.name]);
  }
  return [...reasons].map(([reason, names]) => ({ reason, names }));
}

function reasonOf(benchmark: Benchmark): string {
  const subtask = benchmark.subtasks.find((s) => s.hub);
  if (benchmark.hub) return "this evaluation has no figure";
  if (subtask) return `the Hub’s task is the subset “${subtask.name}”, of which there is no figure`;
  return "no benchmark of the Hub is known";
}

function notes(
  evaluated: Evaluated,
  benchmark: Benchmark,
  task: string,
  own: string | undefined,
): string {
  const { precision, revision, chat_template, settings } = evaluated;
  return [
    `${benchmark.shots}-shot`,
    own,
    `lm-evaluation-harness ${task}`,
    precision,
    chat_template === null ? null : chat_template ? "chat template" : "no chat template",
    settings && settingsWords(settings),
    revision && `revision ${revision.slice(0, 8)}`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** Without the noise that a product of floating-point numbers ends in. */
function percent(raw: number): number {
  return Number((raw * 100).toPrecision(12));
}
