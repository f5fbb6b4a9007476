import type { AstroUserConfig } from "astro";
import { publicFolder } from "../snapshot/folder.ts";
import leaderboard from "./integration.ts";

/**
 * How a leaderboard is built where a folder has no `astro.config` of its own. SITE and BASE_PATH place the site:
 * `SITE=https://owner.github.io BASE_PATH=/repo`. LEADERBOARD_CONFIG builds another leaderboard from its own
 * configuration, with PUBLIC_DIR and OUT_DIR beside this one's.
 */
const config: AstroUserConfig = {
  site: process.env.SITE || "http://localhost:4321",
  base: process.env.BASE_PATH || "/",
  trailingSlash: "always",
  publicDir: publicFolder,
  outDir: process.env.OUT_DIR ?? "dist",
  compressHTML: true,
  devToolbar: { enabled: false },
  build: {
    // One request for the style on a model page, none on the front page (it inlines its own).
    inlineStylesheets: "never",
    assets: "_assets",
  },
  integrations: [leaderboard()],
};

export default config;
