import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { UserError } from "../../core/records/user-error.ts";
import { writeWhole } from "../cache/tmp.ts";
import { STATUSES } from "../sources/requests.ts";
import { costSchema } from "./cost.ts";
import { machineSchema } from "./machine.ts";

const estimate = z.object({
  device: z.enum(["cpu", "cuda"]),
  deviceName: z.string(),
  gpus: z.number(),
  memory: z.number(),
  seconds: z.number().nullable(),
  cost: costSchema.nullable().default(null),
  kind: z.string().optional(),
});

/** A request that waits. */
const waiting = z.object({
  model: z.string(),
  path: z.string(),
  /** Why it stands where it does. */
  reason: z.string(),
  /** What it will take here, or why it is not run here. */
  estimate: estimate.nullable(),
  refused: z.string().nullable(),
});

/** What a runner does, for its command `status`: `status.json` in its folder, which no page reads. Times are ISO 8601. */
export const statusSchema = z.object({
  schema: z.literal(1),
  at: z.iso.datetime(),
  runner: z.string(),
  executor: z.string(),
  machine: machineSchema,
  waiting: z.array(waiting),
  /** Requests by status. */
  counts: z.partialRecord(z.enum(STATUSES), z.number()),
  running: z
    .object({
      model: z.string(),
      path: z.string(),
      job: z.string(),
      since: z.iso.datetime(),
      step: z.enum(["download", "evaluation", "upload"]),
      /** The same with how many commands of how many; files of older runners have none. */
      progress: z.string().nullish(),
      estimated: z.number().nullable(),
      /** What it is expected to cost; null where nobody said a price. */
      cost: costSchema.nullable().default(null),
    })
    .nullable(),
  /** Newest first. */
  done: z.array(
    z.object({
      model: z.string(),
      path: z.string(),
      at: z.iso.datetime(),
      status: z.enum(STATUSES),
      why: z.string().nullable(),
      seconds: z.number(),
      /** What was paid; null where nobody said a price. */
      cost: costSchema.nullable().default(null),
    }),
  ),
});

export type RunnerStatus = z.infer<typeof statusSchema>;

/** Of what is done, so much is kept. */
const KEPT = 50;

/** Puts a change into the status file; what it does not have stays as it was. */
export async function tell(
  work: string,
  who: Pick<RunnerStatus, "runner" | "executor" | "machine">,
  change: Partial<Pick<RunnerStatus, "waiting" | "counts" | "running">> & {
    done?: RunnerStatus["done"][number];
  },
): Promise<void> {
  const before = await readStatus(work);
  const { done, ...rest } = change;
  const status: RunnerStatus = {
    schema: 1,
    at: new Date().toISOString(),
    ...who,
    waiting: before?.waiting ?? [],
    counts: before?.counts ?? {},
    running: before?.running ?? null,
    ...rest,
    done: [...(done ? [done] : []), ...(before?.done ?? [])].slice(0, KEPT),
  };
  await writeWhole(work, join(work, "status.json"), `${JSON.stringify(status, null, 2)}\n`);
}

/**
 * @returns null where no runner has run in this folder
 * @throws UserError for a file that is no status
 */
export async function readStatus(work: string): Promise<RunnerStatus | null> {
  const path = join(work, "status.json");
  const text = await readFile(path, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return statusSchema.parse(JSON.parse(text));
  } catch {
    throw new UserError(`${path} is no status of a runner: remove it.`);
  }
}
