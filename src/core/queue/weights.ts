import { z } from "zod";
import { byteSize } from "../table/format.ts";
import type { Get } from "./get.ts";

/** A file of a repository; its size in bytes is null where the Hub does not tell. */
export interface RepoFile {
  path: string;
  size: number | null;
}

/** Files of weights that would be loaded. */
export interface WeightFiles {
  files: RepoFile[];
  /** Parts that the names of the others speak of, and that are not there. */
  missing: string[];
  /** Whether there are weights in another format: pickled ones can carry code. */
  others: boolean;
}

const SHARD = /^model-(\d{5})-of-(\d{5})\.safetensors$/;

/** What transformers and PEFT load, by name: of a whole model one file or its numbered parts. */
export function weightFiles(files: readonly RepoFile[], isAdapter: boolean): WeightFiles {
  const others = files.some(({ path }) =>
    /^[^/]+\.(?:bin|pt|pth|ckpt|gguf|h5|msgpack)$/.test(path),
  );
  const named = (name: string) => files.filter(({ path }) => path === name);
  const whole = named(isAdapter ? "adapter_model.safetensors" : "model.safetensors");
  if (whole.length > 0 || isAdapter) return { files: whole.slice(0, 1), missing: [], others };
  const shards = files.filter(({ path }) => SHARD.test(path));
  const of = Number(SHARD.exec(shards[0]?.path ?? "")?.[2] ?? 0);
  const all = Array.from({ length: Math.min(of, MOST_SHARDS) }, (_, i) => shardName(i + 1, of));
  const there = new Map(shards.map((file) => [file.path, file]));
  return {
    files: all.flatMap((name) => there.get(name) ?? []),
    missing: all.filter((name) => !there.has(name)),
    others,
  };
}

/** Parts of one model that are looked for, whatever a name says of their number. */
const MOST_SHARDS = 1000;

function shardName(i: number, of: number): string {
  const five = (n: number) => String(n).padStart(5, "0");
  return `model-${five(i)}-of-${five(of)}.safetensors`;
}

/** How several weights are packed into one number. */
export interface Packing {
  /** As `quant_method` says: `gptq`, `awq`, `bitsandbytes`, … */
  method: string;
  /** Of one weight; null where the config does not say, or nothing is packed. */
  bits: number | null;
}

/** Numbers by their type, as the head of a safetensors file names it. */
export type Counts = Record<string, number>;

/** Bytes of one number. */
const BYTES: Record<string, number> = {
  ...{ F64: 8, I64: 8, U64: 8, C64: 8, F32: 4, I32: 4, U32: 4 },
  ...{ F16: 2, BF16: 2, I16: 2, U16: 2, F8_E4M3: 1, F8_E5M2: 1, F8_E4M3FNUZ: 1, F8_E5M2FNUZ: 1 },
  ...{ I8: 1, U8: 1, BOOL: 1, F8_E8M0: 1, E8M0: 1, UE8: 1 },
  ...{ F6_E3M2: 0.75, F6_E2M3: 0.75, F4: 0.5, FP4: 0.5 },
};

/** Types of numbers that weights are packed into. */
const CONTAINERS = new Set(["I32", "U32", "I16", "U16", "I8", "U8"]);

/** Types that hold exponents of whole blocks, and never a weight. */
const SCALES = new Set(["F8_E8M0", "E8M0", "UE8"]);

/** What counts and sizes may differ by: heads of files, and what the Hub leaves out of its counts. */
const ABOUT = { plain: 0.05, packed: 0.1, bytes: 1e6 };

/**
 * Weights of a model, from how many numbers of which type there are. Of packed ones the Hub tells now the
 * numbers that they are packed into (huggingface/hub-docs#2704) and now the weights; the size of the files
 * tells which it is. Its `total` is left alone, for it may be what the model's owner claims
 * (huggingface/huggingface_hub#4221). Scales and zero points of packed formats are counted too: one to
 * four per cent.
 *
 * @param bytes of the files; null where that is not known
 * @returns null where the counts cannot be those of these files
 */
export function weightsOf(
  counts: Counts,
  bytes: number | null,
  packing: Packing | null,
): number | null {
  if (bytes === null || Object.keys(counts).some((type) => BYTES[type] === undefined)) return null;
  const entries = Object.entries(counts);
  const stored = (of: (type: string) => number) =>
    entries.reduce((sum, [type, n]) => sum + n * of(type), 0);
  const bitsOf = (type: string) =>
    CONTAINERS.has(type) && packing?.bits && packing.bits < BYTES[type]! * 8 ? packing.bits : null;
  const near = (sum: number, share: number) => Math.abs(sum - bytes) <= share * bytes + ABOUT.bytes;
  const weight = (type: string) => (SCALES.has(type) ? 0 : 1);
  if (
    near(
      stored((type) => BYTES[type]!),
      ABOUT.plain,
    )
  ) {
    const each = (type: string) => (BYTES[type]! * 8) / (bitsOf(type) ?? BYTES[type]! * 8);
    return Math.round(stored((type) => weight(type) * each(type)));
  }
  const unpacked = stored((type) => (bitsOf(type) ?? BYTES[type]! * 8) / 8);
  return near(unpacked, ABOUT.packed) ? stored(weight) : null;
}

/** Bytes that numbers of these types take. */
export function storedIn(counts: Counts): number {
  return Object.entries(counts).reduce((sum, [type, n]) => sum + n * (BYTES[type] ?? 0), 0);
}

/** Heads of files that are read of one model. */
const MOST_HEADS = 64;

/** Bytes of a head: most fit into what is asked for first. */
const FIRST = 2 ** 18;
const LARGEST_HEAD = 10_000_000;

const tensorSchema = z.object({
  dtype: z.string().max(20),
  shape: z
    .array(
      z
        .number()
        .int()
        .min(0)
        .max(2 ** 40),
    )
    .max(16),
  data_offsets: z.tuple([z.number().int().min(0), z.number().int().min(0)]),
});

/**
 * Counts from the heads of the files themselves (https://github.com/huggingface/safetensors#format), which
 * are read in part.
 *
 * @param folder where the files are: `/OWNER/NAME/resolve/COMMIT/`
 * @returns a sentence's end where a file is not as it should be
 */
export async function countsIn(
  get: Get,
  folder: string,
  files: readonly RepoFile[],
): Promise<Counts | string> {
  if (files.length > MOST_HEADS)
    return `are ${files.length} files, too many to be counted one by one`;
  const counts: Counts = {};
  for (const { path, size } of files) {
    const head = await headOf(get, folder + encodeURIComponent(path));
    if (typeof head === "string") return `have a file ${path} ${head}`;
    const wrong = addCounts(counts, head.json, size === null ? null : size - 8 - head.length);
    if (wrong) return `have a file ${path} ${wrong}`;
  }
  return counts;
}

interface Head {
  length: number;
  json: unknown;
}

/** Of a file that is on a host which does not answer, or not to a page. */
export const OUT_OF_REACH = "that cannot be read in part";

async function headOf(get: Get, path: string): Promise<Head | string> {
  const limits = { bytes: FIRST, seconds: 30 };
  const first = await get(path, { ...limits, range: [0, FIRST - 1] });
  const isThere = first.status === 200 || first.status === 206;
  if (!isThere || first.body === null) return OUT_OF_REACH;
  if (first.body.length < 8) return "that is no safetensors file";
  const { buffer, byteOffset } = first.body;
  const length = Number(new DataView(buffer, byteOffset, 8).getBigUint64(0, true));
  if (length > LARGEST_HEAD) return `whose head is said to have ${byteSize(length)}`;
  let text = first.body.subarray(8, 8 + length);
  if (text.length < length) {
    const whole = await get(path, { ...limits, bytes: length, range: [8, 7 + length] });
    if (whole.status !== 206 || whole.body?.length !== length) return "whose head is cut short";
    text = whole.body;
  }
  try {
    return { length, json: JSON.parse(new TextDecoder().decode(text)) };
  } catch {
    return "whose head is not valid JSON";
  }
}

/**
 * Adds what a head counts.
 *
 * @param room bytes behind the head; null where that is not known
 * @returns what is wrong with it; null where nothing is
 */
function addCounts(counts: Counts, head: unknown, room: number | null): string | null {
  if (typeof head !== "object" || head === null) return "whose head is no list of tensors";
  for (const [name, value] of Object.entries(head)) {
    if (name === "__metadata__") continue;
    const { data } = tensorSchema.safeParse(value);
    if (!data) return "whose head has a tensor without type, shape or place";
    const { dtype, shape } = data;
    const [begin, end] = data.data_offsets;
    const n = shape.reduce((product, d) => product * d, 1);
    const each = BYTES[dtype];
    if (each === undefined) return "whose head has numbers of an unknown type";
    // Only so is a count more than a claim.
    if (n * each !== end - begin || (room !== null && end > room)) {
      return "whose head has a tensor that does not fit its place";
    }
    counts[dtype] = (counts[dtype] ?? 0) + n;
  }
  return null;
}
