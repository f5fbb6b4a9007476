import { readdir, readFile } from "node:fs/promises";
import type { World } from "./world.ts";

/** Processes of the harness that were started in the runner's folder. */
export async function harnesses({ work }: World): Promise<string[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return pids.filter((_, i) => lines[i]!.includes(work) && lines[i]!.includes("\0lm_eval\0"));
}

/** Once the harness has been started so many times. */
export async function harnessRuns(world: World, times: number): Promise<string> {
  const seen = new Set<string>();
  for (let i = 0; i < 1500 && seen.size < times; i++) {
    await new Promise((done) => setTimeout(done, 100));
    for (const pid of await harnesses(world)) seen.add(pid);
  }
  return [...seen].at(-1)!;
}
