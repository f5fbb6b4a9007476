// npm run test:runner [-- --suite-harness] [FILE…]: the real harness, from a request to a row. It needs Python and PyPI, and says so.
// npm run test:runner -- --published [--tasks bbh_navigate,ifeval]: a real model beside its published row.
import { run } from "../src/pipeline/commands/terminal.ts";
import { testPublished } from "../tests/published/start.ts";
import { testRunner } from "../tests/runner/start.ts";

const args = process.argv.slice(2);
await run(() => (args.includes("--published") ? testPublished(args) : testRunner(args)));
