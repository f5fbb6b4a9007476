import type { LeaderboardConfig } from "../../src/core/records/define.ts";
import compass from "../fixtures/compass-suite.json" with { type: "json" };
import { SUITE_HARNESS, V2_EPOCH } from "./harness.ts";

/** Evaluated by the newest harness of PyPI, or, where that is asked for, by the v2 suite's. */
export const suite = SUITE_HARNESS ? { ...compass, epochs: [V2_EPOCH] } : compass;

/** A made-up leaderboard with a handful of questions of every shape, all of it on the Hub. */
const config: LeaderboardConfig = {
  title: "Compass",
  tagline: "Synthetic models, for tests only",
  suites: [suite],
  hub: { results: "compass/results", requests: "compass/requests" },
};

export default config;
