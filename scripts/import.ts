// npm run import -- --from DIR: carries published figures over into data/snapshot.
import { parseArgs } from "node:util";
import { importFigures } from "../src/pipeline/snapshot/import.ts";
import { loadLeaderboard, run } from "./cli.ts";

await run(async () => {
  const { values } = parseArgs({
    options: { from: { type: "string", default: "../shared/data" } },
  });
  const leaderboard = await loadLeaderboard();
  const lines = await importFigures(leaderboard, values.from);
  for (const line of lines) console.log(line);
});
