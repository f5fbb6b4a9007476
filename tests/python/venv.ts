import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";

/** Where the checks in Python stand. */
export const TESTS = "tests/python";

/** What the newest pandas needs. */
const OLDEST = "3.11";

/** Python or its packages are not to be had: no fault of the project. */
export class Unavailable extends Error {}

/** Runs a check; where Python is not to be had, it says so and ends well. */
export async function orSayWhy(check: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await check();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`\nNOTHING WAS CHECKED WITH PYTHON: ${error.message}`);
  }
}

/**
 * A virtual environment with the packages of a requirements file, made once for each content of it.
 *
 * @returns the folder of its commands
 * @throws Unavailable without Python, or where its packages cannot be fetched
 */
export async function environment(requirements: string): Promise<string> {
  const path = join(TESTS, requirements);
  const digest = createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 12);
  const home = resolve("node_modules/.cache/python", `${digest}-${pythonVersion()}`);
  const commands = join(home, "bin");
  const whole = join(home, "whole");
  if (existsSync(whole)) return commands;
  await rm(home, { recursive: true, force: true });
  await mkdir(dirname(home), { recursive: true });
  call("python3", ["-m", "venv", home]);
  console.log(`Installing ${path} …`);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", path];
  call(join(commands, "python"), pip);
  await writeFile(whole, "");
  return commands;
}

function pythonVersion(): string {
  const version = call("python3", [
    "-c",
    "import sys; print('%d.%d' % sys.version_info[:2])",
  ]).trim();
  const [major, minor] = version.split(".").map(Number);
  if (major !== 3 || minor! < Number(OLDEST.split(".")[1])) {
    throw new Unavailable(`Python ${version} is here, ${OLDEST} or newer is needed.`);
  }
  return version;
}

function call(command: string, args: string[]): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw new Unavailable(`there is no ${command} (${error.message}).`);
  if (status !== 0) {
    const reason = stderr.trim().split("\n").at(-1) ?? "";
    throw new Unavailable(`${command} ${args.join(" ")} failed: ${reason}`);
  }
  return stdout;
}
