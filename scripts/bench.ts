// npm run bench: the numbers of this project, measured now on this machine, as a table.
import { run } from "../src/pipeline/commands/terminal.ts";
import { bench } from "../tests/bench/site.ts";

await run(() => bench());
