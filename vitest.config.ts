import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Suites of their own: npm run test:hostile, and npm run test:runner, which needs Python and PyPI.
    exclude: [...configDefaults.exclude, "tests/hostile/**", "tests/runner/**"],
    // Pictures read the style sheets as text.
    css: true,
    // Browsers and property tests take longer than the default on two busy cores.
    testTimeout: 120_000,
    hookTimeout: 180_000,
    // A page may take seconds over what takes it a moment by itself: one of two cores, and another file's browser.
    expect: { poll: { timeout: 15_000 } },
    maxWorkers: 2,
  },
});
