import { readSetup } from "../../browser/setup.ts";
import type { EngineSize } from "../../core/describe/loading.ts";
import type { Suite } from "../../core/records/suite.ts";
import { type Column, columnsOf } from "../../core/table/columns.ts";

/** What the page's HTML tells its script. */
export interface BoardSetup {
  suite: Suite;
  /** Names of the columns that this table knows something of. */
  columns: string[];
  /** Address of the packed table. */
  table: string;
  /** Address of the published Parquet file, for DuckDB, and its size; and that of DuckDB itself. */
  parquet: string;
  bytes: number;
  engine: EngineSize;
  /** Address under which model pages stand, and that of the comparison. */
  models: string;
  compare: string;
  asOf: string;
}

/** The same, with the columns that it names. */
export function readBoard(): { setup: BoardSetup; columns: Column[]; keys: string[] } {
  const setup = readSetup<BoardSetup>();
  const present = new Set(setup.columns);
  return {
    setup,
    columns: columnsOf(setup.suite, (name) => present.has(name)),
    keys: setup.suite.benchmarks.map((b) => b.key),
  };
}
