import { defineConfig } from "astro/config";
import { publicFolder } from "./src/pipeline/snapshot/folder.ts";

/**
 * SITE and BASE_PATH place the site: `SITE=https://owner.github.io BASE_PATH=/repo npm run build`.
 * LEADERBOARD_CONFIG builds another team's leaderboard from its own config file, with PUBLIC_DIR
 * and OUT_DIR beside this one's.
 */
const config = process.env.LEADERBOARD_CONFIG;

export default defineConfig({
  site: process.env.SITE || "http://localhost:4321",
  base: process.env.BASE_PATH || "/",
  trailingSlash: "always",
  srcDir: "./src/site",
  publicDir: publicFolder,
  outDir: process.env.OUT_DIR ?? "dist",
  compressHTML: true,
  devToolbar: { enabled: false },
  build: {
    // One request for the style on a model page, none on the front page (it inlines its own).
    inlineStylesheets: "never",
    assets: "_assets",
  },
  vite: {
    resolve: config
      ? { alias: { "#config": new URL(config, `file://${process.cwd()}/`).pathname } }
      : {},
    build: { assetsInlineLimit: 0 },
  },
});
