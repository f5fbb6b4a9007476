import { createRequire } from "node:module";
import { UserError } from "../../core/records/user-error.ts";

/** Optional peers of the package: most who build a site do not open it this way. */
const BROWSER = ["playwright-core", "@sparticuz/chromium"];

/**
 * `leaderboard check [DIR]`: opens the built site in a browser before it is published, see `checkSite`.
 *
 * @throws UserError where there is no browser to open it in
 */
export async function check([
  dir = process.env.OUT_DIR || "dist",
]: readonly string[]): Promise<void> {
  const missing = BROWSER.filter((name) => !isInstalled(name));
  if (missing.length > 0) {
    throw new UserError(
      `The check opens pages in a browser, which is not installed: npm install --no-save ${missing.join(" ")}`,
    );
  }
  const { checkSite } = await import("../built/check.ts");
  await checkSite(dir);
}

function isInstalled(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
