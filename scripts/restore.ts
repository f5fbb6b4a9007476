// npm run restore -- --from ADDRESS [--from ADDRESS]… [--to DIR] [--first]: brings the snapshots of the published site here.
import { restore } from "../src/pipeline/commands/restore.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => restore(process.argv.slice(2)));
