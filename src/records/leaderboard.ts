import { z } from "zod";
import { suiteSchema } from "./suite.ts";

/** What makes a leaderboard: its name, its suites and where its own data lie. */
export const leaderboardSchema = z.strictObject({
  title: z.string().min(1),
  tagline: z.string(),
  suites: z.array(suiteSchema).min(1).max(2),
  snapshot: z.string().min(1),
  curated: z.string().min(1),
});

export type Leaderboard = z.infer<typeof leaderboardSchema>;

/** As written in a config file: not yet checked, defaults not yet filled in. */
export type LeaderboardConfig = { [K in keyof z.input<typeof leaderboardSchema>]: unknown };
