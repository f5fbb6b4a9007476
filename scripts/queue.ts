// npm run queue -- collect [--dry-run] | digest [--markdown] [--requests DATASET] [--votes DATASET] [--tables DIR] [--cache DIR]
import { queue } from "../src/pipeline/commands/queue.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => queue(process.argv.slice(2)));
