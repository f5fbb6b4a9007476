// npm run data -- [--source S]… [--hub [--rev REV]] [--out DIR] [--as-of DATE] [--cache DIR] [--strict] [--allow-loss]
// npm run data -- --source S… --shard I/N --out DIR, and then --merge-shards --out DIR: samples
import { data } from "../src/pipeline/commands/data.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => data(process.argv.slice(2)));
