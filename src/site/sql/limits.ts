import { count, formatBytes } from "../../core/table/format.ts";

/**
 * What one query may cost the reader's tab. Measured in Chromium on two cores: 100,000 rows of ten
 * columns come over in a second, in pieces between which the page answers; DuckDB's own limit (3.4
 * GB) is more than a phone gives a tab, and WebAssembly never gives memory back while it runs.
 */
export const LIMITS = {
  /** Rows, cells and bytes brought over to the page; what comes first ends the reading. */
  rows: 100_000,
  cells: 2_000_000,
  bytes: 32e6,
  /** Columns brought over: each is a header and cells of the page. */
  columns: 1000,
  /**
   * Bytes of one statement. DuckDB takes its text on a stack of about 64 kB: beyond that it breaks
   * down, and Chromium ends the whole tab.
   */
  text: 40_000,
  /** The same of what is sent for it, with what is written around it. */
  sent: 50_000,
  /** How deep expressions and queries nest. DuckDB’s own 1000 ends the tab: 200 joins did, 100 do not. */
  depth: 100,
  /** Until a query is stopped unless asked for without limit. */
  seconds: 60,
  /** DuckDB's own, for what it sorts, groups and joins. */
  memory: 1024,
  /** The same where the browser says that the device has 4 GB or less, in MB. */
  smallMemory: 512,
  /** A file of the reader's own. */
  file: 100e6,
  /** Characters of a query that its address holds; servers refuse addresses above 8 kB. */
  address: 6000,
  /** Until DuckDB is ended after the page went out of sight, minutes. */
  hiddenMinutes: 10,
} as const;

/** What ended the reading of a result before its end. */
export type Cut = "rows" | "cells" | "bytes";

/** Which limit a result has reached, if any. */
export function cutBy(rows: number, columns: number, bytes: number): Cut | null {
  if (bytes >= LIMITS.bytes) return "bytes";
  if (rows >= LIMITS.rows) return "rows";
  return rows * columns >= LIMITS.cells ? "cells" : null;
}

/** Why a result is not whole, and what has the rest. */
export function cutText(cut: Cut, rows: number): string {
  const why = {
    rows: `no more than ${count(LIMITS.rows)} rows are brought over to the page`,
    cells: `no more than ${count(LIMITS.cells)} cells are brought over to the page`,
    bytes: `no more than ${formatBytes(LIMITS.bytes)} are brought over to the page`,
  }[cut];
  return `These are the first ${count(rows)} rows: ${why}. Saving as Parquet takes all rows; CSV and JSON take these.`;
}

/** How much room a text takes on its way to DuckDB. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Megabytes that DuckDB may use here. */
export function memoryLimit(deviceMemory: number | undefined): number {
  return deviceMemory !== undefined && deviceMemory <= 4 ? LIMITS.smallMemory : LIMITS.memory;
}
