import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const WINDS = ["from the north", "from the east", "from the south"];

/** Questions with three choices, and with two. */
const QUESTIONS: Record<string, object[]> = {
  winds_north: [0, 1, 2, 0, 1, 2].map((answer, i) => ({
    question: `The wind turned ${i + 1} times. Where does it blow?`,
    choices: WINDS,
    answer,
  })),
  winds_south: [0, 1, 1, 0].map((answer, i) => ({
    question: `At ${i + 5} knots, is the sail set?`,
    choices: ["yes", "no"],
    answer,
  })),
  bearings: [45, 90, 180, 270].map((degrees) => ({
    question: `Bearing ${degrees}?`,
    answer: String(degrees),
  })),
  orders: [
    { prompt: "Hail the ship without commas.", asks: [["punctuation:no_comma", {}]] },
    {
      prompt: "Answer in at least 40 sentences and without commas.",
      asks: [
        ["punctuation:no_comma", {}],
        ["length_constraints:number_sentences", { relation: "at least", num_sentences: 40 }],
      ],
    },
    { prompt: "End with: over and out", asks: [["startend:end_checker", { end_phrase: "over" }]] },
  ].map(({ prompt, asks }, key) => ({
    key,
    prompt,
    instruction_id_list: asks.map(([id]) => id),
    kwargs: asks.map(([, kwargs]) => kwargs),
  })),
};

const choice = {
  output_type: "multiple_choice",
  doc_to_text: "{{question}}\nAnswer:",
  doc_to_choice: "{{choices}}",
  doc_to_target: "{{answer}}",
  num_fewshot: 0,
  metric_list: [{ metric: "acc_norm", aggregation: "mean", higher_is_better: true }],
};

/** Task files as a team writes them; YAML reads JSON. Of IFEval it is the harness's own, with other questions. */
const TASKS: Record<string, object> = {
  winds_north: choice,
  winds_south: choice,
  bearings: {
    output_type: "generate_until",
    doc_to_text: "{{question}}",
    doc_to_target: "{{answer}}",
    num_fewshot: 1,
    fewshot_config: { sampler: "first_n", samples: [{ question: "Bearing 1?", answer: "1" }] },
    generation_kwargs: { until: ["\n"], do_sample: false, max_gen_toks: 8 },
    metric_list: [{ metric: "exact_match", aggregation: "mean", higher_is_better: true }],
  },
  orders: {
    generation_kwargs: { until: [], do_sample: false, temperature: 0, max_gen_toks: 24 },
  },
};

/**
 * Writes questions and task files.
 *
 * @param harness folder of the package lm_eval
 */
export async function writeTasks(folder: string, harness: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, rows] of Object.entries(QUESTIONS)) {
    const data = join(folder, `${name}.jsonl`);
    await writeFile(data, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    const isOrders = name === "orders";
    const include = join(harness, "tasks/leaderboard/ifeval/ifeval.yaml");
    const task = {
      ...(isOrders ? { include } : { test_split: "test", metadata: { version: 1 } }),
      task: name,
      dataset_path: "json",
      dataset_name: null,
      dataset_kwargs: { data_files: { [isOrders ? "train" : "test"]: `${name}.jsonl` } },
      ...TASKS[name],
    };
    await writeFile(join(folder, `${name}.yaml`), JSON.stringify(task, null, 2));
  }
  const group = { group: "winds", task: ["winds_north", "winds_south"] };
  await writeFile(join(folder, "winds.yaml"), JSON.stringify(group));
}
