import { createRequire } from "node:module";
import { resolve } from "node:path";
import { explain } from "../../core/records/explain.ts";
import { type Leaderboard, leaderboardSchema } from "../../core/records/leaderboard.ts";
import { UserError } from "../../core/records/user-error.ts";

/** Path of the configuration: `leaderboard.config.ts`, or what `LEADERBOARD_CONFIG` names. */
export function configurationFile(): string {
  return resolve(process.env.LEADERBOARD_CONFIG || "leaderboard.config.ts");
}

/**
 * The leaderboard that the configuration describes.
 *
 * @throws UserError where there is none, or a field of it is wrong
 */
export async function loadLeaderboard(): Promise<Leaderboard> {
  const path = configurationFile();
  let module: { default?: unknown };
  try {
    // Not `import`, which Astro's own loader of configurations would take over, and then close.
    module = createRequire(import.meta.url)(path);
  } catch (error) {
    throw new UserError(`${path} cannot be read: ${(error as Error).message.split("\n")[0]}`);
  }
  const checked = leaderboardSchema.safeParse(module.default);
  if (!checked.success) throw new UserError(`${path}: ${explain(checked.error)}`);
  return checked.data;
}
