import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Unavailable } from "../../../src/pipeline/runner/programs.ts";
import { checkCommit, fetchSource } from "../../../src/pipeline/runner/source.ts";
import { tmpFolder } from "../cache/folder.ts";

function git(folder: string, ...args: string[]): string {
  const who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"];
  const { status, stdout, stderr } = spawnSync("git", ["-C", folder, ...who, ...args], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return stdout.trim();
}

async function commit(folder: string, version: string): Promise<string> {
  await mkdir(join(folder, "lm_stand_in"), { recursive: true });
  await writeFile(join(folder, "lm_stand_in/__init__.py"), `version = "${version}"\n`);
  git(folder, "add", ".");
  git(folder, "commit", "--quiet", "-m", `Version ${version}`);
  return git(folder, "rev-parse", "HEAD");
}

/** A repository with a stand-in of a package, at two commits. */
async function madeRepository() {
  const repository = await tmpFolder();
  git(repository, "init", "--quiet");
  return {
    repository,
    first: await commit(repository, "1"),
    second: await commit(repository, "2"),
  };
}

test("one commit comes, whichever the branch is at, and nothing else", async () => {
  const { repository, first, second } = await madeRepository();
  const folder = join(await tmpFolder(), "source");
  for (const [commit, version] of [
    [first, "1"],
    [second, "2"],
  ] as const) {
    // Over what was there before.
    await fetchSource({ repository, commit }, folder);
    expect(await readdir(folder)).toEqual([".git", "lm_stand_in"]);
    const text = await readFile(join(folder, "lm_stand_in/__init__.py"), "utf8");
    expect(text).toBe(`version = "${version}"\n`);
    expect(git(folder, "log", "--format=%H")).toBe(commit);
  }
});

test("a repository without the commit, and what is no repository, are said", async () => {
  const { first } = await madeRepository();
  const folder = join(await tmpFolder(), "source");
  const other = await tmpFolder();
  git(other, "init", "--quiet");
  await commit(other, "3");
  const empty = await tmpFolder();
  for (const place of [other, empty, "--upload-pack=touch x"]) {
    const fetched = fetchSource({ repository: place, commit: first }, folder);
    await expect(fetched).rejects.toBeInstanceOf(Unavailable);
    await expect(fetched).rejects.toThrow(`commit ${first} of ${place}`);
  }
  expect(existsSync(join(folder, "x"))).toBe(false);
});

test("a folder at another commit, or with a file that differs, is refused", async () => {
  const { repository, first, second } = await madeRepository();
  const folder = join(await tmpFolder(), "source");
  await fetchSource({ repository, commit: second }, folder);
  expect(() => checkCommit(folder, second)).not.toThrow();
  expect(() => checkCommit(folder, first)).toThrow(
    `is at commit ${second}, and has to be at ${first}`,
  );
  await writeFile(join(folder, "lm_stand_in/__init__.py"), "version = 'mine'\n");
  expect(() => checkCommit(folder, second)).toThrow("lm_stand_in/__init__.py");
  await fetchSource({ repository, commit: second }, folder);
  await writeFile(join(folder, "setup.py"), "");
  expect(() => checkCommit(folder, second)).toThrow("setup.py");
});

test("nothing that the machine's git would run at a checkout runs", async () => {
  const { repository, first } = await madeRepository();
  const home = await tmpFolder();
  const hooks = join(home, "hooks");
  await mkdir(hooks);
  await writeFile(join(hooks, "post-checkout"), `#!/bin/sh\ntouch ${home}/ran\n`);
  await chmod(join(hooks, "post-checkout"), 0o755);
  await writeFile(join(home, ".gitconfig"), `[core]\n\thooksPath = ${hooks}\n`);
  const before = process.env.HOME;
  process.env.HOME = home;
  try {
    // The hook is one that runs.
    const clone = join(home, "clone");
    spawnSync("git", ["clone", "--quiet", repository, clone]);
    expect(existsSync(join(home, "ran"))).toBe(true);
    spawnSync("rm", [join(home, "ran")]);
    await fetchSource({ repository, commit: first }, join(home, "source"));
    expect(existsSync(join(home, "ran"))).toBe(false);
  } finally {
    process.env.HOME = before;
  }
});
