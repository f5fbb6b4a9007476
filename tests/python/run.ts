import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UserError } from "../../src/core/records/user-error.ts";
import { serve } from "../../src/pipeline/built/serve.ts";
import { snapshotFolder } from "../../src/pipeline/snapshot/folder.ts";
import { environment, orSayWhy, TESTS } from "./venv.ts";

const SITE = process.env.OUT_DIR ?? "dist";

/** The published files, read by the Python tools that they are made for. */
export async function checkWithPython(): Promise<void> {
  for (const needed of [`${snapshotFolder}/manifest.json`, `${SITE}/data/index.html`]) {
    if (!existsSync(needed)) {
      throw new UserError(`There is no ${needed}: run npm run data and npm run build first.`);
    }
  }
  await orSayWhy(async () => {
    const tools = await environment("requirements.txt");
    const citations = await environment("requirements-cff.txt");
    return await check(join(tools, "python"), join(citations, "cffconvert"));
  });
}

/** Runs the tests against the served site and gives their exit code. */
async function check(python: string, cffconvert: string): Promise<number> {
  const versions = readFileSync(join(TESTS, "requirements.txt"), "utf8").match(/^\w.*==.*$/gm);
  console.log(`Checked with ${[...(versions ?? []), "cffconvert"].join(", ")}:`);
  const server = await serve(SITE);
  try {
    return await runPython(python, ["-m", "unittest", "discover", "-v", "-s", TESTS], {
      SITE: server.url,
      SNAPSHOT: resolve(snapshotFolder),
      CFFCONVERT: resolve(cffconvert),
      NO_PROXY: "127.0.0.1",
      // Nothing is asked of the Hub.
      HF_HUB_OFFLINE: "1",
      HF_HUB_DISABLE_TELEMETRY: "1",
      HF_DATASETS_DISABLE_PROGRESS_BARS: "1",
      PYTHONWARNINGS: "ignore",
    });
  } finally {
    await server.close();
  }
}

/** The board recomputed from its inputs, and compared with all that was made of them. */
export async function checkBoard(): Promise<void> {
  if (!existsSync(`${snapshotFolder}/manifest.json`)) {
    throw new UserError(`There is no ${snapshotFolder}/manifest.json: run npm run data first.`);
  }
  await orSayWhy(async () => {
    const python = join(await environment("requirements.txt"), "python");
    const folders = { data: "data", tables: snapshotFolder, site: SITE, shared: "../shared/data" };
    const args = Object.entries(folders).flatMap(([name, folder]) => [`--${name}`, folder]);
    return await runPython(python, ["-m", "board", ...args], { PYTHONPATH: TESTS });
  });
}

/** Runs Python and gives its exit code. */
async function runPython(
  python: string,
  args: string[],
  env: Record<string, string>,
): Promise<number> {
  const child = spawn(resolve(python), args, {
    stdio: "inherit",
    env: { ...process.env, ...env, PYTHONDONTWRITEBYTECODE: "1" },
  });
  return await new Promise((done) => child.on("exit", (code) => done(code ?? 1)));
}
