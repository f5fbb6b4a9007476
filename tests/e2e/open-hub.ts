/**
 * The Hub of Havnetavlen's open queue: its datasets with a small queue, and models to submit. All of it is
 * synthetic. The shapes of a model's files are those of tests/core/queue/made.ts.
 */
import type { Route } from "playwright-core";
import { expect } from "vitest";
import harbour from "../fixtures/harbour.config.ts";
import { addHarbour, REVISION } from "../pipeline/hub/harbour.ts";
import { openPullRequest, openStandIn, type StandIn } from "../pipeline/hub/stand-in.ts";

/** The address that pages know the Hub by. */
export const HUB = "https://huggingface.co";

export const CLIENT = "havnetavlen";

const { requests: REQUESTS, votes: VOTES } = harbour.hub as { requests: string; votes: string };

export { REQUESTS, VOTES };

const request = (model: string, status: string, more: object = {}) => [
  `${model}_eval_request_False_bfloat16_Original.json`,
  JSON.stringify({
    model,
    base_model: "",
    revision: REVISION(model),
    precision: "bfloat16",
    params: 7,
    architectures: "LlamaForCausalLM",
    weight_type: "Original",
    status,
    submitted_time: "2025-05-02T08:00:00Z",
    model_type: "🟢 : pretrained",
    job_id: -1,
    job_start_time: null,
    use_chat_template: false,
    sender: "styrmand",
    ...more,
  }),
];

/** Models that wait, the one that waits longest first; the last has a page. */
export const WAITING = ["syntetisk/Skonnert-70B", "syntetisk/Jolle-2B", "syntetisk/Pram-1B"];

/** Its commit has a row in the tables. */
export const EVALUATED = "syntetisk/Anker-7B";

export const NEW = "syntetisk/Ny-7B";
export const POOR = "syntetisk/Daarlig-7B";
export const ADAPTER = "syntetisk/Ny-7B-adapter";

const CARD = `---\nlicense: apache-2.0\n---\n${"A synthetic model that was never trained. ".repeat(8)}`;
const CONFIG = JSON.stringify({ architectures: ["LlamaForCausalLM"], model_type: "llama" });
const TOKENIZER = JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast" });

const WHOLE = {
  "README.md": CARD,
  "config.json": CONFIG,
  "tokenizer.json": "{}",
  "tokenizer_config.json": TOKENIZER,
};

/** Adds a model whose weights are said to be there: their bytes are not. */
export function addModel(
  hub: StandIn,
  name: string,
  files: Record<string, string> = WHOLE,
  weights: Record<string, number> = { "model.safetensors": 14_000_050_000 },
  info: Record<string, unknown> = { safetensors: { parameters: { BF16: 7_000_000_000 } } },
): void {
  const sizes = Object.entries(files).map(
    ([path, text]) => [path, Buffer.byteLength(text)] as const,
  );
  const siblings = [...sizes, ...Object.entries(weights)].map(([rfilename, size]) => ({
    rfilename,
    size,
  }));
  hub.model(name, { cardData: { license: "apache-2.0" }, tags: [], siblings, ...info }, files);
}

export async function openHub(): Promise<StandIn> {
  const hub = await openStandIn();
  addHarbour(hub);
  const requests = hub.dataset(
    REQUESTS,
    Object.fromEntries([
      ...WAITING.map((model, i) =>
        request(model, "PENDING", {
          submitted_time: `2025-04-0${i + 1}T08:00:00Z`,
          pull_request: i + 1,
        }),
      ),
      request("syntetisk/Fyr-30B", "FINISHED", {
        job_id: "17",
        job_start_time: "2025-05-03T06:00:00Z",
      }),
    ]),
  );
  // By which those that wait came.
  for (const model of WAITING) {
    const title = `Request: ${model} in bfloat16`;
    openPullRequest(requests, { author: "styrmand", files: {}, title }).status = "closed";
  }
  const old = {
    model: WAITING[1],
    revision: "main",
    username: "kok",
    timestamp: "2025-04-04T10:00:00",
  };
  hub.dataset(VOTES, { "votes_data.jsonl": `${JSON.stringify(old)}\n` });
  addModel(hub, NEW);
  addModel(hub, "syntetisk/Nyere-7B");
  addModel(
    hub,
    POOR,
    { "README.md": "Short.", "config.json": JSON.stringify({ model_type: "sejl", auto_map: {} }) },
    { "pytorch_model.bin": 5 },
    { cardData: {} },
  );
  addModel(
    hub,
    ADAPTER,
    { "README.md": CARD, "adapter_config.json": JSON.stringify({ base_model_name_or_path: NEW }) },
    { "adapter_model.safetensors": 2_050_000 },
    { safetensors: { parameters: { BF16: 1_000_000 } } },
  );
  addModel(hub, EVALUATED);
  const evaluated = hub.repos.get(`models/${EVALUATED}`)!;
  evaluated.commits[0]!.oid = REVISION(EVALUATED);
  evaluated.branches.set("main", REVISION(EVALUATED));
  addModel(hub, "piraterne/Ny-7B");
  return hub;
}

/** Lets the browser reach the stand-in under the Hub's address, redirects included, and nothing else. */
export function forward(hub: StandIn): (route: Route) => Promise<void> {
  return async (route) => {
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const headers = { ...request.headers() };
    delete headers.host;
    const post = request.postDataBuffer();
    let response: Response;
    try {
      response = await fetch(hub.url + pathname + search, {
        method: request.method(),
        headers,
        ...(post && { body: new Uint8Array(post) }),
      });
    } catch {
      return route.abort("connectionreset");
    }
    const type = response.headers.get("content-type") ?? "";
    const text = await response.text();
    await route.fulfill({
      status: response.status,
      headers: { "access-control-allow-origin": "*", "content-type": type },
      body: text.replaceAll(hub.url, HUB),
    });
  };
}

/** What a page has asked for outside its own site: only the Hub, and nothing with a token in its address. */
export function expectOnlyHub(hub: StandIn, outside: readonly string[]): void {
  expect(outside.filter((address) => !address.startsWith(`${HUB}/`))).toEqual([]);
  for (const token of hub.tokens.keys()) expect(outside.join("\n")).not.toContain(token);
}
