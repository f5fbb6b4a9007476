// npm run check:python: the published files, read by the Python tools that they are made for.
import { run } from "../src/pipeline/commands/terminal.ts";
import { checkWithPython } from "../tests/python/run.ts";

await run(() => checkWithPython());
