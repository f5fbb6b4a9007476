import { isPart } from "../../../core/queue/submission.ts";
import { sha256 } from "../../cache/sha256.ts";
import { evaluationCommands, modelsOf } from "../command.ts";
import { evaluating } from "../environment.ts";
import type { Errand } from "../executor.ts";
import { OUT_OF_MEMORY, TAIL } from "../failure.ts";
import type { RunRecord } from "../record.ts";
import type { Estimate } from "../size.ts";
import type { Kit } from "./kit.ts";

/** Where things are in a container; `job.py` knows them by what it is told. */
export const PLACES = {
  kit: "/runner/kit",
  models: "/runner/models",
  /** The job's folder in the bucket, the only place that outlasts it. */
  out: "/runner/out",
  work: "/tmp/runner",
  /** Of an image that has the harness: its Python environment, and in it `harness.id`. */
  image: "/opt/harness",
};

/** Stands for the folder of the harness's commands, which is the image's or the container's own. */
const BIN = "{bin}";

/** A command of the harness, and the same with one question at a time. */
export interface Words {
  i: number;
  words: string[];
  small: string[];
}

/** All commands of a request, as a container runs them. */
export function wordsOf(
  { request, suite, tasks }: Pick<Errand, "request" | "suite" | "tasks">,
  models: RunRecord["models"],
  estimate: Estimate,
): Words[] {
  const { row } = request;
  const choices = {
    commit: isPart(row) ? null : (models[row.model]?.commit ?? null),
    device: estimate.device,
    parallel: estimate.gpus > 1,
    tasks: tasks === undefined ? undefined : `${PLACES.kit}/tasks`,
  };
  const small = evaluationCommands(suite, row, { ...choices, batchSize: 1 });
  return evaluationCommands(suite, row, choices).map((words, i) => ({
    i,
    words,
    small: small[i]!,
  }));
}

/** 16 hex digits of all that decides what a job gives: two with the same are one evaluation. */
export function digestOf(
  models: RunRecord["models"],
  words: readonly Words[],
  kit: Kit,
  harness: string,
): string {
  const commits = Object.entries(models).map(([name, { commit }]) => [name, commit]);
  return sha256(JSON.stringify([commits, words, kit.path, harness])).slice(0, 16);
}

/** What `job.py` is told, as one word. */
export function orders(
  errand: Errand,
  models: RunRecord["models"],
  words: readonly Words[],
  { start, seconds }: { start: string; seconds: number },
): string {
  const { request, harness, tasks, limits } = errand;
  const { row } = request;
  const { work, kit } = PLACES;
  const cwd = tasks === undefined ? work : `${kit}/tasks`;
  const env = evaluating(
    { job: work, start: cwd, hub: `${work}/hub`, datasets: `${work}/hub/datasets`, bin: BIN },
    {},
  );
  return JSON.stringify({
    start,
    places: PLACES,
    harness: harness.id,
    models: modelsOf(row).map((name, i) => ({
      name,
      place: `${PLACES.models}/${i}`,
      commit: models[name]!.commit,
      revision: row.revision ?? "main",
    })),
    commands: words,
    env,
    cwd,
    memory: OUT_OF_MEMORY.source,
    tail: TAIL,
    output: limits.output,
    disk: limits.disk,
    seconds: limits.seconds,
    // So that it can say so before the Hub ends it.
    all: Math.max(1, seconds - ENDING),
  });
}

/** Seconds that are left to a container for its last words. */
const ENDING = 60;
