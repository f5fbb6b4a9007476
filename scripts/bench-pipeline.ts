// npm run bench:pipeline -- [--files 10000] [--runs 3]: from cached result files to tables, in numbers.
import { run } from "../src/pipeline/commands/terminal.ts";
import { benchPipeline } from "../tests/bench/pipeline.ts";

await run(() => benchPipeline(process.argv.slice(2)));
