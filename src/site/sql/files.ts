import { count, formatBytes } from "../../core/table/format.ts";
import { LIMITS } from "./limits.ts";

export type FileKind = "csv" | "parquet";

/**
 * What a file is, by its first bytes; its name may say anything.
 *
 * @param start its first kilobytes
 * @returns a sentence for the reader where it is neither
 */
export function kindOfFile(
  name: string,
  size: number,
  start: Uint8Array,
): { kind: FileKind } | { refused: string } {
  const shown = `“${shortName(name)}”`;
  if (size === 0) return { refused: `${shown} is empty.` };
  if (size > LIMITS.file) {
    return {
      refused: `${shown} has ${formatBytes(size)}; files up to ${formatBytes(LIMITS.file)} can be opened here.`,
    };
  }
  if (start[0] === 0x50 && start[1] === 0x41 && start[2] === 0x52 && start[3] === 0x31) {
    return { kind: "parquet" };
  }
  if (start.includes(0)) {
    return { refused: `${shown} is neither CSV nor Parquet: only these can be opened here.` };
  }
  return { kind: "csv" };
}

/** A table name from a file's: `My results (2).csv` → `my_results_2`. Never one of those taken. */
export function tableName(file: string, taken: readonly string[]): string {
  const base = file
    .replace(/\.[^.]*$/, "")
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .slice(0, 40);
  const name = /^[a-z]/.test(base) ? base : `file_${base}`.replace(/_$/, "");
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? name : `${name}_${count(n)}`;
    if (!taken.includes(candidate)) return candidate;
  }
}

/** A file's name for a sentence. */
export function shortName(name: string): string {
  const characters = Array.from(name);
  return characters.length > 60 ? `${characters.slice(0, 59).join("")}…` : name;
}
