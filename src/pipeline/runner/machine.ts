import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { availableParallelism, cpus, freemem, totalmem } from "node:os";
import { z } from "zod";

const gpu = z.object({ name: z.string(), memory: z.number(), driver: z.string() });

export const machineSchema = z.object({
  /** Name of the processor, cores that may be used, bytes of memory that are free and that there are. */
  cpu: z.object({ name: z.string(), cores: z.number(), free: z.number(), memory: z.number() }),
  /** Memory in bytes. Empty without GPU. */
  gpus: z.array(gpu),
});

/** What a machine has. */
export type Machine = z.infer<typeof machineSchema>;

/** What this machine has: GPUs as `nvidia-smi` says, memory as the system does. */
export async function thisMachine(): Promise<Machine> {
  return {
    cpu: {
      name: cpus()[0]?.model.trim() || "unknown",
      cores: availableParallelism(),
      free: (await available()) ?? freemem(),
      memory: totalmem(),
    },
    gpus: parseGpus(await nvidiaSmi()),
  };
}

const QUERY = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader,nounits"];

/** What `nvidia-smi` prints; nothing where there is none. */
function nvidiaSmi(): Promise<string> {
  return new Promise((done) => {
    execFile("nvidia-smi", QUERY, { timeout: 10_000 }, (error, out) => done(error ? "" : out));
  });
}

/** Lines as `NVIDIA A100-SXM4-80GB, 81920, 535.104.05`: name, MiB, driver. Others are passed over. */
export function parseGpus(text: string): Machine["gpus"] {
  return text.split("\n").flatMap((line) => {
    const [name = "", mib = "", driver = ""] = line.split(",").map((part) => part.trim());
    const memory = /^\d+$/.test(mib) ? Number(mib) * 2 ** 20 : 0;
    return name !== "" && memory > 0 ? [{ name, memory, driver }] : [];
  });
}

/** Linux counts what it can give back (caches) apart from what is free. */
async function available(): Promise<number | null> {
  const text = await readFile("/proc/meminfo", "utf8").catch(() => "");
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(text)?.[1];
  return kib === undefined ? null : Number(kib) * 1024;
}

/** As past runs are compared by: runs on the same kind of machine are alike. */
export function deviceName({ cpu, gpus }: Machine, used: number): string {
  return used > 0 && gpus[0] ? `${used} × ${gpus[0].name}` : `${cpu.cores} cores of ${cpu.name}`;
}
