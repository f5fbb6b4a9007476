// npm run compare:sites -- BEFORE AFTER: how two builds differ. Ends with 1 where a visitor would see it.
import { compareSites, differencesText } from "../src/pipeline/built/compare.ts";
import { run } from "../src/pipeline/commands/terminal.ts";

await run(async () => {
  const [before = "", after = "dist"] = process.argv.slice(2);
  const found = await compareSites(before, after);
  console.log(differencesText(found));
  if (found.changed.length + found.missing.length + found.added.length > 0) process.exitCode = 1;
});
