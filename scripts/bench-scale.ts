// npm run bench:scale -- [--rows 100000]: from a long table to tables, in seconds and megabytes.
import { run } from "../src/pipeline/commands/terminal.ts";
import { benchScale } from "../tests/bench/scale.ts";

await run(() => benchScale(process.argv.slice(2)));
