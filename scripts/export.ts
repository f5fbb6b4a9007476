// npm run export -- --format every-eval-ever [--tables DIR] [--out DIR]: every evaluation as a record for others.
import { exportTables } from "../src/pipeline/commands/export.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => exportTables(process.argv.slice(2)));
