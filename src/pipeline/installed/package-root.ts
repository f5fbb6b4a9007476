import { createRequire } from "node:module";
import { join, resolve } from "node:path";

/** Set by our Astro integration: code that Astro has bundled no longer knows where it came from. */
const VARIABLE = "LEADERBOARD_PACKAGE";

/** Folder of this package: of the repository, or of the installed kit. */
const here = resolve(import.meta.dirname, "../../..");

/** Tells code that is bundled from now on, in this process, where this package lies. */
export function announcePackage(): string {
  process.env[VARIABLE] = here;
  return here;
}

/** Folder of this package. */
export function packageRoot(): string {
  return process.env[VARIABLE] ?? here;
}

/** Path of a file of a package that this one depends on. */
export function installed(name: string): string {
  return createRequire(join(packageRoot(), "package.json")).resolve(name);
}
