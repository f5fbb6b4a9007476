import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { sha256 } from "../cache/sha256.ts";
import { packageRoot } from "../installed/package-root.ts";
import { typed } from "../installed/typed.ts";

/** The harness that a lock file pins, with all that it runs on. */
export interface Harness {
  /** As PyPI names it. */
  package: string;
  version: string;
  /** Of the lock file: the same packages, byte for byte. */
  lock_sha256: string;
  /** Folder of its commands; there once it is installed. */
  bin: string;
}

/** What was installed last by this file is whole. */
const WHOLE = "whole";

/** Where the lock file is, and the programs that stand around a run. */
export function runnerFile(name: string): string {
  return join(packageRoot(), "scripts/runner", name);
}

/**
 * The harness of the lock file; whether it is installed is another question (`isInstalled`).
 *
 * @param work the runner's folder
 * @throws UserError where the lock pins none
 */
export async function lockedHarness(work: string): Promise<Harness> {
  const lock = await readFile(runnerFile("requirements.txt"), "utf8");
  const version = /^lm[-_]eval==([\w.]+)/m.exec(lock)?.[1];
  if (version === undefined) {
    throw new UserError(
      `${runnerFile("requirements.txt")} pins no lm_eval: make it with ${typed("runner", "lock")}.`,
    );
  }
  const digest = sha256(lock);
  const bin = resolve(work, "harness", digest.slice(0, 16), "bin");
  return { package: "lm_eval", version, lock_sha256: digest, bin };
}

export function isInstalled({ bin }: Harness): boolean {
  return existsSync(join(dirname(bin), WHOLE));
}

/**
 * Installs exactly what the lock names: every file that comes is held against its hash.
 *
 * @throws Unavailable without Python, or where its packages do not come
 */
export async function installHarness(harness: Harness): Promise<void> {
  if (isInstalled(harness)) return;
  const home = dirname(harness.bin);
  await rm(home, { recursive: true, force: true });
  await mkdir(dirname(home), { recursive: true });
  call("python3", ["-m", "venv", home]);
  const lock = runnerFile("requirements.txt");
  // The lock names all there is, so that nothing has to be looked for.
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  call(join(harness.bin, "python"), [...pip, "--require-hashes", "-r", lock]);
  await writeFile(join(home, WHOLE), "");
}

/**
 * Makes the lock file anew from `requirements.in`: the newest versions that go together, with the
 * hashes of their files, for every system and Python from 3.11 on.
 *
 * @throws Unavailable as `installHarness`
 */
export async function lockHarness(work: string): Promise<void> {
  const home = resolve(work, "uv");
  await mkdir(home, { recursive: true });
  call("python3", ["-m", "venv", home]);
  call(join(home, "bin/python"), ["-m", "pip", "install", "--quiet", "uv"]);
  const command = typed("runner", "lock");
  const [source, lock] = [runnerFile("requirements.in"), runnerFile("requirements.txt")];
  const options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"];
  const told = ["--quiet", "--no-annotate", "--custom-compile-command", command];
  call(join(home, "bin/uv"), ["pip", "compile", ...options, ...told, source, "-o", lock]);
}

/** Python or its packages are not to be had. */
export class Unavailable extends UserError {}

function call(command: string, args: string[]): void {
  const { error, status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error) {
    throw new Unavailable(
      `There is no ${command} (${error.message}): the harness needs Python 3.11 or newer.`,
    );
  }
  if (status === 0) return;
  const reason = stderr
    .trim()
    .split("\n")
    .findLast((line) => /ERROR|error/.test(line));
  throw new Unavailable(
    `${command} ${args.slice(0, 3).join(" ")} … failed, so the harness is not installed: ${reason ?? `exit ${status}`}`,
  );
}

/**
 * Why the locked harness may not be used for a suite; null where it may. Where the suite's last epoch names
 * a commit, its scores are that harness's, and the lock's is another: tables tell harnesses apart by
 * epochs, so a result of today would be taken for one of that epoch.
 */
export function otherHarness(suite: Suite, { package: name, version }: Harness): string | null {
  const epoch = suite.epochs.at(-1);
  if (!epoch?.commit) return null;
  return (
    `The suite ${suite.id} is scored by the harness of its epoch ${epoch.id} (commit ${epoch.commit}); the lock file has ` +
    `${name} ${version} of PyPI, whose scores are not to be mixed with those. To go on with this one, add an epoch ` +
    'to the suite\'s field epochs, with "id", "since" (its first day) and "what", without "commit".'
  );
}
