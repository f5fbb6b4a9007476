import type { z } from "zod";
import type { leaderboardSchema } from "./leaderboard.ts";

/**
 * A configuration as it is written: not yet checked, defaults not yet filled in. Suites are JSON files, whose
 * types say less than they must be, and so may an announcement be; they are checked when they are read.
 */
export type LeaderboardConfig = Omit<
  z.input<typeof leaderboardSchema>,
  "suites" | "announcement"
> & {
  suites: unknown[];
  announcement?: unknown;
};

/**
 * What `leaderboard.config.ts` exports. It only tells editors which fields there are: every command checks them,
 * and names the field that is wrong.
 */
export function defineLeaderboard(config: LeaderboardConfig): LeaderboardConfig {
  return config;
}
