import { cp, mkdir, readdir, rm } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { datasetInfo } from "@huggingface/hub";
import { sha256, sha256OfFile } from "../../cache/sha256.ts";
import { readable } from "../../hub/answer.ts";
import { publish } from "../../hub/publish.ts";
import { type Errand, ExecutorFailed } from "../executor.ts";
import { runnerFile } from "../harness.ts";
import { makeDataset } from "../upload.ts";

/** What a container is given of ours: a folder of a dataset at a commit, which it can only read. */
export interface Kit {
  dataset: string;
  commit: string;
  /** Folder in the dataset, named after its content. */
  path: string;
}

/** Of the folder of programs: what they import of each other goes along. */
const PROGRAMS = /^\w+\.py$/;

/**
 * Puts what a container needs into a private dataset: programs, lock file, task files, and the questions as they
 * were downloaded, so that it needs no token for those that are gated. What is there already is not sent again.
 *
 * @throws ExecutorFailed where the dataset is public: benchmarks' questions may not stand openly on the web
 */
export async function publishKit(
  {
    hub,
    harness,
    work,
    tasks,
    folder,
  }: Pick<Errand, "hub" | "harness" | "work" | "tasks" | "folder">,
  namespace: string,
): Promise<Kit> {
  const place = join(folder, "kit");
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  const questions = resolve(work, `hub/datasets-${harness.id}`);
  const nltk = process.env.NLTK_DATA || resolve(work, "hub/nltk");
  for (const name of await readdir(runnerFile("."))) {
    if (PROGRAMS.test(name)) await cp(runnerFile(name), join(place, name));
  }
  await copy(join(harness.lock.folder, "requirements.txt"), join(place, "requirements.txt"));
  await copy(questions, join(place, "questions/datasets"));
  await copy(nltk, join(place, "questions/nltk"));
  if (tasks !== undefined) await copy(tasks, join(place, "tasks"));
  const path = await digestOf(place);
  const dataset = `${namespace}/leaderboard-runner-kit`;
  await makeDataset(hub, dataset);
  const info = await readable(hub, dataset, () => datasetInfo({ ...hub.client, name: dataset }));
  if (!info.private) {
    throw new ExecutorFailed(
      `The dataset ${dataset} is public, and what jobs are given has questions of benchmarks: make it private.`,
    );
  }
  const { commit } = await publish(hub, {
    dataset,
    folder: place,
    into: path,
    title: `What jobs need: ${path}`,
  });
  await rm(place, { recursive: true, force: true });
  return { dataset, commit, path };
}

/** A folder's files, where there is one; locks of programs that run here are none of a container's. */
async function copy(from: string, to: string): Promise<void> {
  const filter = (path: string) => !/\.lock$|^\.git$|^__pycache__$/.test(basename(path));
  await mkdir(dirname(to), { recursive: true });
  await cp(from, to, { recursive: true, dereference: true, filter }).catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
}

/** 16 hex digits of all names and contents. */
async function digestOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
  const lines: string[] = [];
  for (const path of paths.sort()) {
    lines.push(`${relative(folder, path).split(sep).join("/")} ${await sha256OfFile(path)}`);
  }
  return sha256(lines.join("\n")).slice(0, 16);
}
