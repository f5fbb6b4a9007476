// npm run import -- --from DIR: carries published figures over into data/snapshot.
import { importPublished } from "../src/pipeline/commands/import.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => importPublished(process.argv.slice(2)));
