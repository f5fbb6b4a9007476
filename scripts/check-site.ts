// npm run check:site -- [DIR]: opens the built site in a browser and holds it to its manifest, before it is published.
import { check } from "../src/pipeline/commands/check.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => check(process.argv.slice(2)));
