import { z } from "zod";
import { UserError } from "../../core/records/user-error.ts";

const known = z.number().nonnegative().nullable();

/** What `scripts/runner/energy.py` notes of a command: joules, seconds, bytes, watts; null is unknown. */
export const noteSchema = z.object({
  /** From the start to the last look at the counters. */
  seconds: z.number().nonnegative(),
  /** That it may use, threads of one core together. */
  cores: known,
  memory: known,
  /** Of all packages, and of the memory beside them. */
  cpu: known,
  dram: known,
  /** Version of the GPUs' driver. */
  driver: z.string().nullable(),
  /** Those that it may see, in CUDA's order. `watts`: what each may draw at most. */
  gpus: z.array(
    z.object({
      name: z.string().nullable(),
      how: z.enum(["counter", "power"]).nullable(),
      joules: known,
      watts: known,
    }),
  ),
});

export type EnergyNote = z.infer<typeof noteSchema>;

const partSchema = z.object({
  part: z.enum(["cpu", "memory", "gpu"]),
  joules: z.number().nullable(),
  how: z.enum(["measured", "estimated"]).nullable(),
  /** Where the figure is from, or why there is none. */
  source: z.string(),
});

type Part = z.infer<typeof partSchema>;

/** What a run took of electricity, all its commands together. */
export const energySchema = z.object({
  /** Null where one of its parts is not known. */
  kwh: z.number().nullable(),
  how: z.enum(["measured", "partly measured", "estimated"]).nullable(),
  of: z.array(partSchema),
});

export type Energy = z.infer<typeof energySchema>;

export const co2Schema = z.object({
  kg: z.number().nullable(),
  grams_per_kwh: z.number(),
  source: z.string(),
});

/** What a kilowatt-hour costs where a runner is. */
export type Carbon = Omit<z.infer<typeof co2Schema>, "kg">;

/**
 * Watts of a core, and of a gigabyte of memory. What is not measured is estimated as by Lannelongue, Grealey and Inouye, Green Algorithms, Adv. Sci. 2021,
 * doi 10.1002/advs.202100707: a core at full load draws 12 W (their data/latest/TDP_cpu.csv, "Any"), a
 * gigabyte of memory 0.3725 W.
 */
export const CORE = 12;
export const GIGABYTE = 0.3725;
const GREEN_ALGORITHMS = "Green Algorithms, doi 10.1002/advs.202100707";

/** A command, how long it took and what was noted of it. */
export interface Measured {
  note: EnergyNote | null;
  seconds: number;
}

/**
 * What commands took together. A pure function.
 *
 * - Processors and memory are the whole machine's where they are measured, whoever else works there; what
 *   is estimated is of the cores and the memory that the command may use.
 * - One GPU is the first that the command sees, as PyTorch takes that; several are all that it sees.
 * - What was measured of a command counts where it reaches to the command's end (`isWhole`).
 * - Nothing is added for cooling, power supplies, disks and the rest of the machine.
 *
 * @param gpus that the commands were spread over; 0 on a processor
 */
export function energyOf(commands: readonly Measured[], gpus: number): Energy {
  const parts = commands.flatMap((command) => partsOf(command, gpus));
  const of = together(parts);
  const joules = of.map((part) => part.joules);
  const isKnown = of.length > 0 && !joules.includes(null);
  const kinds = new Set(of.map(({ how }) => how));
  return {
    kwh: isKnown ? joules.reduce<number>((sum, j) => sum + (j ?? 0), 0) / 3.6e6 : null,
    how: !isKnown ? null : kinds.size > 1 ? "partly measured" : [...kinds][0]!,
    of,
  };
}

/** @returns kilograms, and how they are formed; null where the energy is not known */
export function co2Of({ kwh }: Energy, carbon: Carbon): z.infer<typeof co2Schema> {
  return { kg: kwh === null ? null : (kwh * carbon.grams_per_kwh) / 1000, ...carbon };
}

function partsOf({ note, seconds }: Measured, gpus: number): Part[] {
  if (note === null) {
    return [{ part: "cpu", joules: null, how: null, source: "nothing was noted of the machine" }];
  }
  const whole = isWhole(note, seconds);
  const cpu =
    measured("cpu", whole ? note.cpu : null, "RAPL: all packages, whoever else used them") ??
    estimated("cpu", note.cores, CORE * seconds, `cores × ${CORE} W: ${GREEN_ALGORITHMS}`);
  const memory =
    measured("memory", whole ? note.dram : null, "RAPL: all DRAM, whoever else used it") ??
    estimated(
      "memory",
      note.memory === null ? null : note.memory / 1e9,
      GIGABYTE * seconds,
      `GB × ${GIGABYTE} W: ${GREEN_ALGORITHMS}`,
    );
  return [cpu, memory, ...gpuParts(note, seconds, whole, gpus)];
}

function gpuParts(note: EnergyNote, seconds: number, whole: boolean, used: number): Part[] {
  if (used === 0) return [];
  if (note.gpus.length < used) {
    return [
      { part: "gpu", joules: null, how: null, source: "NVML does not show all that it used" },
    ];
  }
  const SOURCES = { counter: "NVML: energy counter", power: "NVML: power, asked once a second" };
  return note.gpus
    .slice(0, used === 1 ? 1 : undefined)
    .map(
      ({ how, joules, watts }) =>
        (how && measured("gpu", whole ? joules : null, SOURCES[how])) ??
        estimated("gpu", watts, seconds, "NVML: power limit × time"),
    );
}

/** A counter that stands still is none: nothing that runs takes no energy. */
function measured(part: Part["part"], joules: number | null, source: string): Part | null {
  return joules === null || joules === 0 ? null : { part, joules, how: "measured", source };
}

function estimated(part: Part["part"], amount: number | null, each: number, source: string): Part {
  if (amount === null) return { part, joules: null, how: null, source: "nothing is known of it" };
  return { part, joules: amount * each, how: "estimated", source };
}

/** Whether the last look was near enough to the end: five seconds, or a twentieth of the time. */
function isWhole(note: EnergyNote, seconds: number): boolean {
  return seconds - note.seconds <= Math.max(5, seconds / 20);
}

/** Parts of one kind and source, of all commands and GPUs, as one. */
function together(parts: readonly Part[]): Part[] {
  const sums = new Map<string, Part>();
  for (const part of parts) {
    const key = JSON.stringify([part.part, part.how, part.source]);
    const before = sums.get(key);
    const joules =
      before && part.joules !== null ? (before.joules ?? 0) + part.joules : part.joules;
    sums.set(key, { ...part, joules });
  }
  return [...sums.values()];
}

/**
 * The world's average of 2024, of which a runner that says nothing of its place knows no better. Published
 * per country too: Norway's is some 30, India's some 700.
 */
export const WORLD: Carbon = {
  grams_per_kwh: 473,
  source:
    "the world's average of 2024: Ember, Global Electricity Review 2025, https://ember-energy.org/latest-insights/global-electricity-review-2025/",
};

/**
 * What electricity costs where the runner is: by its options, else by RUNNER_CARBON_INTENSITY and
 * RUNNER_CARBON_SOURCE, else the world's average.
 *
 * @throws UserError for what is no number of grams, and for a source of nothing
 */
export function carbonOf(
  options: { carbon?: string | undefined; "carbon-source"?: string | undefined },
  env: NodeJS.ProcessEnv = process.env,
): Carbon {
  const [name, text] = options.carbon
    ? ["--carbon", options.carbon]
    : ["RUNNER_CARBON_INTENSITY", env.RUNNER_CARBON_INTENSITY];
  const source = options["carbon-source"] ?? env.RUNNER_CARBON_SOURCE;
  if (!text) {
    if (!source) return WORLD;
    throw new UserError(
      "--carbon-source says where a figure is from: name the figure too, with --carbon GRAMS_PER_KWH.",
    );
  }
  const grams = Number(text);
  if (text.trim() === "" || !Number.isFinite(grams) || grams < 0) {
    throw new UserError(`${name} ${text}: must be grams of CO₂ for a kilowatt-hour, as 473.`);
  }
  return { grams_per_kwh: grams, source: source || "whoever runs the runner" };
}
