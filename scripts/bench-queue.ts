// npm run bench:queue -- [--accounts 1000] [--votes 10]: votes collected from a stand-in of the Hub, in numbers.
import { run } from "../src/pipeline/commands/terminal.ts";
import { benchQueue } from "../tests/bench/queue.ts";

await run(() => benchQueue(process.argv.slice(2)));
