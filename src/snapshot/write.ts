import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  ENUM,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import { isAlive } from "../cache/process.ts";
import { identifier, literal } from "../sources/duckdb.ts";
import { UserError } from "../sources/errors.ts";
import type { ColumnType, TableColumn } from "./columns.ts";
import type { Table, Value } from "./tables.ts";

const ELSEWHERE = "It would be replaced whole: name an empty or a new folder.";

/** Distinct texts of a column up to which an enumeration pays. */
const MOST_IN_ENUM = 128;

/** Rows up to which a table may be there as a whole while it is written. */
const MOST_SCANNED = 50_000;

/** Rows per chunk: what one DuckDB vector holds. */
const CHUNK = 2048;

/** Days travel as text and become dates when the file is written. */
const TYPES: Record<ColumnType, DuckDBType> = {
  VARCHAR,
  DOUBLE,
  INTEGER,
  BOOLEAN,
  DATE: VARCHAR,
};

/**
 * Measured on the real tables, all under 1 MB in one group of rows: groups of 2,048 make `models`
 * 4 % larger, `scores` 38 % and `history` 97 %. A reader of the first 100 rows would save 72 kB
 * (three columns) of the 738 kB of `models`; who fetches a table whole, as the pages here do and
 * most scripts, would pay for it every time. So a group holds what one table has, and a table past
 * 122,880 rows is divided. Statistics of every column are written with each group.
 */
const PARQUET = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880";

/** A file as the manifest describes it. */
export interface FileEntry {
  rows: number;
  bytes: number;
  sha256: string;
  columns: TableColumn[];
}

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
  await stage(db, table);
  const texts = Object.keys(table.texts ?? {});
  // With one thread, rows of a left join come in the order of the left table.
  const joins = texts.map((name) => {
    const other = identifier(`texts_${name}`);
    return ` LEFT JOIN (SELECT code, text AS ${identifier(name)} FROM ${other}) ${other} ON staged.${identifier(name)} = ${other}.code`;
  });
  const from = `staged${joins.join("")}`;
  const prefix = (name: string) => (texts.includes(name) ? `texts_${name}` : "staged");
  for (const format of formats) {
    const name = `${table.name}.${format}`;
    const select = table.columns
      .map((c) => (format === "csv" ? csvCell : parquetCell)(c, identifier(prefix(c.name))))
      .join(", ");
    const options = format === "csv" ? "FORMAT csv, HEADER" : PARQUET;
    const path = join(folder, name);
    await db.run(`COPY (SELECT ${select} FROM ${from}) TO ${literal(path)} (${options})`);
    entries[name] = await describe(path, table);
  }
  for (const name of ["staged", ...texts.map((t) => `texts_${t}`)]) {
    await db.run(`DROP TABLE ${identifier(name)}`);
  }
  return entries;
}

function parquetCell(column: TableColumn, table: string): string {
  const name = identifier(column.name);
  return `CAST(${table}.${name} AS ${column.type}) AS ${name}`;
}

/** Text that a spreadsheet would take for a formula gets a leading `'` (OWASP, "CSV Injection"). */
function csvCell(column: TableColumn, table: string): string {
  const name = identifier(column.name);
  const cell = `${table}.${name}`;
  const text = `CAST(${cell} AS VARCHAR)`;
  return column.type === "VARCHAR"
    ? `CASE WHEN regexp_matches(${text}, '^[=+\\-@\\t\\r]') THEN '''' || ${text} ELSE ${text} END AS ${name}`
    : cell;
}

/**
 * Brings a table into DuckDB as `staged`, a vector of rows at a time. Texts that repeat come as
 * numbers, with a table of the texts beside: of a hundred thousand runs with 43 figures each, the
 * names alone would take half a gigabyte.
 */
async function stage(db: DuckDBConnection, table: Table): Promise<void> {
  const isIndex = table.columns.map((c) => table.texts?.[c.name] !== undefined);
  const types = table.columns.map((c, i) => (isIndex[i] ? INTEGER : TYPES[c.type]));
  const isLong = table.kinds !== undefined || table.rows > MOST_SCANNED;
  const first = isLong ? null : table.values(0, table.rows);
  table.columns.forEach((c, i) => {
    const values = first?.[i] ?? table.kinds?.[c.name];
    if (values && !isIndex[i]) types[i] = stagedType(c.type, values);
  });
  await append(db, "staged", table, types, first);
  for (const [name, texts] of Object.entries(table.texts ?? {})) {
    const rows = texts.length;
    const values = (start: number, end: number): Value[][] => [
      Array.from({ length: end - start }, (_, i) => start + i),
      texts.slice(start, end),
    ];
    const columns = ["code", "text"].map((name) => ({
      name,
      type: "VARCHAR" as const,
      description: "",
    }));
    await append(db, `texts_${name}`, { name, columns, rows, values }, [INTEGER, VARCHAR], null);
  }
}

async function append(
  db: DuckDBConnection,
  name: string,
  table: Table,
  types: DuckDBType[],
  read: Value[][] | null,
): Promise<void> {
  const definition = table.columns.map((c, i) => `${identifier(c.name)} ${types[i]}`).join(", ");
  await db.run(`CREATE OR REPLACE TEMP TABLE ${identifier(name)} (${definition})`);
  const appender = await db.createAppender(name);
  // One for all: what a chunk holds is not ours to count, and is given back only when it is collected.
  const chunk = DuckDBDataChunk.create(types);
  for (let start = 0; start < table.rows; start += CHUNK) {
    const end = Math.min(start + CHUNK, table.rows);
    chunk.reset();
    chunk.setColumns(read ? read.map((c) => c.slice(start, end)) : table.values(start, end));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/**
 * Text of few values travels as an enumeration: each value crosses over to DuckDB once a chunk, not
 * once a row, which shortens the writing of the long tables by a third.
 */
function stagedType(type: ColumnType, values: readonly Value[]): DuckDBType {
  if (type !== "VARCHAR") return TYPES[type];
  const distinct = new Set<string>();
  for (const value of values) {
    if (value !== null) distinct.add(String(value));
    if (distinct.size > MOST_IN_ENUM) return VARCHAR;
  }
  // A column of unknowns only: nothing crosses over as cheaply as no number.
  return distinct.size > 0 ? ENUM([...distinct]) : INTEGER;
}

async function describe(path: string, table: Table): Promise<FileEntry> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const part of createReadStream(path)) {
    hash.update(part);
    bytes += part.length;
  }
  return { rows: table.rows, bytes, sha256: hash.digest("hex"), columns: table.columns };
}

/** A file of a snapshot that is no table: its size and digest, for the manifest. */
export interface DocumentEntry {
  bytes: number;
  sha256: string;
}

/** JSON as all files of a snapshot have it: two spaces, a newline at the end. */
export function writeJson(folder: string, name: string, content: unknown): Promise<DocumentEntry> {
  return writeText(folder, name, `${JSON.stringify(content, null, 2)}\n`);
}

export async function writeText(
  folder: string,
  name: string,
  text: string,
): Promise<DocumentEntry> {
  const bytes = Buffer.from(text);
  await writeFile(join(folder, name), bytes);
  return { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
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
    if (!(await exists(place)) && (await exists(join(old, marker)))) await rename(old, place);
    await removeLeftovers(place);
    await mkdir(next);
  } catch (error) {
    throw new UserError(`${target} cannot be made: ${(error as Error).message}`);
  }
  try {
    if ((await fill(next)) === "keep") {
      await rm(next, { recursive: true, force: true });
      return;
    }
    await rm(old, { recursive: true, force: true });
    if (await exists(place)) await rename(place, old);
    await rename(next, place);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(next, { recursive: true, force: true });
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

/** Half-filled folders of runs that are no longer alive. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${basename(target)}.tmp-`;
  for (const name of await readdir(dirname(target))) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (Number.isInteger(pid) && (pid === process.pid || !isAlive(pid))) {
      await rm(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
