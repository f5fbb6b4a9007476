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
}

/** @throws the system's error for a file that cannot be read */
export async function csvForm(path: string): Promise<CsvForm> {
  const text = await textOf(path);
  return { delimiter: delimiterOf(headerOf(text)), isMixed: endsDiffer(text) };
}

/** A byte for each character; what is compressed is unpacked, as DuckDB does. */
async function textOf(path: string): Promise<string> {
  const bytes = await readFile(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return (isGzip ? gunzipSync(bytes) : bytes).toString("latin1");
}

/** The first line; quotes may hold line ends. */
function headerOf(text: string): string {
  const start = text.slice(0, 65_536);
  const end = /^(?:[^"\r\n]|"[^"]*")*/.exec(start);
  return (end?.[0] ?? "").replace(/"[^"]*"/g, "");
}

function delimiterOf(header: string): CsvForm["delimiter"] {
  const count = (mark: string) => header.split(mark).length - 1;
  const marks = [",", ";", "\t"] as const;
  return marks.reduce((best, mark) => (count(mark) > count(best) ? mark : best));
}

/** A return without a feed may stand in a cell. */
function endsDiffer(text: string): boolean {
  if (!text.includes("\r\n")) return false;
  return text.split("\n").length > text.split("\r\n").length;
}

/** Gives a copy of a file whose lines all end alike, for as long as it is read. */
export async function withOneLineEnd<T>(
  path: string,
  read: (copy: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "leaderboard-csv-"));
  try {
    const copy = join(folder, "table.csv");
    const text = await textOf(path);
    await writeFile(copy, text.replaceAll("\r\n", "\n"), "latin1");
    return await read(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
