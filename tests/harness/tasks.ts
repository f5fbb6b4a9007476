import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import v2 from "../../data/suites/open-llm-v2.json" with { type: "json" };
import { type Suite, suiteSchema } from "../../src/core/records/suite.ts";
import { QUESTIONS } from "./questions.ts";

/** The harness's own files of the tasks, below its folder of tasks. */
const FILES: Record<string, string> = {
  leaderboard_bbh_boolean_expressions: "bbh_mc/boolean_expressions.yaml",
  leaderboard_bbh_navigate: "bbh_mc/navigate.yaml",
  leaderboard_math_algebra_hard: "math/math_algebra.yaml",
  leaderboard_gpqa_main: "gpqa/gpqa_main_zeroshot.yaml",
  leaderboard_musr_murder_mysteries: "musr/musr_murder_mysteries.yaml",
  leaderboard_mmlu_pro: "mmlu_pro/mmlu_pro.yaml",
  leaderboard_ifeval: "ifeval/ifeval.yaml",
};

/** Benchmarks of the suite that are groups: which of their subtasks are asked, and what is averaged. */
const GROUPS: Record<string, { metric: string; tasks: string[] }> = {
  leaderboard_bbh: {
    metric: "acc_norm",
    tasks: ["leaderboard_bbh_boolean_expressions", "leaderboard_bbh_navigate"],
  },
  leaderboard_math_hard: { metric: "exact_match", tasks: ["leaderboard_math_algebra_hard"] },
  leaderboard_gpqa: { metric: "acc_norm", tasks: ["leaderboard_gpqa_main"] },
  leaderboard_musr: { metric: "acc_norm", tasks: ["leaderboard_musr_murder_mysteries"] },
};

/** Tokens of an answer, in place of the hundreds that a benchmark allows. */
const TOKENS = 24;

/** What is said of generating, where a task generates: as its own file says, but for the length. */
const GENERATING: Record<string, object> = {
  leaderboard_math_algebra_hard: { until: ["Problem:"], do_sample: false, temperature: 0 },
  leaderboard_ifeval: { until: [], do_sample: false, temperature: 0 },
};

/** As a task with our questions is named. */
const ours = (task: string) => task.replace("leaderboard_", "recorded_");

/** The suite with our questions in place of the benchmarks': its command, its benchmarks. */
export const SUITE: Suite = suiteSchema.parse({
  ...v2,
  benchmarks: v2.benchmarks.map((b) => ({ ...b, task: ours(b.task) })),
});

/**
 * Writes questions and task files: each is the harness's own, with our questions. YAML reads JSON.
 *
 * @param harness folder of the package lm_eval
 */
export async function writeTasks(folder: string, harness: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (name: string, value: object) =>
    writeFile(join(folder, `${name}.yaml`), JSON.stringify(value, null, 2));
  for (const [task, splits] of Object.entries(QUESTIONS)) {
    const files: Record<string, string> = {};
    for (const [split, rows] of Object.entries(splits)) {
      files[split] = join(folder, `${task}-${split}.jsonl`);
      await writeFile(files[split], rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    }
    const generating = GENERATING[task];
    await write(ours(task), {
      include: join(harness, "tasks/leaderboard", FILES[task]!),
      task: ours(task),
      dataset_path: "json",
      dataset_name: null,
      dataset_kwargs: { data_files: files },
      ...(generating && { generation_kwargs: { ...generating, max_gen_toks: TOKENS } }),
    });
  }
  for (const [group, { metric, tasks }] of Object.entries(GROUPS)) {
    const mean = { metric, aggregation: "mean", weight_by_size: true };
    const aggregate_metric_list = [mean];
    await write(ours(group), { group: ours(group), task: tasks.map(ours), aggregate_metric_list });
  }
}
