import { UserError } from "../../../core/records/user-error.ts";
import { ExecutorFailed } from "../executor.ts";
import type { Machine } from "../machine.ts";
import { call, errorIn } from "./call.ts";
import type { SlurmSettings } from "./settings.ts";

/** A node of a partition. */
export interface Node {
  partition: string;
  isDefault: boolean;
  cores: number;
  /** Bytes. */
  memory: number;
  /** Types of its GPUs, one for each: `a100`, or empty where Slurm was told none. */
  gpus: string[];
  isUp: boolean;
}

const FORMAT = "%P|%c|%m|%t|%G";

/** Lines of `sinfo --Node --noheader --format=%P|%c|%m|%t|%G`; others are passed over. */
export function parseNodes(text: string): Node[] {
  return text.split("\n").flatMap((line) => {
    const [partition, cores, mib, state, gres] = line.trim().split("|");
    if (!partition || gres === undefined) return [];
    return [
      {
        partition: partition.replace(/\*$/, ""),
        isDefault: partition.endsWith("*"),
        cores: Number.parseInt(cores!, 10),
        memory: Number.parseInt(mib!, 10) * 2 ** 20,
        gpus: gpusIn(gres),
        isUp: !/^(?:down|drain|drng|fail|maint|unk|boot)/.test(state!),
      },
    ];
  });
}

/** `gpu:a100:4(S:0-1),gpu:2,shard:8`: four of a type, and two without. */
function gpusIn(gres: string): string[] {
  const parts = gres.matchAll(/(?<=^|,)gpu(?::([A-Za-z][^:(),]*))?(?::(\d+))?(?=[,(]|$)/g);
  return [...parts].flatMap(([, type = "", count = "1"]) => Array(Number(count)).fill(type));
}

/**
 * The largest node of a partition, as a job runs on one: most GPUs, then most memory, those that are up
 * before those that are not.
 *
 * @throws UserError where there is none, or nobody has said how much memory its GPUs have
 */
export function machineOf(nodes: readonly Node[], settings: SlurmSettings): Machine {
  const [, type] = settings.gres.split(":");
  const chosen = nodes
    .filter((n) => (settings.partition === null ? n.isDefault : n.partition === settings.partition))
    .map((n) => ({ ...n, gpus: n.gpus.filter((name) => type === undefined || name === type) }))
    .sort(
      (a, b) =>
        Number(b.isUp) - Number(a.isUp) || b.gpus.length - a.gpus.length || b.memory - a.memory,
    );
  const [node] = chosen;
  if (node === undefined) {
    throw new UserError(
      settings.partition === null
        ? "Slurm has no default partition: name one with --slurm-partition."
        : `Slurm has no nodes in the partition ${settings.partition}: sinfo lists those there are; name one with --slurm-partition.`,
    );
  }
  if (node.gpus.length > 0 && settings.gpuMemory === null) {
    throw new UserError(
      `The partition ${node.partition} has GPUs, and Slurm does not know their memory: say it with --slurm-gpu-memory GIGABYTES, or 0 to run without them.`,
    );
  }
  const memory = settings.gpuMemory ?? 0;
  const gpus = memory === 0 ? [] : node.gpus;
  return {
    cpu: {
      name: `the Slurm partition ${node.partition}`,
      cores: node.cores,
      free: node.memory,
      memory: node.memory,
    },
    gpus: gpus.map((name) => ({
      name: `${name || "GPU"} of ${node.partition}`,
      memory,
      driver: "unknown",
    })),
  };
}

/** @throws UserError as `machineOf`, or where Slurm does not answer */
export async function slurmMachine(settings: SlurmSettings): Promise<Machine> {
  const said = await call("sinfo", ["--Node", "--noheader", `--format=${FORMAT}`]);
  if (!said.ok)
    throw new ExecutorFailed(`Slurm does not say which nodes it has: ${errorIn(said)}.`);
  return machineOf(parseNodes(said.out), settings);
}
