import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, unlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll } from "vitest";

/** The repository's root. */
export const ROOT = resolve(import.meta.dirname, "../..");
const NAME = "open-leaderboard";
const run = promisify(execFile);

/** Folders of one test file, which are gone when its tests are done. */
const folders: string[] = [];
afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

async function folderOfFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "leaderboard-kit-"));
  folders.push(folder);
  return folder;
}

let packed: Promise<string> | undefined;

/** The package as `npm pack` makes it, unpacked: what others get, and nothing of the repository. */
export function unpacked(): Promise<string> {
  packed ??= pack();
  return packed;
}

async function pack(): Promise<string> {
  const folder = await folderOfFile();
  // The project's own npm scripts set a folder of the caller's in the way of npm's.
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], {
    cwd: ROOT,
    maxBuffer: 64e6,
  });
  const { filename } = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m))))[0] as {
    filename: string;
  };
  await run("tar", ["-xzf", join(folder, filename), "-C", folder]);
  return join(folder, "package");
}

/**
 * An example, copied into an empty folder, with the package and what that depends on as `npm install TARBALL` lays
 * them: the package as files of its own, the others by links to those of the repository, for no test needs a registry.
 */
export async function installed(example: string): Promise<string> {
  const folder = await folderOfFile();
  await cp(join(ROOT, "examples", example), folder, { recursive: true });
  const modules = await linkModules(folder);
  await mkdir(join(modules, ".bin"));
  await unlink(join(modules, NAME)).catch(() => {});
  await cp(await unpacked(), join(modules, NAME), { recursive: true });
  const { bin } = JSON.parse(await readFile(join(modules, NAME, "package.json"), "utf8"));
  for (const [command, file] of Object.entries<string>(bin)) {
    await symlink(join("..", NAME, file), join(modules, ".bin", command));
  }
  return folder;
}

/** A `node_modules` in a folder with links to the repository's packages, each by itself: its caches are not there. */
export async function linkModules(folder: string): Promise<string> {
  const modules = join(folder, "node_modules");
  await mkdir(modules);
  for (const name of await readdir(join(ROOT, "node_modules"))) {
    if (!name.startsWith(".")) await symlink(join(ROOT, "node_modules", name), join(modules, name));
  }
  return modules;
}

/** How a command ended, and all that it said. */
export interface Ended {
  code: number;
  out: string;
}

/** Lines typed into a shell in a folder; nothing of the repository's surroundings is set there. */
export async function type(
  folder: string,
  lines: string[],
  more: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const kept = Object.entries(process.env).filter(
    ([name]) =>
      !/^(?:npm_|SITE|OUT_DIR|PUBLIC_|LEADERBOARD_|HF_|VITE|VITEST|NODE_ENV|DEV|PROD|MODE|TEST)/i.test(
        name,
      ),
  );
  const env = { ...Object.fromEntries(kept), HF_TOKEN_PATH: "/nonexistent", ...more };
  return new Promise((done) => {
    execFile(
      "bash",
      ["-e", "-c", lines.join("\n")],
      { cwd: folder, env, maxBuffer: 64e6 },
      (error, out, err) => done({ code: error ? Number(error.code ?? 1) : 0, out: out + err }),
    );
  });
}
