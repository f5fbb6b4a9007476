import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // A suite of its own, npm run test:hostile.
    exclude: ["tests/hostile/**"],
    // Pictures read the style sheets as text.
    css: true,
    // Browsers and property tests take longer than the default on two busy cores.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    // A page may take seconds over what takes it a moment by itself: one of two cores, and another file's browser.
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
  },
});
