import { openPullRequest, type Repo, type StandIn } from "../hub/stand-in.ts";
import type { Proposal, PullRequest } from "../hub/stand-in-discussions.ts";
import { DAY, mainOf, votesHub } from "./fake.ts";

export const REQUESTS = "board/requests";

/** A Hub with a dataset of requests too, and some models that may be submitted. */
export async function requestsHub(models: string[] = [], files: Record<string, string> = {}) {
  const { hub } = await votesHub();
  const repo = hub.dataset(
    REQUESTS,
    { "README.md": "Synthetic.", ...files },
    { members: ["keeper"] },
  );
  for (const model of models) addModel(hub, model);
  return { hub, repo };
}

/** Puts a model on the Hub to which nothing can be objected: synthetic, of a thousand weights. */
export function addModel(
  hub: StandIn,
  name: string,
  info: Record<string, unknown> = {},
  files: Record<string, string | Uint8Array> = {},
): Repo {
  return hub.model(
    name,
    {
      tags: ["license:apache-2.0"],
      cardData: { license: "apache-2.0" },
      safetensors: { parameters: { BF16: 1000 }, total: 1000 },
      ...info,
    },
    {
      "README.md": `---\nlicense: apache-2.0\n---\n${"Synthetic model. ".repeat(20)}`,
      "config.json": JSON.stringify({ model_type: "llama", architectures: ["LlamaForCausalLM"] }),
      "tokenizer.json": "{}",
      "tokenizer_config.json": JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast" }),
      "model.safetensors": new Uint8Array(2100),
      ...files,
    },
  );
}

/** What somebody asks for, as a form would write it. */
export function asked(model: string, more: object = {}) {
  return {
    model,
    base_model: "",
    revision: "main",
    precision: "bfloat16",
    weight_type: "Original",
    model_type: "pretrained",
    use_chat_template: false,
    status: "PENDING",
    ...more,
  };
}

export const pathOf = (model: string, precision = "bfloat16") =>
  `${model}_eval_request_False_${precision}_Original.json`;

/** Opens a pull request in which an account submits a model. */
export function submit(
  repo: Repo,
  author: string,
  model: string,
  more: { precision?: string } & Record<string, unknown> = {},
  { at = DAY, files = {} }: { at?: string; files?: Proposal["files"] } = {},
): PullRequest {
  const text = JSON.stringify(asked(model, more));
  return openPullRequest(repo, {
    ...{ author, at },
    files: { [pathOf(model, more.precision)]: text, ...files },
  });
}

/** A request's file as `main` has it. */
export function requestOn(repo: Repo, model: string, precision?: string) {
  const bytes = mainOf(repo).get(pathOf(model, precision));
  return bytes ? JSON.parse(bytes.toString()) : undefined;
}
