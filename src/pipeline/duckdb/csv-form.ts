import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How a CSV file is written, as far as people's programs differ. */
export interface CsvForm {
  /** Between cells: what the header has most of, outside quotes. */
  delimiter: "," | ";" | "\t";
  /** Whether lines end in more than one way, as where two programs wrote to one file. */
  isMixed: boolean;
}

/** @throws the system's error for a file that cannot be read */
export async function csvForm(path: string): Promise<CsvForm> {
  const text = await readFile(path, "latin1");
  return { delimiter: delimiterOf(headerOf(text)), isMixed: endsDiffer(text) };
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

function endsDiffer(text: string): boolean {
  if (!text.includes("\r")) return false;
  const pairs = text.split("\r\n").length - 1;
  const returns = text.split("\r").length - 1;
  const feeds = text.split("\n").length - 1;
  const kinds = [pairs, returns - pairs, feeds - pairs].filter((n) => n > 0);
  return kinds.length > 1;
}

/** Gives a copy of a file whose lines all end alike, for as long as it is read. */
export async function withOneLineEnd<T>(
  path: string,
  read: (copy: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "leaderboard-csv-"));
  try {
    const copy = join(folder, "table.csv");
    const bytes = await readFile(path, "latin1");
    await writeFile(copy, bytes.replace(/\r\n?/g, "\n"), "latin1");
    return await read(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
