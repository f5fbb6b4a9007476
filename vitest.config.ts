import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["tests/**/*.test.ts"],
    // Needs Python and PyPI: npm run test:runner.
    exclude: [...configDefaults.exclude, "tests/runner/**"],
    // Pictures read the style sheets as text.
    css: true,
    // Browsers and property tests take longer than the default on two busy cores.
    testTimeout: 60_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
