// npm run test:harness [-- --record "REASON"]: the recorded answers have not moved. It needs Python and PyPI, and says so.
import { run } from "../src/pipeline/commands/terminal.ts";
import { testHarness } from "../tests/harness/start.ts";

await run(() => testHarness(process.argv.slice(2)));
