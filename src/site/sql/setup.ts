import type { EngineSize } from "../../core/describe/loading.ts";
import type { TableInfo } from "./complete.ts";
import type { Example } from "./examples.ts";
import type { PublishedTable } from "./session.ts";

/** What the HTML of the console tells its script. */
export interface ConsoleSetup {
  tables: (TableInfo & PublishedTable)[];
  examples: Example[];
  /** Where the examples believe this site to stand; the script puts in where it does. */
  origin: string;
  asOf: string;
  engine: EngineSize;
}
