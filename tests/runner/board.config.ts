import type { LeaderboardConfig } from "../../src/core/records/define.ts";
import suite from "../fixtures/compass-suite.json" with { type: "json" };

/** A made-up leaderboard with a handful of questions of every shape, all of it on the Hub. */
const config: LeaderboardConfig = {
  title: "Compass",
  tagline: "Synthetic models, for tests only",
  suites: [suite],
  hub: { results: "compass/results", requests: "compass/requests" },
};

export default config;
