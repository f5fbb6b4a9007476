import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { jsonText } from "../../core/records/json.ts";
import type { DocumentEntry, FileEntry, TableColumn } from "../../core/records/manifest.ts";
import { UserError } from "../../core/records/user-error.ts";
import { identifier, literal } from "../../core/view/quote.ts";
import { isAlive } from "../cache/process.ts";
import { sha256, sha256OfFile } from "../cache/sha256.ts";
import { stage } from "./stage.ts";
import { putBack, swapIn } from "./swap.ts";
import type { Table } from "./tables.ts";

const ELSEWHERE = "It would be replaced whole: name an empty or a new folder.";

/**
 * Measured on the real tables, all under 1 MB in one group of rows: groups of 2,048 make `models`
 * 4 % larger, `scores` 38 % and `history` 97 %. A reader of the first 100 rows would save 72 kB
 * (three columns) of the 738 kB of `models`; who fetches a table whole, as the pages here do and
 * most scripts, would pay for it every time. So a group holds what one table has, and a table past
 * 122,880 rows is divided. Statistics of every column are written with each group.
 */
const PARQUET = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880";

/** What a table is written as. */
export type Format = "parquet" | "csv";

/**
 * Writes a table as `NAME.parquet` (zstd) and, where asked, `NAME.csv`, the rows in the order they
 * have.
 *
 * @returns entries for the manifest by file name
 */
export async function writeTable(
  db: DuckDBConnection,
  folder: string,
  table: Table,
  formats: Format[] = ["parquet"],
): Promise<Record<string, FileEntry>> {
  const entries: Record<string, FileEntry> = {};
  const staged = await stage(db, table);
  for (const format of formats) {
    const name = `${table.name}.${format}`;
    const cellOf = format === "csv" ? csvCell : parquetCell;
    const cells = table.columns.map((c, i) => cellOf(c, staged.cells[i]!)).join(", ");
    const options = format === "csv" ? "FORMAT csv, HEADER" : PARQUET;
    const path = join(folder, name);
    await db.run(`COPY (SELECT ${cells} FROM ${staged.from}) TO ${literal(path)} (${options})`);
    entries[name] = await describe(path, table);
  }
  for (const name of staged.tables) await db.run(`DROP TABLE ${identifier(name)}`);
  return entries;
}

function parquetCell({ name, type }: TableColumn, cell: string): string {
  return `CAST(${cell} AS ${type}) AS ${identifier(name)}`;
}

/** Text that a spreadsheet would take for a formula gets a leading `'` (OWASP, "CSV Injection"). */
function csvCell({ name, type }: TableColumn, cell: string): string {
  const text = `CAST(${cell} AS VARCHAR)`;
  const safe =
    type === "VARCHAR"
      ? `CASE WHEN regexp_matches(${text}, '^[=+\\-@\\t\\r]') THEN '''' || ${text} ELSE ${text} END`
      : cell;
  return `${safe} AS ${identifier(name)}`;
}

async function describe(path: string, { rows, columns }: Table): Promise<FileEntry> {
  const { size: bytes } = await stat(path);
  return { rows, bytes, sha256: await sha256OfFile(path), columns };
}

export function writeJson(folder: string, name: string, content: unknown): Promise<DocumentEntry> {
  return writeText(folder, name, jsonText(content));
}

export async function writeText(
  folder: string,
  name: string,
  text: string,
): Promise<DocumentEntry> {
  const bytes = Buffer.from(text);
  await writeFile(join(folder, name), bytes);
  return { bytes: bytes.length, sha256: sha256(bytes) };
}

/**
 * Fills a new folder beside its place, and moves it there once it is whole: a reader, and a run that is
 * cut short, see it whole or not at all.
 */
export async function putWhole(to: string, fill: (half: string) => Promise<void>): Promise<void> {
  const half = `${to}.tmp-${process.pid}`;
  await rm(half, { recursive: true, force: true });
  await mkdir(half, { recursive: true });
  try {
    await fill(half);
    await rename(half, to);
  } finally {
    await rm(half, { recursive: true, force: true });
  }
}

/** Puts a text in the place of a file in one step. */
export async function replaceText(path: string, text: string): Promise<void> {
  const half = `${path}.tmp-${process.pid}`;
  await writeFile(half, text);
  await rename(half, path);
}

/**
 * Fills a folder beside `target` and puts it in the target's place when it is whole. A reader sees
 * the old snapshot, for an instant none, then the new one: never a mixture. A run that dies leaves
 * the old one, or its copy `target.old`, from which the next run restores it.
 *
 * @param fill may come back with "keep": the old folder then stays
 * @param marker a file that every filled folder has: a folder without it is not ours to replace
 * @throws UserError when `target` cannot be made, or has anything in it that we do not write
 */
export async function replaceFolder(
  target: string,
  marker: string,
  fill: (folder: string) => Promise<unknown>,
): Promise<void> {
  const place = resolve(target);
  const old = `${place}.old`;
  const next = `${place}.tmp-${process.pid}`;
  const names = await refuseForeignFolder(place);
  if (names.length > 0 && !names.includes(marker)) {
    throw new UserError(`${place} has files in it but no ${marker}. ${ELSEWHERE}`);
  }
  await refuseForeignFolder(old);
  try {
    await mkdir(dirname(place), { recursive: true });
    await putBack(target, marker);
    await rm(old, { recursive: true, force: true });
    await removeLeftovers(dirname(place), (name) => name === basename(place));
    await mkdir(next);
  } catch (error) {
    throw new UserError(`${target} cannot be made: ${(error as Error).message}`);
  }
  try {
    if ((await fill(next)) === "keep") {
      await rm(next, { recursive: true, force: true });
      return;
    }
    await swapIn(next, place);
  } catch (error) {
    // What is still being written there would only hide the error; the next run removes it.
    await rm(next, { recursive: true, force: true }).catch(() => {});
    throw error;
  }
}

/** A marker alone does not make a folder ours: other programs write a `manifest.json` too. */
async function refuseForeignFolder(target: string): Promise<string[]> {
  const names: string[] = await readdir(target).catch((error) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") throw new UserError(`${target} is a file; name a folder.`);
    throw new UserError(`${target} cannot be read: ${error.message}`);
  });
  // Every other project has a README.md: it counts as ours beside the description made with it.
  const described = names.includes("croissant.json");
  const ours = (name: string) =>
    /^[\w-]+\.(parquet|csv|json)$/.test(name) ||
    (described && (name === "README.md" || name === "CITATION.cff"));
  const foreign = names.find((name) => !ours(name));
  if (foreign) throw new UserError(`${target} has other files in it: ${foreign}. ${ELSEWHERE}`);
  return names;
}

/**
 * Removes what runs that are no longer alive left half-written in a folder.
 *
 * @param isOurs whether a file or folder of that name is one that we write by way of `NAME.tmp-PID`
 */
export async function removeLeftovers(
  folder: string,
  isOurs: (name: string) => boolean,
): Promise<void> {
  for (const each of await readdir(folder)) {
    const [, name, digits] = /^(.+)\.tmp-(\d+)$/.exec(each) ?? [];
    if (name === undefined || !isOurs(name)) continue;
    const pid = Number(digits);
    if (pid === process.pid || !isAlive(pid)) {
      await rm(join(folder, each), { recursive: true, force: true });
    }
  }
}
