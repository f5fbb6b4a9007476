import type { Suite } from "../../core/records/suite.ts";

/** What the HTML of an analysis page tells its script. */
export interface AnalysisSetup {
  main: Suite;
  archive: Suite | null;
  columns: string[];
  archiveColumns: string[];
  asOf: string;
  since: string;
  /** Addresses by table, of rows by figure, and of model pages. */
  tables: Record<string, string>;
  /** Address of the main suite's packed table. */
  packed: string;
  rows: Record<string, string>;
  models: string;
}
