import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import {
  type Harness,
  installHarness,
  isInstalled,
  lockedHarness,
} from "../../src/pipeline/runner/harness.ts";
import type { Harnessed } from "../../src/pipeline/runner/locks.ts";
import { Unavailable } from "../../src/pipeline/runner/programs.ts";
import { V2_EPOCH } from "./harness.ts";

/** Where the harness is installed, and what else the tests need of PyPI. */
export const WORK = resolve(process.env.RUNNER_WORK ?? ".cache/runner");

/** A suite that names no harness: the newest of PyPI. */
export const ANY: Harnessed = { id: "any", epochs: [] };

/** NLTK's data. */
export const NLTK = join(WORK, "nltk");

/** In place of the newest harness of PyPI, the v2 suite's. */
const OWN = "--suite-harness";

/**
 * `npm run test:runner`: the real harness, for real. It is installed first, with hashes. Where PyPI is
 * not to be reached, that is said, and nothing is tested.
 */
export async function testRunner(args: string[]): Promise<number> {
  const own = args.includes(OWN);
  try {
    await installedHarness(own ? { id: "compass", epochs: [V2_EPOCH] } : ANY);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`\nTHE RUNNER WAS NOT TESTED WITH THE REAL HARNESS: ${error.message}`);
    return 0;
  }
  const config = "tests/runner/vitest.config.ts";
  const { status } = spawnSync(
    "vitest",
    ["run", "--config", config, ...args.filter((a) => a !== OWN)],
    {
      stdio: "inherit",
      env: { ...process.env, ...(own && { SUITE_HARNESS: "1" }) },
    },
  );
  return status ?? 1;
}

/**
 * The locked harness of a suite, installed, with NLTK's data.
 *
 * @throws Unavailable without Python or PyPI
 */
export async function installedHarness(suite = ANY): Promise<Harness> {
  const harness = await lockedHarness(suite, WORK);
  const start = performance.now();
  const isNew = !isInstalled(harness);
  if (isNew) console.log(`Installing ${harness.package} ${harness.version} …`);
  await installHarness(harness);
  await fetchNltk(harness);
  const seconds = ((performance.now() - start) / 1000).toFixed(0);
  if (isNew) console.log(`Installed: ${seconds} s`);
  return harness;
}

/** The folder of the installed package lm_eval. */
export function packageIn({ bin }: Harness): string {
  const lib = join(dirname(bin), "lib");
  const [python] = readdirSync(lib);
  return join(lib, python!, "site-packages/lm_eval");
}

async function fetchNltk({ bin }: Harness): Promise<void> {
  if (existsSync(join(NLTK, "whole"))) return;
  const python = join(bin, "python");
  const wheels = join(dirname(NLTK), "wheels");
  await mkdir(wheels, { recursive: true });
  const from = ["--require-hashes", "-r", "tests/runner/requirements.txt", "-d", wheels];
  call(python, ["-m", "pip", "download", "--quiet", "--no-deps", ...from]);
  const [wheel] = (await readdir(wheels)).filter((name) => name.endsWith(".whl"));
  call(python, ["tests/runner/unpack.py", join(wheels, wheel!), NLTK]);
  await writeFile(join(NLTK, "whole"), "");
}

/** @throws Unavailable where it does not end well: here, all of it needs Python and PyPI */
export function call(command: string, args: string[], env: NodeJS.ProcessEnv = {}): void {
  const { status, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: { ...process.env, ...env },
  });
  if (status === 0) return;
  throw new Unavailable(
    `${args.slice(0, 3).join(" ")} failed: ${stderr.trim().split("\n").at(-1)}`,
  );
}
