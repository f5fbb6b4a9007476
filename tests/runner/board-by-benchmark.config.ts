import type { LeaderboardConfig } from "../../src/core/records/define.ts";
import suite from "../fixtures/compass-suite.json" with { type: "json" };
import board from "./board.config.ts";

/** The same leaderboard, where each benchmark has a command of its own. */
const config: LeaderboardConfig = {
  ...board,
  suites: [{ ...suite, reproduce: { ...suite.reproduce, per_benchmark: true } }],
};

export default config;
