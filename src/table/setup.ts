import { type Column, columnsOf } from "../explore/columns.ts";
import type { Suite } from "../records/suite.ts";

/** What the page's HTML tells its script. */
export interface Setup {
  suite: Suite;
  /** Names of the columns that this table knows something of. */
  columns: string[];
  /** Address of the packed table. */
  table: string;
  /** Address of the published Parquet file, for DuckDB. */
  parquet: string;
  /** Address under which model pages stand, and that of the comparison. */
  models: string;
  compare: string;
  asOf: string;
}

export function readSetup(): { setup: Setup; columns: Column[]; keys: string[] } {
  const setup = JSON.parse(document.querySelector("#setup")?.textContent ?? "{}") as Setup;
  const present = new Set(setup.columns);
  return {
    setup,
    columns: columnsOf(setup.suite, (name) => present.has(name)),
    keys: setup.suite.benchmarks.map((b) => b.key),
  };
}
