// npm run pull -- [--dataset OWNER/NAME[@REV]]… [--rev REV] [--include GLOB]… [--cache DIR] [--prune] [--budget MINUTES]
// npm run pull -- --facts [--days N] [--limit N] [--allow-gone] [--cache DIR] [--budget MINUTES]
import { pullData } from "../src/pipeline/commands/pull.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => pullData(process.argv.slice(2)));
