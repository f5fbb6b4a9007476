import { existsSync } from "node:fs";
import { copyFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { AstroIntegration } from "astro";
import { UserError } from "../../core/records/user-error.ts";
import { configurationFile, loadLeaderboard } from "../commands/configuration.ts";
import { announcePackage } from "../installed/package-root.ts";
import { pagesIn } from "./pages.ts";

const NAME = "open-leaderboard";

/** Modules with machine code, which no bundle can hold. */
const NATIVE = ["@duckdb/node-api", "@duckdb/node-bindings", "@resvg/resvg-js", "sharp"];

/**
 * The leaderboard's pages in an Astro site: those of this package, but for the ones that the site has itself under
 * `src/pages`. Its configuration is `leaderboard.config.ts`, or the file that `LEADERBOARD_CONFIG` names.
 */
export default function leaderboard(): AstroIntegration {
  const home = announcePackage();
  return {
    name: NAME,
    hooks: {
      "astro:config:setup": async ({ config, injectRoute, updateConfig }) => {
        const { theme } = await loadLeaderboard();
        const own = fileURLToPath(new URL("pages", config.srcDir));
        const pages = join(home, "src/site/pages");
        if (own !== pages) {
          const taken = new Set(pagesIn(own).map((page) => page.pattern));
          for (const { pattern, file } of pagesIn(pages)) {
            if (!taken.has(pattern)) injectRoute({ pattern, entrypoint: file, prerender: true });
          }
        }
        updateConfig({
          vite: {
            resolve: {
              alias: [
                { find: "#config", replacement: configurationFile() },
                { find: /^#theme\.css/, replacement: themeFile(theme, home) },
              ],
            },
            ssr: { noExternal: [NAME], external: NATIVE },
            build: { assetsInlineLimit: 0 },
          },
        });
      },
      /** Icon and headers, where the site's own `public` has none. */
      "astro:build:done": async ({ dir }) => {
        const to = fileURLToPath(dir);
        for (const file of await readdir(join(home, "public"), { withFileTypes: true })) {
          if (file.isFile() && !existsSync(join(to, file.name))) {
            await copyFile(join(home, "public", file.name), join(to, file.name));
          }
        }
      },
    },
  };
}

function themeFile(theme: string | undefined, home: string): string {
  if (theme === undefined) return join(home, "src/site/layout/no-theme.css");
  const file = resolve(theme);
  if (existsSync(file)) return file;
  throw new UserError(
    `${configurationFile()}: field theme: there is no file ${file}. Name a style sheet, from the project's root, or leave it out.`,
  );
}
