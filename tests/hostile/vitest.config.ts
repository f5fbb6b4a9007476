import { defineConfig } from "vitest/config";
import shared from "../../vitest.config.ts";

const { include: _, exclude: __, ...rest } = shared.test!;

/** What strangers may write, send, kill and forge, and how much of it was tried: `npm run test:hostile`. */
export default defineConfig({
  test: {
    ...rest,
    include: ["tests/hostile/*.test.ts"],
    globalSetup: ["tests/hostile/counts.ts"],
  },
});
