// npm run test:runner: the real harness, from a request to a row. It needs Python and PyPI, and says so.
import { run } from "../src/pipeline/commands/terminal.ts";
import { testRunner } from "../tests/runner/start.ts";

await run(() => testRunner(process.argv.slice(2)));
