import { readdir, readFile } from "node:fs/promises";
import type { World } from "./world.ts";

/** Processes of the harness that were started in the runner's folder, and those that measure them. */
export async function harnesses(world: World): Promise<string[]> {
  return (await commandsOf(world)).map(({ pid }) => pid);
}

/** Once the harness has been started so many times. What measures it is still launch.py by name. */
export async function harnessRuns(world: World, times: number): Promise<string> {
  const seen = new Set<string>();
  for (let i = 0; i < 1500 && seen.size < times; i++) {
    await new Promise((done) => setTimeout(done, 100));
    for (const { pid, line } of await commandsOf(world)) {
      if (!line.includes("launch.py")) seen.add(pid);
    }
  }
  return [...seen].at(-1)!;
}

async function commandsOf({ work }: World): Promise<{ pid: string; line: string }[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name));
  const all = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      line: await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => ""),
    })),
  );
  return all.filter(({ line }) => line.includes(work) && line.includes("\0lm_eval\0"));
}
