import type { LeaderboardConfig } from "../../src/core/records/define.ts";
import suite from "../fixtures/compass-suite.json" with { type: "json" };
import board from "./board.config.ts";

/** The same leaderboard, whose suite says how many questions each benchmark has: without that no cost can be told. */
const config: LeaderboardConfig = {
  ...board,
  suites: [
    {
      ...suite,
      benchmarks: suite.benchmarks.map((benchmark) =>
        benchmark.key === "orders"
          ? { ...benchmark, metrics: benchmark.metrics.map((metric) => ({ ...metric, n: 3 })) }
          : benchmark,
      ),
    },
  ],
};

export default config;
