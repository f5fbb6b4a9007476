// npm run build | dev | preview: Astro, with the tables made first where there are none.
import { astro } from "../src/pipeline/commands/astro.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(() => astro(process.argv.slice(2)));
