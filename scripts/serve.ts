// node scripts/serve.ts [DIR]: serves the built site on PORT or 4321.
import { serve } from "../src/pipeline/commands/serve.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => serve(process.argv.slice(2)));
