// npm run runner -- --once | --watch | --dry-run [--requests DATASET] [--results DATASET] [--tasks DIR] [--work DIR] …
// npm run runner -- install | lock | status | cancel OWNER/NAME
import { runner } from "../src/pipeline/commands/runner.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => runner(process.argv.slice(2)));
