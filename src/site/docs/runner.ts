/** Files and commands that the page on the runner shows, as they are typed. */

/** Whose datasets they are: the reader's account on the Hub, or an organisation. */
export const OWNER = "OWNER";

/** A small model with a chat template, which a laptop runs. */
export const MODEL = "HuggingFaceTB/SmolLM2-135M-Instruct";

/** What the examples' file names begin with. */
const NAME = "first";

export const CONFIG = `${NAME}.config.ts`;
export const TASKS = `${NAME}-tasks`;

const QUESTIONS: [question: string, choices: string[], answer: number][] = [
  ["A sail that is eased too far …", ["flaps", "tears", "sinks"], 0],
  ["Red over green, a lantern on the left is …", ["red", "green", "white"], 0],
  ["Wind from astern, and the boat …", ["runs", "stops", "heels most"], 0],
  ["What does an anchor hold best in?", ["rock", "sand and mud", "weed"], 1],
];

/**
 * A first leaderboard: four questions, the harness's file that asks them, the suite that scores them, the
 * configuration.
 *
 * @param owner of the two datasets
 */
export function firstFiles(owner = OWNER): { path: string; text: string }[] {
  const lines = QUESTIONS.map(([question, choices, answer]) =>
    JSON.stringify({ question, choices, answer }),
  );
  return [
    { path: `${TASKS}/sailing.jsonl`, text: `${lines.join("\n")}\n` },
    { path: `${TASKS}/sailing.yaml`, text: TASK },
    { path: `${NAME}-suite.json`, text: `${JSON.stringify(SUITE, null, 2)}\n` },
    { path: CONFIG, text: configuration(owner) },
  ];
}

const TASK = `task: first_sailing
dataset_path: json
dataset_kwargs:
  data_files:
    test: sailing.jsonl
test_split: test
output_type: multiple_choice
doc_to_text: "{{question}}\\nAnswer:"
doc_to_choice: "{{choices}}"
doc_to_target: "{{answer}}"
num_fewshot: 0
metric_list:
  - metric: acc_norm
    aggregation: mean
    higher_is_better: true
metadata:
  version: 1
`;

const SUITE = {
  id: "first",
  version: "1.0.0",
  name: "First",
  table: "models",
  normalized: true,
  reproduce: {
    setup: ["pip install lm_eval"],
    command:
      "lm_eval --model hf --model_args pretrained={model},revision={revision},dtype={dtype} --tasks {tasks} --batch_size 4 --output_path results {chat}",
    per_benchmark: false,
  },
  benchmarks: [
    {
      key: "sailing",
      name: "Sailing",
      area: "Seamanship",
      description: "Four questions, to see that everything works.",
      task: "first_sailing",
      shots: 0,
      metrics: [{ name: "acc_norm,none", n: QUESTIONS.length }],
      choices: 3,
      score: "task",
    },
  ],
};

function configuration(owner: string): string {
  return `import { defineLeaderboard } from "./src/core/records/define.ts";
import suite from "./${NAME}-suite.json" with { type: "json" };

export default defineLeaderboard({
  title: "My first leaderboard",
  tagline: "Four questions",
  suites: [suite],
  hub: { requests: "${owner}/requests", results: "${owner}/results" },
});
`;
}

/** Path of the request's file in its dataset, and the file. */
export function firstRequest(model = MODEL): { path: string; text: string } {
  const request = {
    model,
    base_model: "",
    revision: "main",
    precision: "float32",
    params: 0.135,
    weight_type: "Original",
    status: "PENDING",
    submitted_time: "2026-12-01T12:00:00Z",
    use_chat_template: true,
  };
  return {
    path: `${model}_eval_request_False_float32_Original.json`,
    text: `${JSON.stringify(request, null, 2)}\n`,
  };
}

/** Makes the two datasets, and puts the request into the first (https://huggingface.co/docs/huggingface_hub/guides/cli). */
export function onTheHub(owner = OWNER): string {
  return [
    `hf repo create ${owner}/requests --repo-type dataset`,
    `hf repo create ${owner}/results --repo-type dataset`,
    `hf upload ${owner}/requests request.json ${firstRequest().path} --repo-type dataset`,
  ].join("\n");
}

/** What every command after it reads. */
export const INSTALL = [
  `export LEADERBOARD_CONFIG=${CONFIG}`,
  "npm ci && npm run runner -- install",
].join("\n");

export const SETTING = "read -rs HF_TOKEN && export HF_TOKEN   # paste the token, then Enter";

/** Options of the runner in the page's commands. */
export const DRY_RUN = `npm run runner -- --dry-run --tasks ${TASKS}`;
export const ONCE = `npm run runner -- --once --tasks ${TASKS}`;
export const WATCH = `npm run runner -- --watch --tasks ${TASKS}`;
export const SLURM = `npm run runner -- --watch --tasks ${TASKS} --executor slurm --slurm-partition spare --slurm-gpu-memory 80`;
export const RENTED = [
  `npm run runner -- --dry-run --tasks ${TASKS} --executor hf-jobs --ceiling 5`,
  `npm run runner -- --once --tasks ${TASKS} --executor hf-jobs --ceiling 5`,
].join("\n");
export const TO_ROW = ["npm run pull", "npm run data -- --hub", "npm run dev"].join("\n");

/**
 * What an estimate is made of, as `src/pipeline/runner/energy.ts` has it, which is no part of the package: watts of
 * a core and of a gigabyte of memory, grams of CO₂ for a kilowatt-hour.
 */
export const ENERGY = { core: 12, gigabyte: 0.3725, world: 473 };
