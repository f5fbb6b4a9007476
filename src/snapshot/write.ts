import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import { identifier, literal } from "../sources/duckdb.ts";
import { UserError } from "../sources/errors.ts";
import type { ColumnType, TableColumn } from "./columns.ts";
import type { Table } from "./tables.ts";

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

/** A file as the manifest describes it. */
export interface FileEntry {
  rows: number;
  bytes: number;
  sha256: string;
  columns: TableColumn[];
}

/** Writes a table as `NAME.parquet` (zstd), the rows in the order they have. */
export async function writeParquet(db: DuckDBConnection, folder: string, table: Table) {
  const path = join(folder, `${table.name}.parquet`);
  await withTable(db, table, async () => {
    await db.run(
      `COPY (SELECT ${selection(table)} FROM staged) TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd)`,
    );
  });
  return describe(path, table);
}

/**
 * Writes a table as `NAME.csv`. Text that a spreadsheet would take for a formula gets a leading `'`
 * (OWASP, "CSV Injection").
 */
export async function writeCsv(db: DuckDBConnection, folder: string, table: Table) {
  const path = join(folder, `${table.name}.csv`);
  const safe = table.columns.map((c) => {
    const name = identifier(c.name);
    return c.type === "VARCHAR"
      ? `CASE WHEN regexp_matches(${name}, '^[=+\\-@\\t\\r]') THEN '''' || ${name} ELSE ${name} END AS ${name}`
      : name;
  });
  await withTable(db, table, async () => {
    await db.run(
      `COPY (SELECT ${safe.join(", ")} FROM staged) TO ${literal(path)} (FORMAT csv, HEADER)`,
    );
  });
  return describe(path, table);
}

function selection(table: Table): string {
  return table.columns
    .map((c) =>
      c.type === "DATE"
        ? `CAST(${identifier(c.name)} AS DATE) AS ${identifier(c.name)}`
        : identifier(c.name),
    )
    .join(", ");
}

async function withTable(db: DuckDBConnection, table: Table, use: () => Promise<void>) {
  const types = table.columns.map((c) => TYPES[c.type]);
  const definition = table.columns.map((c, i) => `${identifier(c.name)} ${types[i]}`).join(", ");
  await db.run(`CREATE OR REPLACE TEMP TABLE staged (${definition})`);
  const appender = await db.createAppender("staged");
  for (let start = 0; start < table.rows; start += CHUNK) {
    const count = Math.min(CHUNK, table.rows - start);
    const chunk = DuckDBDataChunk.create(types, count);
    chunk.setColumns(table.values.map((column) => column.slice(start, start + count)));
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
  await use();
  await db.run("DROP TABLE staged");
}

async function describe(path: string, table: Table): Promise<FileEntry> {
  const bytes = await readFile(path);
  return {
    rows: table.rows,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    columns: table.columns,
  };
}

/** JSON as all files of a snapshot have it: two spaces, a newline at the end. */
export async function writeJson(folder: string, name: string, content: unknown): Promise<void> {
  await writeFile(join(folder, name), `${JSON.stringify(content, null, 2)}\n`);
}

/**
 * Fills a folder beside `target` and puts it in the target's place when it is whole. A reader sees
 * the old snapshot, for an instant none, then the new one: never a mixture. A run that dies leaves
 * the old one, or its copy `target.old`, from which the next run restores it.
 *
 * @param marker a file that every filled folder has: a folder without it is not ours to replace
 * @throws UserError when `target` has files in it but not the marker
 */
export async function replaceFolder(
  target: string,
  marker: string,
  fill: (folder: string) => Promise<void>,
): Promise<void> {
  await refuseForeignFolder(target, marker);
  await mkdir(dirname(target), { recursive: true });
  const old = `${target}.old`;
  if (!(await exists(target)) && (await exists(old))) await rename(old, target);
  await removeLeftovers(target);
  const next = `${target}.tmp-${process.pid}`;
  await mkdir(next);
  try {
    await fill(next);
    await rm(old, { recursive: true, force: true });
    if (await exists(target)) await rename(target, old);
    await rename(next, target);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(next, { recursive: true, force: true });
    throw error;
  }
}

async function refuseForeignFolder(target: string, marker: string): Promise<void> {
  const names: string[] = await readdir(target).catch((error) => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") throw new UserError(`${target} is a file; name a folder.`);
    throw error;
  });
  if (names.length > 0 && !names.includes(marker)) {
    throw new UserError(
      `${target} has other files in it (and no ${marker}) and would be replaced. Name an empty or a new folder.`,
    );
  }
}

/** Half-filled folders of runs that are no longer alive. */
async function removeLeftovers(target: string): Promise<void> {
  const prefix = `${basename(target)}.tmp-`;
  for (const name of await readdir(dirname(target))) {
    const pid = name.startsWith(prefix) ? Number(name.slice(prefix.length)) : Number.NaN;
    if (Number.isInteger(pid) && !alive(pid)) {
      await rm(join(dirname(target), name), { recursive: true, force: true });
    }
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return pid !== process.pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
