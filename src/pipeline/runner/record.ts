import { z } from "zod";
import { costSchema } from "./cost.ts";
import { co2Schema, energySchema } from "./energy.ts";
import { machineSchema } from "./machine.ts";

/** A model as it was downloaded. */
export const modelsSchema = z.record(
  z.string(),
  z.object({ commit: z.string(), bytes: z.number() }),
);

/**
 * What a runner notes of a run, beside the results: `OWNER/NAME/runner_KEY.json`, in the same commit.
 * That it is there says that the request's results are.
 */
export const recordSchema = z.object({
  schema: z.literal(1),
  /** The request's file, and when it was submitted. */
  request: z.string(),
  submitted_at: z.string().nullable(),
  job: z.string(),
  suite: z.object({ id: z.string(), version: z.string() }),
  harness: z.object({
    package: z.string(),
    version: z.string(),
    /** Of the repository that it came from; null for one of PyPI. */
    commit: z.string().nullable().default(null),
    lock_sha256: z.string(),
  }),
  models: modelsSchema,
  /** As they were run, `{output}` for the folder of the results. */
  commands: z.array(z.array(z.string())),
  executor: z.string(),
  device: z.string(),
  machine: machineSchema,
  /** What the commands saw where they ran: cores, bytes, names of GPUs; null where they noted nothing. */
  node: z
    .object({
      cores: z.number().nullable(),
      memory: z.number().nullable(),
      gpus: z.array(z.string().nullable()),
      driver: z.string().nullable(),
    })
    .nullable(),
  /** Whether the run could reach a network: `none`, or `as the machine's`. */
  network: z.string(),
  /** One question at a time, as all at once did not fit into memory; else null. */
  batch_size: z.number().nullable(),
  /** Those that the harness used, as result files have them: found by itself, or asked for. */
  batch_sizes: z.array(z.number()),
  /** As result files have them: of Python, NumPy, PyTorch and the choice of examples. */
  seeds: z.array(z.number().nullable()),
  chat_template_sha: z.string().nullable(),
  energy: energySchema,
  co2: co2Schema,
  /** Wall time. */
  seconds: z.object({
    download: z.number(),
    evaluation: z.number(),
    estimated: z.number().nullable(),
  }),
  /** What the evaluation cost; null where nobody said a price. */
  cost: costSchema.nullable().default(null),
  /** Of each file of results and samples. */
  sha256: z.record(z.string(), z.string()),
});

export type RunRecord = z.infer<typeof recordSchema>;

/** Where a request's record is in the dataset of results. */
export function recordPath(model: string, key: string): string {
  return `${model}/runner_${key}.json`;
}
