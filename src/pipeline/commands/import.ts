import { parseArgs } from "node:util";
import { importFigures } from "../snapshot/import.ts";
import { loadLeaderboard } from "./configuration.ts";

/**
 * `npm run import -- --from DIR`: carries published figures over into data/snapshot.
 *
 * @throws UserError with a sentence for the person who ran it
 */
export async function importPublished(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { from: { type: "string", default: "../shared/data" } },
  });
  const leaderboard = await loadLeaderboard();
  const lines = await importFigures(leaderboard, values.from);
  for (const line of lines) console.log(line);
}
