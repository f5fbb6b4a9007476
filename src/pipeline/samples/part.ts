import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { parseJson } from "../../core/records/json.ts";
import { UserError } from "../../core/records/user-error.ts";
import { count } from "../../core/table/format.ts";

/** What declares a folder of parts whole. */
export const MANIFEST = "manifest.json";

/** Rejected lines that are kept; the rest are counted. */
export const KEPT = 1000;

const MOST_PARTS = 99_999;

/** A note of a part holds at most `KEPT` rejections, of a path and a sentence each. */
const MOST_BYTES = 16 * 1024 * 1024;

/** What must be, with what is: whoever mends a note looks for that. */
function whole(least: number, most: number) {
  const isWhole = (v: unknown) => Number.isInteger(v) && Number(v) >= least && Number(v) <= most;
  return z.custom<number>(isWhole, {
    error: ({ input }) =>
      `must be a whole number from ${least} to ${count(most)}, is ${shown(input)}`,
  });
}

const digest = z.custom<string>((v) => typeof v === "string" && /^[0-9a-f]{64}$/.test(v), {
  error: ({ input }) => `must be 64 hex digits, is ${shown(input)}`,
});

function shown(value: unknown): string {
  return value === undefined ? "missing" : (JSON.stringify(value) ?? "nothing").slice(0, 60);
}

const partSchema = z.strictObject({
  schema: z.literal(1),
  part: whole(1, MOST_PARTS),
  of: whole(1, MOST_PARTS),
  /** Digest of sources, their commits and all files, not only of this part's. */
  work: digest,
  sources: z.array(z.looseObject({ source: z.string(), rows: whole(0, 1e9) })),
  /** Files of this part, and of all. */
  files: whole(0, 1e9),
  all_files: whole(0, 1e9),
  rows: whole(0, 1e12),
  bytes: whole(1, 1e13),
  sha256: digest,
  rejected: whole(0, 1e12),
  rejections: z.array(z.strictObject({ path: z.string(), reason: z.string() })).max(KEPT),
});

/** What is noted beside a part: what it was made of, and how many rows it has. */
export type Part = z.infer<typeof partSchema>;

/** How its two files are called, without their endings. */
export function nameOf({ part, of }: Pick<Part, "part" | "of">): string {
  return `part-${part}-of-${of}`;
}

/**
 * Reads a note, which must say what its name does.
 *
 * @throws UserError that names file, field and value, and how it is mended
 */
export async function readPart(folder: string, name: string): Promise<Part> {
  const path = join(folder, name);
  const info = await fileAt(path);
  if (info.size > MOST_BYTES) {
    throw refused(
      path,
      `is ${count(info.size)} bytes long; notes have at most ${count(MOST_BYTES)}`,
    );
  }
  const part = checked(path, await readFile(path, "utf8"));
  if (`${nameOf(part)}.json` !== name) {
    throw refused(path, `fields part and of are ${part.part} and ${part.of}, unlike its name`);
  }
  if (part.part > part.of) {
    throw refused(path, `field part: must be at most of, ${part.of}, is ${part.part}`);
  }
  if (part.files > part.all_files) {
    throw refused(
      path,
      `field files: must be at most all_files, ${part.all_files}, is ${part.files}`,
    );
  }
  if (part.rejected < part.rejections.length) {
    const listed = part.rejections.length;
    throw refused(
      path,
      `field rejected: must be at least the ${listed} listed, is ${part.rejected}`,
    );
  }
  return part;
}

function checked(path: string, text: string): Part {
  try {
    return parseJson(partSchema, text, path);
  } catch (error) {
    throw new UserError(`${(error as Error).message}. Run that shard again.`);
  }
}

/** A part's file itself: a link may lead anywhere, and to something else tomorrow. */
export async function fileAt(path: string): Promise<{ size: number }> {
  const info = await lstat(path).catch(() => null);
  if (!info) throw refused(path, "is missing");
  if (info.isSymbolicLink()) throw refused(path, "is a link, and not followed");
  if (!info.isFile()) throw refused(path, "is no file");
  return info;
}

/** What is wrong with a part, and how it is mended. */
export function refused(path: string, what: string): UserError {
  return new UserError(`${path}: ${what}. Run that shard again.`);
}
