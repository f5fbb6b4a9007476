import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { UserError } from "../../src/core/records/user-error.ts";
import { serve } from "../../src/pipeline/built/serve.ts";
import { snapshotFolder } from "../../src/pipeline/snapshot/folder.ts";

const SITE = process.env.OUT_DIR ?? "dist";
const TESTS = "tests/python";

/** What the newest pandas needs. */
const OLDEST = "3.11";

/** Python or its packages are not to be had: no fault of the project. */
class Unavailable extends Error {}

/** The published files, read by the Python tools that they are made for. */
export async function checkWithPython(): Promise<void> {
  for (const needed of [`${snapshotFolder}/manifest.json`, `${SITE}/data/index.html`]) {
    if (!existsSync(needed)) {
      throw new UserError(`There is no ${needed}: run npm run data and npm run build first.`);
    }
  }
  try {
    const tools = await environment("requirements.txt");
    const citations = await environment("requirements-cff.txt");
    process.exitCode = await check(join(tools, "python"), join(citations, "cffconvert"));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`\nNOTHING WAS CHECKED WITH PYTHON: ${error.message}`);
  }
}

/** Runs the tests against the served site and gives their exit code. */
async function check(python: string, cffconvert: string): Promise<number> {
  const versions = readFileSync(join(TESTS, "requirements.txt"), "utf8").match(/^\w.*==.*$/gm);
  console.log(`Checked with ${[...(versions ?? []), "cffconvert"].join(", ")}:`);
  const server = await serve(SITE);
  try {
    const env = {
      ...process.env,
      SITE: server.url,
      SNAPSHOT: resolve(snapshotFolder),
      CFFCONVERT: resolve(cffconvert),
      NO_PROXY: "127.0.0.1",
      // Nothing is asked of the Hub.
      HF_HUB_OFFLINE: "1",
      HF_HUB_DISABLE_TELEMETRY: "1",
      HF_DATASETS_DISABLE_PROGRESS_BARS: "1",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONWARNINGS: "ignore",
    };
    const args = ["-m", "unittest", "discover", "-v", "-s", TESTS];
    const child = spawn(resolve(python), args, { stdio: "inherit", env });
    return await new Promise((done) => child.on("exit", (code) => done(code ?? 1)));
  } finally {
    await server.close();
  }
}

/**
 * A virtual environment with the packages of a requirements file, made once for each content of it.
 *
 * @returns the folder of its commands
 */
async function environment(requirements: string): Promise<string> {
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
