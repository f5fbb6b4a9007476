import suite from "../../fixtures/tiny-suite.json" with { type: "json" };
import { type Figure, resultsFile } from "./harness.ts";

/** A synthetic model's run on the suite of `tests/fixtures/tiny.config.ts`. */
export interface KitchenRun {
  model: string;
  /** Of its answers, the share that is right, everywhere: 0–1. */
  right: number;
  /** Day of the run. */
  day?: string;
  /** Fields besides those that the harness writes. */
  more?: object;
}

const METRICS: [task: string, ...metrics: string[]][] = [
  ["kitchen_riddles", "acc,none"],
  ["kitchen_recipes_baking", "acc_norm,none"],
  ["kitchen_recipes_frying", "acc_norm,none"],
  ["kitchen_recipes_stewing", "acc_norm,none"],
  ["kitchen_units", "exact_match,strict", "exact_match,loose"],
  ["kitchen_proverbs", "acc_norm,none"],
];

/** Result files by their paths in a dataset. */
export function kitchenResults(runs: KitchenRun[]): Record<string, string> {
  return Object.fromEntries(
    runs.map(({ model, right, day = "2025-06-01", more }) => {
      const figures: Figure[] = METRICS.flatMap(([task, ...metrics]) =>
        metrics.map((metric) => ({ task, metric, value: right, stderr: null })),
      );
      const file = { ...resultsFile({ figures, model, samples: {} }), ...more };
      return [`${model}/results_${day}T12-07-04.698905.json`, JSON.stringify(file)];
    }),
  );
}

/** Request files by their paths in a dataset. */
export function kitchenRequests(models: [model: string, status: string][]): Record<string, string> {
  return Object.fromEntries(
    models.map(([model, status], i) => [
      `${model}_eval_request_False_float16_Original.json`,
      JSON.stringify({
        model,
        base_model: "",
        revision: "main",
        precision: "float16",
        params: 1.2,
        architectures: "KitchenForCausalLM",
        weight_type: "Original",
        status,
        submitted_time: `2025-05-${String((i % 28) + 1).padStart(2, "0")}T10:00:00Z`,
        model_type: "🟢 : pretrained",
        job_id: -1,
        job_start_time: null,
        use_chat_template: false,
        sender: "kitchen-porter",
      }),
    ]),
  );
}

/** A file of votes by its path in a dataset. */
export function kitchenVotes(votes: [model: string, username: string][]): Record<string, string> {
  const lines = votes.map(([model, username], i) =>
    JSON.stringify({
      model,
      revision: "main",
      username,
      timestamp: `2025-05-${String((i % 28) + 1).padStart(2, "0")}T11:00:00Z`,
    }),
  );
  return { "votes_data.jsonl": `${lines.join("\n")}\n` };
}

/** Result files of the small leaderboard by path: models `cook/m0` …, each a little better. */
export function kitchenRuns(count: number): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, i) => [
      `cook/m${i}/results_2026-11-2${i % 5}T12-00-00.json`,
      JSON.stringify(resultsFile({ figures: kitchenFigures(i / 1000), model: `cook/m${i}` })),
    ]),
  );
}

/** Figures of every task of the small leaderboard. */
function kitchenFigures(better: number): Figure[] {
  return suite.benchmarks.flatMap(({ task, metrics, subtasks = [] }) =>
    [task, ...subtasks.map((s) => s.task)].flatMap((name) =>
      metrics.map((m) => ({ task: name, metric: m.name, value: 0.5 + better, stderr: 0.01 })),
    ),
  );
}
