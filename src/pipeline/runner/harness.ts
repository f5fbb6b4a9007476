import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import { sha256 } from "../cache/sha256.ts";
import { packageRoot } from "../installed/package-root.ts";
import { typed } from "../installed/typed.ts";
import {
  type Harnessed,
  type Lock,
  lockOf,
  nameOf,
  objectionToPython,
  readLocks,
} from "./locks.ts";
import { call, Unavailable } from "./programs.ts";
import { fetchSource } from "./source.ts";

/** The harness that a lock file pins, with all that it runs on. */
export interface Harness {
  /** As PyPI names it. */
  package: string;
  version: string;
  /** Of the repository that it comes from; null for one of PyPI. */
  commit: string | null;
  /** Where that commit is fetched from: URL, or a folder of this machine. */
  repository: string | null;
  /** Of the lock file: the same packages, byte for byte. */
  lock_sha256: string;
  /** Names folders of this harness on these packages. */
  id: string;
  /** Its folder of `scripts/runner/locks`. */
  lock: Lock;
  /** Folder of its commands; there once it is installed. */
  bin: string;
}

/** What was installed last by this file is whole. */
const WHOLE = "whole";

const NEED = "the harness is not installed";

/** Where the programs are that stand around a run. */
export function runnerFile(name: string): string {
  return join(packageRoot(), "scripts/runner", name);
}

/**
 * The harness of a suite, as it is locked; whether it is installed is another question (`isInstalled`).
 *
 * @param work the runner's folder
 * @param own `HARNESS_REPOSITORY`, where it is set, is fetched from in place of the suite's repository
 * @throws UserError where the suite's harness is not locked
 */
export async function lockedHarness(
  suite: Harnessed,
  work: string,
  own = process.env,
): Promise<Harness> {
  const lock = lockOf(suite, await readLocks());
  const path = lockFile(lock);
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) {
    throw new UserError(`There is no ${path}: ${typed("runner", "lock")} makes it.`);
  }
  const digest = sha256(text);
  const { package: name, version, commit = null } = lock;
  const id = [digest.slice(0, 16), ...(commit === null ? [] : [commit.slice(0, 8)])].join("-");
  const repository = own.HARNESS_REPOSITORY || suite.epochs.at(-1)?.repository || null;
  return {
    package: name,
    version,
    commit,
    repository: commit === null ? null : repository,
    lock_sha256: digest,
    id,
    lock,
    bin: resolve(work, "harness", id, "bin"),
  };
}

export function isInstalled({ bin }: Harness): boolean {
  return existsSync(join(dirname(bin), WHOLE));
}

/**
 * Installs exactly what the lock names, every file held against its hash, and of a harness that is a
 * commit that commit, which is fetched, checked and built with nothing but what the lock named.
 *
 * @throws Unavailable without Python or git, or where packages or the commit do not come
 */
export async function installHarness(harness: Harness): Promise<void> {
  if (isInstalled(harness)) return;
  const program = pythonFor(harness.lock);
  const home = dirname(harness.bin);
  await rm(home, { recursive: true, force: true });
  await mkdir(dirname(home), { recursive: true });
  // First, as it takes seconds, and packages take minutes.
  const source = await sourceOf(harness, `${home}.source`);
  call(program, ["-m", "venv", home], NEED);
  // The lock names all there is, so that nothing has to be looked for.
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
  const python = join(harness.bin, "python");
  call(python, [...pip, "--require-hashes", "-r", lockFile(harness.lock)], NEED);
  if (source !== null) {
    call(python, [...pip, "--no-build-isolation", "--no-index", source], NEED);
    await rm(source, { recursive: true, force: true });
  }
  await writeFile(join(home, WHOLE), "");
}

/** The program that is installed with: `RUNNER_PYTHON`, else `python3`. */
function pythonFor(lock: Lock): string {
  const program = process.env.RUNNER_PYTHON || "python3";
  const print = "import sys; print('%d.%d' % sys.version_info[:2])";
  const objection = objectionToPython(lock, call(program, ["-c", print], NEED).trim());
  if (objection === null) return program;
  throw new Unavailable(
    `${program} ${objection}: name another in the environment variable RUNNER_PYTHON.`,
  );
}

function lockFile({ folder }: Lock): string {
  return join(folder, "requirements.txt");
}

/** The folder with the harness's commit; null for one of PyPI. */
async function sourceOf({ commit, repository }: Harness, folder: string): Promise<string | null> {
  if (commit === null) return null;
  if (repository === null) {
    throw new UserError(
      `The harness is commit ${commit}, and nothing says of which repository: name it in the suite's last epoch, ` +
        'as "repository": "https://…", or in the environment variable HARNESS_REPOSITORY.',
    );
  }
  await fetchSource({ repository, commit }, folder);
  return folder;
}

/**
 * Makes the lock file of a suite's harness anew from its `requirements.in`: the newest versions that go
 * together, or the newest of its day, with the hashes of their files, for every system and Python from
 * 3.11 on.
 *
 * @returns the lock's name
 * @throws Unavailable as `installHarness`
 */
export async function lockHarness(suite: Harnessed, work: string): Promise<string> {
  const lock = lockOf(suite, await readLocks());
  const home = resolve(work, "uv");
  await mkdir(home, { recursive: true });
  const need = "the lock file is as it was";
  call(process.env.RUNNER_PYTHON || "python3", ["-m", "venv", home], need);
  call(join(home, "bin/python"), ["-m", "pip", "install", "--quiet", "uv"], need);
  call(join(home, "bin/uv"), compileArguments(lock), need);
  return `${basename(lock.folder)} (${nameOf(lock)})`;
}

/** What `uv` is told, to lock. */
export function compileArguments({ folder, until }: Lock): string[] {
  const options = ["--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"];
  const day = until === undefined ? [] : ["--exclude-newer", until];
  const command = typed("runner", "lock");
  const told = ["--quiet", "--no-annotate", "--custom-compile-command", command];
  const [from, to] = ["requirements.in", "requirements.txt"].map((name) => join(folder, name));
  return ["pip", "compile", ...options, ...day, ...told, from!, "-o", to!];
}
