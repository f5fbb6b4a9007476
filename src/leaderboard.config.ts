import v1 from "../data/suites/open-llm-v1.json" with { type: "json" };
import v2 from "../data/suites/open-llm-v2.json" with { type: "json" };
import type { LeaderboardConfig } from "./records/leaderboard.ts";

/** The leaderboard this site is. Another team changes this file and writes a suite. */
const config: LeaderboardConfig = {
  title: "Open LLM Leaderboard",
  tagline: "Open models, asked the same questions in the same way",
  /** The first suite is the table at `/`; the second, where there is one, is at `/archive/`. */
  suites: [v2, v1],
  /** Folder of the embedded snapshot, and of the curated lists, from the project's root. */
  snapshot: "data/snapshot",
  curated: "data/curated",
};

export default config;
