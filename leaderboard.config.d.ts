/**
 * The leaderboard this site is, and that the tests test. Another community depends on the package and has its own:
 * see `/docs/leaderboard/`.
 */
declare const _default: import("./src/core/records/define.ts").LeaderboardConfig;
export default _default;
