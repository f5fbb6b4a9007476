import { packageRoot } from "./package-root.ts";

/**
 * One of our commands as the reader has to type it: in a folder that depends on the package, or in the project itself.
 *
 * @example typed("data", "--hub") // npm run data -- --hub
 */
export function typed(command: string, ...args: string[]): string {
  const isInstalled = /[\\/]node_modules[\\/]/.test(packageRoot());
  if (isInstalled) return ["npx leaderboard", command, ...args].join(" ");
  return ["npm run", command, ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
}
