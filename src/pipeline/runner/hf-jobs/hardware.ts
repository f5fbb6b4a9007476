import { z } from "zod";
import type { Suite } from "../../../core/records/suite.ts";
import type { RequestRow } from "../../sources/requests.ts";
import type { Cost } from "../cost.ts";
import type { Machine } from "../machine.ts";
import { type Estimate, sizeOf } from "../size.ts";

/** A kind of machine that jobs may run on. */
export interface Hardware {
  /** As the Hub names it: `t4-small`. */
  kind: string;
  machine: Machine;
  price: Price;
}

/** Whole units of time are paid. */
export interface Price {
  /** Millionths of a dollar for one unit. */
  micro: number;
  per: Cost["per"];
}

const UNITS: Record<Cost["per"], number> = { second: 1, minute: 60, hour: 3600 };

/** Seconds of one unit. */
export function unitOf({ per }: Price): number {
  return UNITS[per];
}

/** As the Hub gives them; sizes are texts. The client has these fields, huggingface_hub says that `vram` is of all GPUs together. */
const entry = z.object({
  name: z.string().regex(/^[A-Za-z0-9][\w.-]{0,63}$/),
  cpu: z.string().regex(/^\d{1,4} vCPUs?$/),
  ram: z.string().regex(/^\d{1,5}(?:\.\d+)? GB$/),
  accelerator: z.object({
    type: z.literal("gpu"),
    model: z.string().regex(/^[\w .-]{1,40}$/),
    quantity: z.string().regex(/^[1-9]\d?$/),
    vram: z.string().regex(/^\d{1,5}(?:\.\d+)? GB$/),
    manufacturer: z.literal("Nvidia"),
  }),
  unitCostMicroUSD: z.number().int().positive().max(1e9),
  unitLabel: z.enum(["second", "minute", "hour"]),
});

/**
 * What the Hub lists with GPUs of a kind that PyTorch knows; what cannot be read, or has no price, is not taken. A CPU may
 * cost less, but a request would take hours there, and its estimate is the roughest.
 */
export function readHardware(list: unknown): Hardware[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((one) => {
    const read = entry.safeParse(one);
    return read.success ? [hardwareOf(read.data)] : [];
  });
}

function hardwareOf({ name, cpu, ram, accelerator, ...cost }: z.infer<typeof entry>): Hardware {
  const memory = Number.parseFloat(ram) * 1e9;
  const { model, quantity, vram } = accelerator;
  const count = Number(quantity);
  const each = (Number.parseFloat(vram) * 1e9) / count;
  const gpu = { name: `${model} of ${name}`, memory: each, driver: "unknown" };
  return {
    kind: name,
    machine: {
      cpu: { name, cores: Number.parseInt(cpu, 10), free: memory, memory },
      gpus: Array(count).fill(gpu),
    },
    price: { micro: cost.unitCostMicroUSD, per: cost.unitLabel },
  };
}

/** What so many seconds cost: units that were begun are paid whole. */
export function costOf(price: Price, seconds: number): Cost {
  const units = Math.ceil(seconds / unitOf(price));
  return {
    currency: "USD",
    amount: (units * price.micro) / 1e6,
    per: price.per,
    seconds: units * unitOf(price),
  };
}

/** Seconds until the first question: a container, and the packages of the lock file. A guess: nobody has measured it. */
export const SETUP = 600;

/**
 * What a request takes on the hardware on which it is expected to cost least; the price of an hour does not
 * decide, as a dear machine may be done sooner.
 *
 * @param most seconds that it may take
 * @returns or, as a sentence, why it runs on none
 */
export function cheapest(
  hardware: readonly Hardware[],
  row: RequestRow,
  suite: Suite,
  factor: (deviceName: string) => number,
  most: number,
): Estimate | string {
  const sized = hardware.map((one) => ({ one, size: sizeOf(row, suite, one.machine, factor) }));
  const fits = sized.flatMap(({ one, size }) => (typeof size === "string" ? [] : [{ one, size }]));
  if (fits.length === 0) return sized.at(-1)?.size.toString() ?? NONE;
  const timed = fits.flatMap(({ one, size }) =>
    size.seconds === null ? [] : [{ one, size, seconds: size.seconds }],
  );
  if (timed.length === 0) {
    return `How long ${row.model} takes cannot be said, and so not what it costs: its request says no size, or the suite not how many questions there are.`;
  }
  const soon = timed.filter(({ seconds }) => seconds <= most);
  if (soon.length === 0) return `${row.model} takes longer than one run may, on every machine.`;
  const [best] = soon
    .map(({ one, size, seconds }) => ({
      ...size,
      kind: one.kind,
      cost: costOf(one.price, SETUP + seconds),
      seconds,
    }))
    .sort((a, b) => a.cost.amount - b.cost.amount || a.seconds - b.seconds);
  return best!;
}

const NONE = "The Hub lists no machine for jobs whose size and price can be read.";

/** Of several machines the one whose GPUs have most memory; null of none. */
export function largest(hardware: readonly Hardware[]): Machine | null {
  const room = ({ gpus }: Machine) => gpus.reduce((sum, { memory }) => sum + memory, 0);
  const machines = hardware.map(({ machine }) => machine);
  return machines.sort((a, b) => room(b) - room(a))[0] ?? null;
}
