import { memoryOf, requestsOf, SPEED, secondsOf } from "../../core/queue/size.ts";
import type { Suite } from "../../core/records/suite.ts";
import { byteSize } from "../../core/table/format.ts";
import type { RequestRow } from "../sources/requests.ts";
import type { Cost } from "./cost.ts";
import { deviceName, type Machine } from "./machine.ts";

/** What a run is expected to take. */
export interface Estimate {
  /** As PyTorch names it. */
  device: "cpu" | "cuda";
  /** The machine's, as past runs are compared by. */
  deviceName: string;
  /** GPUs that it is spread over; 0 on a CPU. */
  gpus: number;
  /** Bytes, all GPUs together. */
  memory: number;
  /** Null where the suite does not say how many questions there are, or the request how large the model is. */
  seconds: number | null;
  /** Null where nobody said what the machine costs, or how long it takes is not known. */
  cost: Cost | null;
  /** Of an executor with several kinds of machines, the kind: as the Hub names it, `t4-small`. */
  kind?: string;
}

/** Of a GPU's memory; the rest is its driver's. */
const USABLE = 0.9;

/**
 * What a request takes on a machine, or, as a sentence, why it does not fit there. A pure function.
 *
 * - Memory and seconds: the plain rule of `core/queue/size.ts`, by which submitters are told too; seconds
 *   times what past runs on the device took beside what they were expected to (`factor`).
 * - GPUs: as few of the machine's as hold it; on a machine without, its free memory has to.
 *
 * @param factor how much longer than expected runs on a device took, by its name; 1 where none is known
 */
export function sizeOf(
  row: RequestRow,
  suite: Suite,
  machine: Machine,
  factor: (deviceName: string) => number = () => 1,
): Estimate | string {
  const params = (row.params_b ?? 0) * 1e9;
  const memory = memoryOf(params, row.precision);
  const needed = `${row.model} needs about ${byteSize(memory)} of memory`;
  const gpus = gpusFor(memory, machine);
  const room = byteSize(roomOf(machine));
  if (machine.gpus.length > 0 && gpus === null) {
    return `${needed}; the ${machine.gpus.length} GPUs here have ${room} to use.`;
  }
  if (machine.gpus.length === 0 && memory > roomOf(machine)) {
    return `${needed}; ${room} are free here, and there is no GPU.`;
  }
  const used = gpus ?? 0;
  const name = deviceName(machine, used);
  const speed = used > 0 ? SPEED.gpu * used : SPEED.core * machine.cpu.cores;
  const asked = requestsOf(suite);
  const seconds =
    asked === null || params === 0
      ? null
      : secondsOf(params, row.precision, asked, speed) * factor(name);
  const device = used > 0 ? "cuda" : "cpu";
  return { device, deviceName: name, gpus: used, memory, seconds, cost: null };
}

/** Bytes that a model may take on a machine: of its GPUs, or where it has none, of its free memory. */
export function roomOf({ gpus, cpu }: Machine): number {
  return gpus.length > 0 ? gpus.reduce((sum, g) => sum + g.memory, 0) * USABLE : cpu.free;
}

/** @returns null where all together are too small, or there is none */
function gpusFor(memory: number, { gpus }: Machine): number | null {
  let sum = 0;
  for (const [i, gpu] of [...gpus].sort((a, b) => b.memory - a.memory).entries()) {
    sum += gpu.memory * USABLE;
    if (sum >= memory) return i + 1;
  }
  return null;
}
