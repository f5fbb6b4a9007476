import { defineConfig } from "vitest/config";

/** The tests that need the real harness: `npm run test:runner`. */
export default defineConfig({
  test: {
    include: ["tests/runner/*.test.ts"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // One model at a time is in memory.
    maxWorkers: 1,
  },
});
