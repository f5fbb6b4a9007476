// npm run check:board: the board recomputed from its inputs in Python, and compared with all that is published.
import { run } from "../src/pipeline/commands/terminal.ts";
import { checkBoard } from "../tests/python/run.ts";

await run(() => checkBoard());
