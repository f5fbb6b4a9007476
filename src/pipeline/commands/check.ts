import { checkSite } from "../built/check.ts";

/** `leaderboard check [DIR]`: opens the built site in a browser before it is published, see `checkSite`. */
export function check([dir = process.env.OUT_DIR || "dist"]: readonly string[]): Promise<void> {
  return checkSite(dir);
}
