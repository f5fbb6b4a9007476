import { isUtf8 } from "node:buffer";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** How a CSV file is written, as far as people's programs differ. */
export interface CsvForm {
  /** Between cells: what the header has most of, outside quotes. */
  delimiter: "," | ";" | "\t";
  /** Whether some lines end as on Windows and some do not, as where two programs wrote to one file. */
  isMixed: boolean;
  /** Whether it has bytes that are no UTF-8. */
  isDamaged: boolean;
}

/** @throws the system's error for a file that cannot be read */
export async function csvForm(path: string): Promise<CsvForm> {
  const bytes = await bytesOf(path);
  return {
    delimiter: delimiterOf(headerOf(bytes)),
    isMixed: endsDiffer(bytes),
    isDamaged: !isUtf8(bytes),
  };
}

/** What is compressed is unpacked, as DuckDB does. */
async function bytesOf(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? gunzipSync(bytes) : bytes;
}

/** The first line; quotes may hold line ends. */
function headerOf(bytes: Buffer): string {
  const start = bytes.toString("latin1", 0, 65_536);
  const end = /^(?:[^"\r\n]|"[^"]*")*/.exec(start);
  return (end?.[0] ?? "").replace(/"[^"]*"/g, "");
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
