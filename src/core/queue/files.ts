import { z } from "zod";
import { explain } from "../records/explain.ts";
import { byteSize } from "../table/format.ts";
import type { Answer, Get } from "./get.ts";
import type { Packing } from "./weights.ts";

/** What a file that is read is, or what is wrong with it: the end of a sentence that begins with its name. */
export type Read<T> = { value: T; wrong: null } | { value: null; wrong: string | null };

/** The file is not there, which may be as it should. */
export const NONE = { value: null, wrong: null } as const;

const wrong = (why: string) => ({ value: null, wrong: why });

/** Seconds that one file may take. */
const SECONDS = 30;

/** Bytes: several times what any model is known to need. */
const LARGEST = { config: 2_000_000, tokenizer: 5_000_000, adapter: 1_000_000 };

/** Bytes of a card that are read: its head, which lists results at times, comes before its text. */
const CARD = 1_000_000;

const name = z.string().max(500).nullish();

const quantizationSchema = z.object({
  quant_method: name,
  bits: z.number().positive().max(64).nullish(),
  load_in_4bit: z.boolean().nullish(),
  load_in_8bit: z.boolean().nullish(),
  config_groups: z
    .record(
      z.string(),
      z.object({ weights: z.object({ num_bits: z.number().nullish() }).nullish() }),
    )
    .nullish(),
});

const configSchema = z.object({
  model_type: name,
  architectures: z.array(z.string().max(500)).max(20).nullish(),
  auto_map: z.unknown().optional(),
  quantization_config: quantizationSchema.nullish(),
  /** MLX names it so. */
  quantization: quantizationSchema.nullish(),
  text_config: z.object({ quantization_config: quantizationSchema.nullish() }).nullish(),
});

/** What decides how a model is loaded. */
export interface Config {
  model_type: string | null;
  architectures: string | null;
  /** Whether it comes with code of its own. */
  hasCode: boolean;
  packing: Packing | null;
}

export async function readConfig(get: Get, folder: string): Promise<Read<Config>> {
  const json = await jsonAt(get, `${folder}config.json`, LARGEST.config, configSchema);
  if (json.value === null) return json;
  const { model_type, architectures, auto_map } = json.value;
  return {
    value: {
      model_type: model_type ?? null,
      architectures: architectures?.join(", ") || null,
      hasCode: auto_map !== undefined && auto_map !== null,
      packing: packingOf(json.value),
    },
    wrong: null,
  };
}

function packingOf(config: z.infer<typeof configSchema>): Packing | null {
  const found = config.quantization_config ?? config.text_config?.quantization_config;
  if (!found && config.quantization) return { method: "mlx", bits: config.quantization.bits ?? 4 };
  if (!found) return null;
  const method = found.quant_method?.toLowerCase() ?? "unknown";
  const groups = Object.values(found.config_groups ?? {});
  const inGroup = groups.find((group) => group.weights?.num_bits)?.weights?.num_bits;
  const stated = found.bits ?? inGroup ?? (found.load_in_4bit ? 4 : found.load_in_8bit ? 8 : null);
  // Formats that have four bits by their definition, or where nothing is said.
  const usual = ["gptq", "awq", "mxfp4"].includes(method) ? 4 : null;
  return { method, bits: stated ?? usual };
}

const templates = z.union([
  z.string(),
  z.array(z.object({ name: z.string(), template: z.string() })),
]);

const tokenizerSchema = z.object({
  tokenizer_class: name,
  auto_map: z.unknown().optional(),
  chat_template: templates.nullish(),
});

export interface TokenizerConfig {
  /** Null where it is left to the model's type. */
  class: string | null;
  hasCode: boolean;
  hasTemplate: boolean;
}

export async function readTokenizer(get: Get, folder: string): Promise<Read<TokenizerConfig>> {
  const path = `${folder}tokenizer_config.json`;
  const json = await jsonAt(get, path, LARGEST.tokenizer, tokenizerSchema);
  if (json.value === null) return json;
  const { tokenizer_class, auto_map, chat_template } = json.value;
  return {
    value: {
      class: tokenizer_class ?? null,
      hasCode: namesTokenizer(auto_map),
      hasTemplate: (chat_template ?? "").length > 0,
    },
    wrong: null,
  };
}

/** An older form of `auto_map` is a list, and of tokenizers only. */
function namesTokenizer(map: unknown): boolean {
  if (typeof map !== "object" || map === null) return false;
  return Array.isArray(map) || "AutoTokenizer" in map;
}

const adapterSchema = z.object({
  base_model_name_or_path: name,
  auto_mapping: z.unknown().optional(),
});

/** @returns the base model that an adapter was made for; empty where it does not say */
export async function readAdapter(get: Get, folder: string): Promise<Read<string>> {
  const json = await jsonAt(get, `${folder}adapter_config.json`, LARGEST.adapter, adapterSchema);
  if (json.value === null) return json;
  return { value: json.value.base_model_name_or_path ?? "", wrong: null };
}

/**
 * Characters of a model's card, see `cardLength`. Of a long one the beginning is read.
 *
 * @param size bytes; null where that is not known
 */
export async function readCard(
  get: Get,
  folder: string,
  size: number | null,
): Promise<Read<number>> {
  const part = size !== null && size <= CARD ? {} : { range: [0, CARD - 1] as const };
  const { status, body } = await get(`${folder}README.md`, {
    bytes: CARD,
    seconds: SECONDS,
    ...part,
  });
  const failed = failureOf(status, body, CARD);
  if (failed) return failed;
  return { value: cardLength(new TextDecoder().decode(body!)), wrong: null };
}

/** The YAML block at a card's beginning; what is not closed is none. */
const HEAD = /^\s*---[ \t]*\r?\n(?:[\s\S]*?\r?\n)?---[ \t]*(?:\r?\n|$)/;

/**
 * Characters of a card's text, without its YAML head, as the original leaderboard counted them
 * (`ModelCard.text` of huggingface_hub) but for one thing: white space counts as one character wherever
 * there is some, and what is not seen counts as none.
 */
export function cardLength(text: string): number {
  const seen = text.replace(/\p{Cf}/gu, "").replace(HEAD, "");
  return [...seen.replace(/\s+/gu, " ").trim()].length;
}

async function jsonAt<T>(
  get: Get,
  path: string,
  bytes: number,
  schema: z.ZodType<T>,
): Promise<Read<T>> {
  const { status, body } = await get(path, { bytes, seconds: SECONDS });
  const failed = failureOf(status, body, bytes);
  if (failed) return failed;
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder().decode(body!));
  } catch {
    return wrong("is not valid JSON");
  }
  const checked = schema.safeParse(json);
  if (checked.success) return { value: checked.data, wrong: null };
  return wrong(`is not as transformers has it: ${explain(checked.error)}`);
}

/** @returns null where the file is there and was read to its end */
function failureOf(status: number, body: Answer["body"], most: number): Read<never> | null {
  if (status !== 200 && status !== 206) return wrong(`cannot be read: the Hub answers ${status}`);
  return body === null || body.length > most ? wrong(`is larger than ${byteSize(most)}`) : null;
}
