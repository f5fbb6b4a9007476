import {
  BOOLEAN,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  DuckDBEnumType,
  type DuckDBType,
  DuckDBTypeId,
  ENUM8,
  INTEGER,
  VARCHAR,
} from "@duckdb/node-api";
import bindings from "@duckdb/node-bindings";
import type { ColumnType } from "../../core/records/manifest.ts";
import type { Value } from "../../core/table/grid.ts";
import { identifier } from "../../core/view/quote.ts";
import type { Column, Table } from "./tables.ts";

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

/** A table in DuckDB: what to select, and from where. */
export interface Staged {
  /** Expression for each column, in the order of the table's columns. */
  cells: string[];
  from: string;
  /** Names of what was made, to be dropped. */
  tables: string[];
}

/**
 * Brings a table into DuckDB, a vector of rows at a time, the numbers as they lie in memory: with
 * 430,000 rows of scores that takes a tenth of what setting value by value did. Texts that repeat
 * come as numbers, with a table of the texts beside: of a hundred thousand runs with 43 figures
 * each, the names alone would take half a gigabyte.
 */
export async function stage(db: DuckDBConnection, table: Table): Promise<Staged> {
  const isWhole = table.rows <= MOST_SCANNED;
  const whole = isWhole ? table.values(0, table.rows) : null;
  const types = table.columns.map(({ name, type }, i) => {
    const texts = table.texts?.[name];
    if (texts) return isEnum(texts) ? ENUM8([...texts]) : INTEGER;
    return whole ? stagedType(type, whole[i]!) : TYPES[type];
  });
  const read = whole
    ? (start: number, end: number) => whole.map((c) => c.slice(start, end))
    : table.values;
  const names = table.columns.map((c) => c.name);
  await append(db, "staged", names, types, table.rows, read);
  const staged: Staged = { cells: [], from: "staged", tables: ["staged"] };
  for (const [i, name] of names.entries()) {
    const texts = table.texts?.[name];
    if (!texts || types[i] !== INTEGER) staged.cells.push(`staged.${identifier(name)}`);
    else staged.cells.push(await join(db, staged, name, texts));
  }
  return staged;
}

/** Few texts, each once: their numbers can be the column's own. */
function isEnum(texts: readonly string[]): boolean {
  const isPlain = texts.every((text) => !text.includes("\0"));
  const areFew = texts.length > 0 && texts.length <= MOST_IN_ENUM;
  return isPlain && areFew && new Set(texts).size === texts.length;
}

/** With one thread, rows of a left join come in the order of the left table. */
async function join(
  db: DuckDBConnection,
  staged: Staged,
  name: string,
  texts: readonly string[],
): Promise<string> {
  const other = `texts_${name}`;
  const read = (start: number, end: number) => [
    Int32Array.from({ length: end - start }, (_, i) => start + i),
    texts.slice(start, end),
  ];
  await append(db, other, ["code", "text"], [INTEGER, VARCHAR], texts.length, read);
  staged.tables.push(other);
  staged.from += ` LEFT JOIN ${identifier(other)} ON staged.${identifier(name)} = ${identifier(other)}.code`;
  return `${identifier(other)}.text`;
}

async function append(
  db: DuckDBConnection,
  name: string,
  columns: readonly string[],
  types: DuckDBType[],
  rows: number,
  read: (start: number, end: number) => Column[],
): Promise<void> {
  const definition = columns.map((c, i) => `${identifier(c)} ${types[i]}`).join(", ");
  await db.run(`CREATE OR REPLACE TEMP TABLE ${identifier(name)} (${definition})`);
  const appender = await db.createAppender(name);
  // One for all: what a chunk holds is not ours to count, and is given back only when it is collected.
  const chunk = DuckDBDataChunk.create(types);
  for (let start = 0; start < rows; start += CHUNK) {
    const end = Math.min(start + CHUNK, rows);
    chunk.reset();
    chunk.rowCount = end - start;
    read(start, end).forEach((column, i) => {
      setColumn(chunk, i, types[i]!, column);
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/**
 * Text of few values travels as an enumeration: each value crosses over to DuckDB once, not once a
 * row, which shortens the writing of the long tables by a third.
 */
function stagedType(type: ColumnType, values: Column): DuckDBType {
  if (TYPES[type] !== VARCHAR) return TYPES[type];
  const distinct = new Set<string>();
  for (const value of values) {
    // A statement ends at a NUL: such a text may not be part of one. None should come this far.
    if (typeof value === "string" && value.includes("\0")) return VARCHAR;
    if (value !== null) distinct.add(String(value));
    if (distinct.size > MOST_IN_ENUM) return VARCHAR;
  }
  // A column of unknowns only: nothing crosses over as cheaply as no number.
  return distinct.size > 0 ? ENUM8([...distinct]) : INTEGER;
}

/** Arrays as a vector of a type has them in memory. */
const ARRAYS = {
  [DuckDBTypeId.DOUBLE]: Float64Array,
  [DuckDBTypeId.INTEGER]: Int32Array,
  [DuckDBTypeId.BOOLEAN]: Uint8Array,
  [DuckDBTypeId.ENUM]: Uint8Array,
};

/**
 * Sets a column of a chunk whose number of rows is set: numbers in one copy, with a bit for each
 * that says whether it is known.
 */
function setColumn(chunk: DuckDBDataChunk, index: number, type: DuckDBType, column: Column): void {
  const Numbers = ARRAYS[type.typeId as keyof typeof ARRAYS];
  if (!Numbers) {
    chunk.setColumnValues(index, column as Value[]);
    return;
  }
  const { length } = column;
  const numbers = new Numbers(length);
  const known = new Uint8Array(Math.ceil(length / 64) * 8).fill(0xff);
  const isKnown = knownIn(column);
  const codes = type instanceof DuckDBEnumType ? type.valueIndexes : null;
  let areKnown = true;
  for (let i = 0; i < length; i++) {
    const value = column[i] as Value;
    if (isKnown(value)) {
      const number = typeof value === "string" ? codes![value]! : Number(value);
      numbers[i] = number;
      // Typed arrays wrap what they cannot hold: nothing of ours is that large, or broken.
      if (numbers[i] !== number) throw new RangeError(`${value} is no ${type}`);
    } else {
      known[i >> 3]! &= ~(1 << (i & 7));
      areKnown = false;
    }
  }
  const vector = bindings.data_chunk_get_vector(chunk.chunk, index);
  bindings.copy_data_to_vector(vector, 0, numbers.buffer, 0, numbers.byteLength);
  if (areKnown) return;
  bindings.vector_ensure_validity_writable(vector);
  bindings.copy_data_to_vector_validity(vector, 0, known.buffer, 0, known.byteLength);
}

/** Typed arrays have no null: what is no number, or an index below 0, stands for it. */
function knownIn(column: Column): (value: Value) => boolean {
  if (column instanceof Float64Array) return (value) => !Number.isNaN(value);
  if (column instanceof Int32Array) return (value) => (value as number) >= 0;
  return (value) => value !== null;
}
