import { join } from "node:path";
import type { Command } from "../executor.ts";
import { TAIL } from "../failure.ts";
import { runnerFile } from "../harness.ts";
import type { Machine } from "../machine.ts";
import type { SlurmSettings } from "./settings.ts";

/** What the comment of a runner's job begins with; the request's key follows. */
const MARK = "open-leaderboard";

/** Seconds for which a job goes on when it hears nothing of its runner. */
const SILENCE = 900;

/** How often a command may take as long as expected: Slurm ends it then. Never below an hour. */
const SLACK = 4;
const HOUR = 3600;

/** By it the next runner finds what a dead one left running. */
export function commentOf(request: string): string {
  return `${MARK} ${request}`;
}

/** A name that any cluster takes: for people who look at the queue. */
export function jobNameOf(name: string): string {
  return `eval-${name.replace(/[^\w.-]+/g, "_")}`.slice(0, 64);
}

/** Minutes after which Slurm ends a command. */
export function minutesOf({ needs, limits }: Pick<Command, "needs" | "limits">): number {
  const expected = needs.seconds === null ? limits.seconds : Math.max(HOUR, needs.seconds * SLACK);
  return Math.ceil(Math.min(limits.seconds, expected) / 60);
}

/** The words of sbatch for a command. A pure function; no shell reads them. */
export function sbatchWords(
  { name, request, needs, limits }: Pick<Command, "name" | "request" | "needs" | "limits">,
  { partition, account, gres, options }: SlurmSettings,
  machine: Machine,
  { place, python }: { place: string; python: string },
): string[] {
  return [
    "--parsable",
    "--requeue",
    "--export=NONE",
    `--job-name=${jobNameOf(name)}`,
    `--comment=${commentOf(request)}`,
    // Relative to the folder: in a path, % would mean something.
    "--output=slurm.out",
    "--open-mode=append",
    `--chdir=${place}`,
    "--nodes=1",
    "--ntasks=1",
    `--cpus-per-task=${coresFor(needs, machine)}`,
    `--mem=${mibFor(needs, machine)}M`,
    `--time=${minutesOf({ needs, limits })}`,
    ...(needs.gpus > 0 ? [`--gres=${gres}:${needs.gpus}`] : []),
    ...(partition === null ? [] : [`--partition=${partition}`]),
    ...(account === null ? [] : [`--account=${account}`]),
    ...options,
    runnerFile("slurm.sh"),
    python,
    runnerFile("slurm.py"),
    place,
  ];
}

/** With GPUs their share of the node's cores; without, all of them; to download, one. */
function coresFor({ gpus, network }: Command["needs"], machine: Machine): number {
  const { cores } = machine.cpu;
  if (network) return 1;
  if (gpus === 0) return cores;
  return Math.max(1, Math.min(cores, Math.floor((cores * gpus) / machine.gpus.length)));
}

/** A quarter more than expected, as what is above is killed; no more than a node has. */
function mibFor({ memory }: Command["needs"], { cpu }: Machine): number {
  return Math.max(1, Math.floor(Math.min(memory * 1.25, cpu.memory) / 2 ** 20));
}

/** What slurm.py reads: the command, with an environment that nobody else may read. */
export function commandFile({ argv, env, cwd, log, limits, empty }: Command): string {
  const { output } = limits;
  return JSON.stringify({ argv, env, cwd, log, output, tail: TAIL, empty, silence: SILENCE });
}

/** Where things are in the folder of a submission. */
export const files = (place: string) => ({
  command: join(place, "command.json"),
  alive: join(place, "alive"),
  ended: join(place, "ended.json"),
  said: join(place, "slurm.out"),
});
