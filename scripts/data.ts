// npm run data -- [--source S]… [--hub [--rev REV]] [--out DIR] [--as-of DATE] [--cache DIR] [--strict] [--allow-loss]
// npm run data -- --source S… --shard I/N --out DIR, and then --merge-shards --out DIR: samples
// npm run data -- --explain FILE [--source FOLDER]: what is read of one file, and what is not and why
import { data } from "../src/pipeline/commands/data.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => data(process.argv.slice(2)));
