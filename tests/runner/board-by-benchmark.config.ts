import type { LeaderboardConfig } from "../../src/core/records/define.ts";
import board, { suite } from "./board.config.ts";

/** The same leaderboard, where each benchmark has a command of its own. */
const config: LeaderboardConfig = {
  ...board,
  suites: [{ ...suite, reproduce: { ...suite.reproduce, per_benchmark: true } }],
};

export default config;
