import type { EngineSize } from "../../core/describe/loading.ts";
import type { Suite } from "../../core/records/suite.ts";

/** What the HTML of an analysis page tells its script. */
export interface AnalysisSetup {
  main: Suite;
  archive: Suite | null;
  columns: string[];
  archiveColumns: string[];
  asOf: string;
  since: string;
  /** Addresses and sizes by table, of rows by figure, and of model pages. */
  tables: Record<string, { parquet: string; bytes: number }>;
  /** Address of the main suite's packed table. */
  packed: string;
  rows: Record<string, string>;
  models: string;
  engine: EngineSize;
}
