import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";

export const ROOT = resolve(import.meta.dirname, "../..");

/** Compiled code is kept between the many runs of a file's tests. */
const compiled = mkdtempSync(join(tmpdir(), "leaderboard-compiled-"));
afterAll(() => rmSync(compiled, { recursive: true, force: true }));

const OURS = new Set("HF_TOKEN HF_HOME GITHUB_OUTPUT NODE_ENV MODE PROD DEV VITEST".split(" "));

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  out: string;
  err: string;
}

/** A file of `scripts`, or a test's own that does what a host would. */
export type Script =
  | "pull"
  | "data"
  | "astro"
  | "check-site"
  | "export"
  | "restore"
  | "runner"
  | "queue"
  | "../tests/hostile/publish-site";

/** Where a command runs, and how. */
export interface StartOptions {
  env?: NodeJS.ProcessEnv;
  /** A shell line that ends in running its arguments. */
  through?: string;
}

/**
 * Starts one of our commands as people do, beside this process: a stand-in of the Hub may be in it.
 * The environment has nothing of the Hub's but what is given, and nothing that says that this is a
 * test: a site would be built without its policy.
 */
export function start(
  script: Script,
  args: string[],
  { env = {}, through = 'exec "$@"' }: StartOptions = {},
): { child: ChildProcess; ended: Promise<Ended> } {
  const outer = Object.fromEntries(Object.entries(process.env).filter(([name]) => !OURS.has(name)));
  const command = [process.execPath, `scripts/${script}.ts`, ...args];
  const child = spawn("sh", ["-c", through, "sh", ...command], {
    cwd: ROOT,
    env: { ...outer, NODE_COMPILE_CACHE: compiled, HF_TOKEN_PATH: "/nonexistent", ...env },
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    err += text;
  });
  const ended = new Promise<Ended>((done) => {
    child.on("close", (code, signal) => done({ code, signal, out, err }));
  });
  return { child, ended };
}
