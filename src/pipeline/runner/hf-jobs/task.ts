import { join } from "node:path";
import type { Errand, Evaluated } from "../executor.ts";
import type { RunRecord } from "../record.ts";
import { type Done, evaluatedOf, readDone } from "../run.ts";
import { type Estimate, sizeOf } from "../size.ts";
import { digestOf, type Words, wordsOf } from "./container.ts";
import { costsIn, sum } from "./costs.ts";
import type { Hardware } from "./hardware.ts";
import type { Kit } from "./kit.ts";

/** All that decides what a job does. */
export interface Task {
  errand: Errand;
  models: RunRecord["models"];
  kit: Kit;
  /** Of the commands that are still to be run. */
  words: readonly Words[];
  /** See `digestOf`. */
  digest: string;
  hardware: Hardware;
  estimate: Estimate;
}

/** What a request is on a kind of hardware. @returns null where there is none of it, or it does not fit */
export function taskOn(
  { errand, models, kit }: Pick<Task, "errand" | "models" | "kit">,
  all: readonly Hardware[],
  kind: string,
): Task | null {
  const hardware = all.find((one) => one.kind === kind);
  if (hardware === undefined) return null;
  const { row } = errand.request;
  const plain = sizeOf(row, errand.suite, hardware.machine);
  if (typeof plain === "string") return null;
  const isPlanned = errand.estimate.kind === kind;
  const estimate: Estimate = isPlanned ? errand.estimate : { ...plain, kind };
  const words = wordsOf(errand, models, estimate);
  const digest = digestOf(models, words, kit, errand.harness.id);
  return { errand, models, kit, words, digest, hardware, estimate };
}

/** The kind of machine that commands were done on; undefined where none was. */
export async function kindIn({ folder }: Errand): Promise<string | undefined> {
  return (await readDone(join(folder, "output", "0")))?.kind;
}

/** Commands that have not ended well yet. */
export async function undone({ folder }: Errand, { words }: Task): Promise<Task["words"]> {
  const done = await Promise.all(words.map(({ i }) => readDone(join(folder, "output", String(i)))));
  return words.filter((_, at) => done[at] === null);
}

/** @returns null where some command has not ended well yet */
export async function wholeOf({ folder }: Errand, task: Task): Promise<Evaluated | null> {
  const all: Done[] = [];
  const commands: string[][] = [];
  for (const { i, words, small } of task.words) {
    const done = await readDone(join(folder, "output", String(i)));
    if (done === null) return null;
    all.push(done);
    commands.push(done.batchSize === null ? words : small);
  }
  const cost = sum(Object.values(await costsIn(folder)));
  const { gpus } = task.estimate;
  return { ...evaluatedOf(folder, commands, all, { gpus, cost: () => cost }), on: task.estimate };
}
