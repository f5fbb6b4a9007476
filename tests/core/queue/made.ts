import type { Answer, Get, Limits } from "../../../src/core/queue/get.ts";
import type { Submission } from "../../../src/core/queue/submission.ts";

/**
 * Repositories of models as the Hub shows them, made by hand. The shapes are those of
 * - `/api/models/OWNER/NAME/revision/REV?blobs=true`: types/api/api-model.ts of @huggingface/hub (gated,
 *   disabled, sha, cardData, safetensors), and huggingface_hub's `model_info` (siblings with sizes);
 * - answers that others have published: {"BF16": 8190735360} of Qwen/Qwen3-8B, {"BF16": 2167371072, "U8":
 *   118244966400} of openai/gpt-oss-120b, and those of huggingface/hub-docs#2704 and
 *   huggingface/huggingface_hub#4221;
 * - `/OWNER/NAME/resolve/COMMIT/FILE`, with ranges, and the heads of safetensors files:
 *   https://github.com/huggingface/safetensors#format.
 */
export interface MadeRepo {
  /** Over what every model has. */
  info?: Record<string, unknown>;
  files: Record<string, string | Uint8Array>;
  /** Of files whose content is not needed, or longer than it is here. */
  sizes?: Record<string, number>;
  /** Status of every file, as of a gated repository that the reader may not read. */
  status?: number;
}

export const COMMIT = "0123456789abcdef0123456789abcdef01234567";

export const SUBMISSION: Submission = {
  model: "o/llama",
  revision: "main",
  precision: "bfloat16",
  weight_type: "Original",
  base_model: null,
  model_type: "pretrained",
  use_chat_template: false,
};

/** meta-llama/Meta-Llama-3-8B: parameters by type and sizes of its parts, in bytes. */
export const LLAMA_COUNTS = { BF16: 8_030_261_248 };
const SHARDS = [4_976_698_672, 4_999_802_720, 4_915_916_176, 1_168_138_808];
export const LLAMA_BYTES = 16_060_556_376;

export const LLAMA: MadeRepo = {
  info: {
    cardData: { license: "llama3", language: ["en"] },
    tags: ["transformers", "safetensors", "llama", "license:llama3", "region:us"],
    safetensors: { parameters: LLAMA_COUNTS, total: 8_030_261_248 },
  },
  files: {
    "README.md": `---\nlicense: llama3\n---\n${"A model that was trained. ".repeat(10)}`,
    "config.json": JSON.stringify({ architectures: ["LlamaForCausalLM"], model_type: "llama" }),
    "tokenizer.json": "{}",
    "tokenizer_config.json": JSON.stringify({ tokenizer_class: "PreTrainedTokenizerFast" }),
    "model.safetensors.index.json": "{}",
  },
  sizes: Object.fromEntries(
    SHARDS.map((size, i) => [`model-0000${i + 1}-of-00004.safetensors`, size]),
  ),
};

/** The same repository with other files, or without some (null). */
export function withFiles(
  repo: MadeRepo,
  files: Record<string, string | Uint8Array | null>,
): MadeRepo {
  const all = Object.entries({ ...repo.files, ...files });
  const left = all.filter((entry): entry is [string, string | Uint8Array] => entry[1] !== null);
  return { ...repo, files: Object.fromEntries(left) };
}

export interface MadeHub {
  get: Get;
  /** Every question so far. */
  asked: { path: string; limits: Limits }[];
}

/** A Hub of these repositories, which answers as the real one would, and within the limits. */
export function madeHub(repos: Record<string, MadeRepo>): MadeHub {
  const asked: MadeHub["asked"] = [];
  const get: Get = async (path, limits) => {
    asked.push({ path, limits });
    const api = /^\/api\/models\/([^/]+\/[^/?]+)(?:\/revision\/([^?]+))?/.exec(path);
    if (api) return infoOf(repos[api[1]!], api[1]!, decodeURIComponent(api[2] ?? "main"));
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const repo = file ? repos[file[1]!] : undefined;
    if (!repo || file![2] !== COMMIT) return said(404, "Repository not found");
    if (repo.status) return said(repo.status, "Access to model is restricted");
    const content = repo.files[decodeURIComponent(file![3]!)];
    return content === undefined ? said(404, "Entry not found") : cut(bytesOf(content), limits);
  };
  return { get, asked };
}

function infoOf(repo: MadeRepo | undefined, name: string, revision: string): Answer {
  if (!repo) return said(401, "Invalid username or password.");
  if (revision !== "main" && revision !== COMMIT) return said(404, `Invalid rev id: ${revision}`);
  const sizes = { ...sizesOf(repo.files), ...repo.sizes };
  const siblings = Object.entries(sizes).map(([rfilename, size]) => ({ rfilename, size }));
  return said(200, {
    _id: "6".repeat(24),
    id: name,
    sha: COMMIT,
    private: false,
    gated: false,
    disabled: false,
    siblings,
    ...repo.info,
  });
}

function sizesOf(files: MadeRepo["files"]): Record<string, number> {
  return Object.fromEntries(
    Object.entries(files).map(([path, content]) => [path, bytesOf(content).length]),
  );
}

function said(status: number, answer: unknown): Answer {
  const body = typeof answer === "string" ? { error: answer } : answer;
  return { status, body: bytesOf(JSON.stringify(body)) };
}

function cut(bytes: Uint8Array, { bytes: most, range }: Limits): Answer {
  const part = range ? bytes.subarray(range[0], range[1] + 1) : bytes;
  return { status: range ? 206 : 200, body: part.length > most ? null : part };
}

export function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === "string" ? new TextEncoder().encode(content) : content;
}

/** The beginning of a safetensors file: eight bytes of length, then the head. */
export function headOf(tensors: Record<string, unknown>): Uint8Array {
  const json = bytesOf(JSON.stringify(tensors));
  const file = new Uint8Array(8 + json.length);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  return file;
}
