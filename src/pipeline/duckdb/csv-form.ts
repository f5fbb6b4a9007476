import { isUtf8 } from "node:buffer";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { UserError } from "../../core/records/user-error.ts";
import { refuseHuge, TABLE_LIMITS } from "./limits.ts";

/** How a CSV file is written, as far as people's programs differ. */
export interface CsvForm {
  /** Of the file, unpacked. */
  bytes: number;
  /** Names of its columns, each once; none where the file is empty. */
  header: string[];
  /** Between cells: what the header has most of, outside quotes. */
  delimiter: "," | ";" | "\t";
  /** Whether some lines end as on Windows and some do not, as where two programs wrote to one file. */
  isMixed: boolean;
  /** Whether it has bytes that are no UTF-8. */
  isDamaged: boolean;
}

/** @throws the system's error for a file that cannot be read, UserError for one that is too large */
export async function csvForm(path: string): Promise<CsvForm> {
  const bytes = await bytesOf(path);
  const line = headerOf(bytes);
  const delimiter = delimiterOf(line.replace(/"[^"]*"/g, ""));
  return {
    bytes: bytes.length,
    header: line === "" ? [] : namesIn(line, delimiter),
    delimiter,
    isMixed: endsDiffer(bytes),
    isDamaged: !isUtf8(bytes),
  };
}

/** What is compressed is unpacked, as DuckDB does. */
async function bytesOf(path: string): Promise<Buffer> {
  refuseHuge({ bytes: (await stat(path)).size });
  const bytes = await readFile(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  if (!isGzip) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: TABLE_LIMITS.bytes });
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_BUFFER_TOO_LARGE") throw error;
    throw new UserError(`it unpacks to more than ${TABLE_LIMITS.bytes.toLocaleString("en")} bytes`);
  }
}

/** Bytes in which the header must end: 2,000 names of 500. */
const LONGEST_HEADER = 1_000_000;

/** The first line; quotes may hold line ends. */
function headerOf(bytes: Buffer): string {
  const start = bytes.toString("utf8", 0, LONGEST_HEADER).replace(/^\uFEFF/, "");
  return /^(?:[^"\r\n]|"[^"]*")*/.exec(start)?.[0] ?? "";
}

/** Names as DuckDB has them: without spaces around, and where there is none, or one comes again, with a number. */
function namesIn(line: string, delimiter: string): string[] {
  const cells =
    line.match(
      new RegExp(`(?:"[^"]*"|[^"${delimiter}])+|(?<=^|${delimiter})(?=${delimiter}|$)`, "g"),
    ) ?? [];
  const names = new Set<string>();
  for (const [i, cell] of cells.entries()) {
    const quoted = /^\s*"((?:[^"]|"")*)"\s*$/.exec(cell)?.[1]?.replaceAll('""', '"');
    const own = (quoted ?? cell).trim() || `column${i}`;
    let name = own;
    for (let again = 1; names.has(name); again++) name = `${own}_${again}`;
    names.add(name);
  }
  return [...names];
}

function delimiterOf(header: string): CsvForm["delimiter"] {
  const count = (mark: string) => header.split(mark).length - 1;
  const marks = [",", ";", "\t"] as const;
  return marks.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** A return without a feed may stand in a cell. */
function endsDiffer(bytes: Buffer): boolean {
  const kinds = new Set<boolean>();
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    kinds.add(bytes[at - 1] === 13);
    if (kinds.size > 1) return true;
  }
  return false;
}

/**
 * Gives a copy of a file whose lines all end alike, and whose bytes that are no UTF-8 are U+FFFD, for as
 * long as it is read.
 */
export async function withCopy<T>(path: string, read: (copy: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "leaderboard-csv-"));
  try {
    const copy = join(folder, "table.csv");
    const text = (await bytesOf(path)).toString("utf8");
    await writeFile(copy, text.replaceAll("\r\n", "\n"));
    return await read(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
