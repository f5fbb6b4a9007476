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

/** Bytes for one weight; what is not known is taken for 16 bits, as most models are. */
const WEIGHT: Record<string, number> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  "8bit": 1,
  "4bit": 0.5,
  GPTQ: 0.5,
};

/** Tokens of context that a run has room for: what the leaderboard's harness gives at most. */
const CONTEXT = 4096;

/** Weights are not all: buffers, the largest layer's products, what the allocator cannot use. */
const AROUND = 1.2;

/** PyTorch itself and the harness's questions, in bytes. */
const PROGRAM = 1.5 * 2 ** 30;

/** Of a GPU's memory; the rest is its driver's. */
const USABLE = 0.9;

/** Tokens of a question with its examples and one choice: rough, corrected by past runs. */
const TOKENS = 1000;

/**
 * Operations a second that models of this kind reach: rough, corrected by past runs. Of a core: two of
 * them gave SmolLM2-135M 1 to 4 requests of some 300 tokens a second.
 */
const SPEED = { core: 8e10, gpu: 1e14 };

/** Starting Python, loading weights and tasks. Seconds; loading goes at some 200 MB a second. */
const START = 30;
const LOADING = 2e8;

/**
 * What a request takes on a machine, or, as a sentence, why it does not fit there. A pure function.
 *
 * - Memory: weights × their precision × 1.2, the keys and values of one context of 4,096 tokens (half a
 *   megabyte a token for 7 billion parameters in 16 bits: 32 layers × 4,096 × 2 × 2 bytes; otherwise
 *   as parameters to the power of 2/3), and 1.5 GiB for the program.
 * - GPUs: as few of the machine's as hold it; on a machine without, its free memory has to.
 * - Seconds: 2 operations for each weight and token, 1,000 tokens for each choice of each question,
 *   and what past runs on the device took beside what they were expected to (`factor`).
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
  const weight = WEIGHT[row.precision ?? ""] ?? 2;
  const keysAndValues = CONTEXT * 2 ** 19 * (weight / 2) * (params / 7e9) ** (2 / 3);
  const memory = params * weight * AROUND + keysAndValues + PROGRAM;
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
      : (START + (params * weight) / LOADING + (2 * params * TOKENS * asked) / speed) *
        factor(name);
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

/** Continuations that a model is asked about: choices of all questions. Null where the suite does not say. */
export function requestsOf({ benchmarks }: Suite): number | null {
  let sum = 0;
  for (const b of benchmarks) {
    const parts = b.subtasks.length > 0 ? b.subtasks : [{ n: b.metrics[0]?.n, choices: b.choices }];
    for (const { n, choices } of parts) {
      if (n === undefined) return null;
      sum += n * (choices ?? b.choices ?? 1);
    }
  }
  return sum;
}
