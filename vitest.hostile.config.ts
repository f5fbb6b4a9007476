import { defineConfig } from "vitest/config";
import shared from "./vitest.config.ts";

// npm run test:hostile: what strangers may write, send, kill and forge, and how much of it was tried.
const { include: _, exclude: __, ...rest } = shared.test!;

export default defineConfig({
  test: {
    ...rest,
    include: ["tests/hostile/**/*.test.ts"],
    globalSetup: ["tests/hostile/counts.ts"],
  },
});
