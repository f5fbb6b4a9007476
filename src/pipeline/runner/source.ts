import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { call, Unavailable } from "./programs.ts";

/** Where a commit comes from, and which it is. */
export interface Source {
  /** URL, or a folder of this machine. */
  repository: string;
  commit: string;
}

const NEED = "the harness's source is not there";

/**
 * Brings one commit of a repository into an empty folder. A commit's name is a digest of its content, so
 * it does not matter which copy of the repository it comes from; that it is the one is checked.
 *
 * @throws Unavailable where the repository is none, is out of reach, or has no such commit
 */
export async function fetchSource({ repository, commit }: Source, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const git = (...args: string[]) =>
    call("git", ["-C", folder, ...args], `${NEED} (commit ${commit} of ${repository})`);
  git("init", "--quiet");
  git("fetch", "--quiet", "--depth", "1", "--no-tags", "--", repository, commit);
  // Nothing of this machine's settings is run for it.
  const plain = ["-c", `core.hooksPath=${join(folder, "none")}`, "-c", "advice.detachedHead=false"];
  git(...plain, "checkout", "--quiet", "--detach", "FETCH_HEAD");
  checkCommit(folder, commit);
}

/**
 * Holds what is checked out in a folder against a commit: its name, and that no file differs from it.
 *
 * @throws Unavailable where it is another
 */
export function checkCommit(folder: string, commit: string): void {
  const git = (...args: string[]) => call("git", ["-C", folder, ...args], NEED);
  const head = git("rev-parse", "HEAD").trim();
  if (head !== commit) {
    throw new Unavailable(`${folder} is at commit ${head}, and has to be at ${commit}: ${NEED}.`);
  }
  const changed = git("status", "--porcelain", "--ignored");
  if (changed !== "") {
    const first = changed.split("\n")[0]!.slice(3);
    throw new Unavailable(`${folder} is not as commit ${commit} has it (${first}): ${NEED}.`);
  }
}
