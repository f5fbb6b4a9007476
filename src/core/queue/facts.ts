import { z } from "zod";
import { licenseOf } from "../records/card.ts";
import { modelName } from "../records/evaluation.ts";
import { explain } from "../records/explain.ts";
import { jsonOr } from "../records/json.ts";
import { sha1 } from "../records/listing.ts";
import { UserError } from "../records/user-error.ts";
import { byteSize } from "../table/format.ts";
import {
  type Config,
  NONE,
  type Read,
  readAdapter,
  readCard,
  readConfig,
  readTokenizer,
  type TokenizerConfig,
} from "./files.ts";
import type { Answer, Get, Limits } from "./get.ts";
import { isPart, type Submission } from "./submission.ts";
import {
  countsIn,
  type Packing,
  type RepoFile,
  storedIn,
  type WeightFiles,
  weightFiles,
  weightsOf,
} from "./weights.ts";

/** What the Hub says of a model at one commit. */
export interface ModelFacts {
  /** As the Hub calls it, which may be another name than the one asked for. */
  name: string;
  commit: string;
  private: boolean;
  gated: false | "auto" | "manual";
  disabled: boolean;
  /** Whether its files may be read by whoever asked. */
  readable: boolean;
  license: string | null;
  /** Characters, see `cardLength`. Null without a card. */
  card: number | null;
  config: Config | null;
  tokenizer: TokenizerConfig | null;
  /** Whether there is any file that a tokenizer is made of. */
  hasTokenizer: boolean;
  /** Where a chat template is that a tokenizer has; `processor` where one is that no tokenizer reads. */
  template: "tokenizer" | "processor" | null;
  /** Of an adapter, the base that it was made for; empty where it does not say. Null where it is none. */
  adapterOf: string | null;
  weights: WeightFiles;
  /** Number of weights; null where it cannot be told. */
  params: number | null;
  /** What is wrong with single files. */
  wrong: { file: string; what: string }[];
}

/** What is not there; `answer`: what can be read of it, and why it cannot, the end of a sentence. */
export type Missing = { missing: "model" | "revision" } | { missing: "answer"; why: string };

/** What is known of a submission's models. */
export interface SubmissionFacts {
  model: ModelFacts | Missing;
  /** What an adapter or delta weights are loaded on top of; null for a whole model. */
  base: ModelFacts | Missing | null;
}

export function isThere(facts: ModelFacts | Missing): facts is ModelFacts {
  return !("missing" in facts);
}

/**
 * Asks the Hub about a submission's model, and about its base where it has one. Four or five requests each, more
 * where weights have to be counted from their files; each within the limits that `get` holds. What is
 * wrong with a model is a part of the facts.
 *
 * @throws UserError where the Hub does not answer, or not as the Hub does: that is no fault of the model. What
 *   only cannot be read of this model is a part of the facts, so that no model stops a collector
 */
export async function factsOf(get: Get, submission: Submission): Promise<SubmissionFacts> {
  const { model, revision, base_model, weight_type } = submission;
  const [facts, base] = await Promise.all([
    modelFacts(get, model, revision, weight_type === "Adapter"),
    // The harness loads both with one revision, see `requestText`.
    isPart(submission) && base_model !== null ? modelFacts(get, base_model, revision, false) : null,
  ]);
  return { model: facts, base };
}

/** Of an answer of the API: it lists all files of a repository, with a line or two for each. */
const API = { bytes: 10_000_000, seconds: 30 };

/**
 * `/api/models/OWNER/NAME/revision/REV?blobs=true`: fields as in types/api/api-model.ts of @huggingface/hub,
 * sizes as `files_metadata` of huggingface_hub's `model_info` asks for them.
 */
const infoSchema = z.object({
  id: modelName,
  sha: sha1,
  private: z.boolean().default(false),
  disabled: z.boolean().default(false),
  gated: z.union([z.literal(false), z.enum(["auto", "manual"])]).default(false),
  cardData: z.unknown().optional(),
  tags: z.unknown().optional(),
  siblings: z
    .array(
      z.object({
        rfilename: z.string(),
        size: z.number().int().min(0).nullable().catch(null),
      }),
    )
    .max(200_000)
    .default([]),
  safetensors: z
    .looseObject({ parameters: z.record(z.string().max(20), z.number().int().min(0)) })
    .nullish()
    .catch(null),
});
type Info = z.infer<typeof infoSchema>;

async function modelFacts(
  ask: Get,
  name: string,
  revision: string,
  isAdapter: boolean,
): Promise<ModelFacts | Missing> {
  let readable = true;
  const get: Get = async (path, limits) => {
    const answer = await answered(ask, path, limits);
    if (answer.status === 401 || answer.status === 403) readable = false;
    return answer;
  };
  const info = await infoOf(ask, name, revision);
  if ("missing" in info) return info;
  const files = info.siblings.map(({ rfilename, size }) => ({ path: rfilename, size }));
  const folder = `/${info.id}/resolve/${info.sha}/`;
  const [config, tokenizer, adapter, card, template] = await Promise.all([
    ifThere(files, "config.json", () => readConfig(get, folder)),
    ifThere(files, "tokenizer_config.json", () => readTokenizer(get, folder)),
    ifThere(files, "adapter_config.json", () => readAdapter(get, folder)),
    ifThere(files, "README.md", ({ size }) => readCard(get, folder, size)),
    ifThere(files, "chat_template.jinja", templateFile),
  ]);
  const weights = weightFiles(files, isAdapter);
  const params = await paramsOf(get, folder, info, weights, config.value?.packing ?? null);
  const read = {
    "config.json": config,
    "tokenizer_config.json": tokenizer,
    "adapter_config.json": adapter,
    "README.md": card,
    "chat_template.jinja": template,
    ".safetensors": params,
  };
  const wrong = Object.entries(read).flatMap(([file, { wrong: what }]) =>
    what === null ? [] : [{ file, what }],
  );
  const inTokenizer = template.value || tokenizer.value?.hasTemplate;
  const inProcessor = files.some(({ path }) => path === "chat_template.json");
  return {
    name: info.id,
    commit: info.sha,
    private: info.private,
    gated: info.gated,
    disabled: info.disabled,
    readable,
    license: knownLicense(info),
    card: card.value,
    config: config.value,
    tokenizer: tokenizer.value,
    hasTokenizer: files.some(({ path }) => TOKENIZER.test(path)),
    template: inTokenizer ? "tokenizer" : inProcessor ? "processor" : null,
    adapterOf: adapter.value,
    weights,
    params: params.value,
    // What may not be read is not wrong.
    wrong: readable ? wrong : [],
  };
}

/** @throws UserError where the Hub is out of order, or asked too often */
async function answered(get: Get, path: string, limits: Limits): Promise<Answer> {
  const answer = await get(path, limits);
  if (answer.status < 500 && answer.status !== 408 && answer.status !== 429) return answer;
  throw new UserError(`The Hub answers ${path} with ${answer.status}: try again in some minutes.`);
}

async function infoOf(get: Get, name: string, revision: string): Promise<Info | Missing> {
  const path = `/api/models/${name}`;
  const answer = await answered(
    get,
    `${path}/revision/${encodeURIComponent(revision)}?blobs=true`,
    API,
  );
  if (answer.status === 200) return readInfo(answer, name);
  // What is not there and what may not be seen look alike.
  if (![401, 403, 404].includes(answer.status)) {
    const why = `answers ${answer.status}`;
    if (answer.status < 400) throw noHub(name, why);
    return { missing: "answer", why };
  }
  const plain = await answered(get, path, API);
  return { missing: plain.status === 200 ? "revision" : "model" };
}

function readInfo({ body }: Answer, name: string): Info | Missing {
  if (body === null) {
    return { missing: "answer", why: `gives more than ${byteSize(API.bytes)} about it` };
  }
  const json = jsonOr(new TextDecoder().decode(body), undefined);
  const checked = infoSchema.safeParse(json);
  if (checked.success) return checked.data;
  const why = `does not answer as its API does: ${explain(checked.error)}`;
  // What does not even say which model it is about is not the Hub's word on one.
  if (!aboutModel.safeParse(json).success) throw noHub(name, why);
  return { missing: "answer", why };
}

const aboutModel = infoSchema.pick({ id: true });

function noHub(name: string, why: string): UserError {
  return new UserError(`What the Hub says of ${name} cannot be read: it ${why}.`);
}

async function ifThere<T>(
  files: readonly RepoFile[],
  path: string,
  read: (file: RepoFile) => Promise<Read<T>> | Read<T>,
): Promise<Read<T>> {
  const file = files.find((f) => f.path === path);
  return file ? read(file) : NONE;
}

/** Files that a tokenizer's words are in. */
const TOKENIZER =
  /^(?:tokenizer\.json|vocab\.(?:json|txt)|tekken\.json|[^/]+\.(?:model|tiktoken))$/;

/** Bytes of a chat template. */
const LARGEST_TEMPLATE = 1_000_000;

/** Whether a template's own file has any. */
function templateFile({ size }: RepoFile): Read<boolean> {
  if (size === null || size <= LARGEST_TEMPLATE) return { value: size !== 0, wrong: null };
  return { value: null, wrong: `is larger than ${byteSize(LARGEST_TEMPLATE)}` };
}

/** A card may also have a licence of its own under `license_name`, as the Hub's documentation has it. */
function knownLicense({ cardData, tags }: Info): string | null {
  const stated = licenseOf(cardData, tags);
  if (stated !== null && stated !== "other" && stated !== "unknown") return stated;
  const { license_name } = (cardData ?? {}) as Record<string, unknown>;
  return licenseOf({ license: license_name }, []);
}

/**
 * Files of weights are on another host, which a page's policy may not let its scripts ask: of that, and of
 * a network that is gone, `fetch` says no more than that.
 */
function unlessForbidden(error: unknown): null {
  if (error instanceof TypeError) return null;
  throw error;
}

/** Weights by the Hub's count where its files bear it out, else by the heads of the files. */
async function paramsOf(
  get: Get,
  folder: string,
  info: Info,
  { files, missing }: WeightFiles,
  packing: Packing | null,
): Promise<Read<number>> {
  if (files.length === 0 || missing.length > 0) return NONE;
  const isSized = files.every(({ size }) => size !== null);
  const bytes = isSized ? files.reduce((sum, { size }) => sum + size!, 0) : null;
  const told = weightsOf(info.safetensors?.parameters ?? {}, bytes, packing);
  if (told) return { value: told, wrong: null };
  const counts = await countsIn(get, folder, files).catch(unlessForbidden);
  if (counts === null) return NONE;
  if (typeof counts === "string") return { value: null, wrong: counts };
  const counted = weightsOf(counts, bytes ?? storedIn(counts), packing);
  return counted
    ? { value: counted, wrong: null }
    : { value: null, wrong: "have sizes that do not fit what is said to be in them" };
}
