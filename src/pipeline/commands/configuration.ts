import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { explain } from "../../core/records/explain.ts";
import { type Leaderboard, leaderboardSchema } from "../../core/records/leaderboard.ts";
import { UserError } from "../../core/records/user-error.ts";

/** The leaderboard of `leaderboard.config.ts`, or of the file that `LEADERBOARD_CONFIG` names. */
export async function loadLeaderboard(): Promise<Leaderboard> {
  const path = resolve(process.env.LEADERBOARD_CONFIG || "leaderboard.config.ts");
  const module = await import(pathToFileURL(path).href).catch((error) => {
    throw new UserError(`${path} cannot be read: ${error.message}`);
  });
  const checked = leaderboardSchema.safeParse(module.default);
  if (!checked.success) throw new UserError(`${path}: ${explain(checked.error)}`);
  return checked.data;
}
