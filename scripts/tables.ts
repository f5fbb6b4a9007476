// npm run tables -- [--allow-loss] [--or-published [--pull OUTCOME]]: data --hub, for whoever publishes what comes of it.
import { tables } from "../src/pipeline/commands/tables.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => tables(process.argv.slice(2)));
