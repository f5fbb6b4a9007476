import { z } from "zod";
import { modelName } from "../records/evaluation.ts";
import { strict } from "../records/strict.ts";
import { PRECISIONS } from "./submission.ts";

/** Days, at most ten years of them: what a rule counts in. */
const days = z.number().min(0).max(3650);

const atLeastOne = z.number().int().min(1).max(10_000);

/**
 * By which rules models are submitted, voted for and put in order: `queue` in the configuration. All are
 * shown on the queue's page, and the same for all who submit.
 */
export const queueSchema = strict({
  /** Whether models can be submitted and voted for: somebody has to run the collector. */
  open: z.boolean().default(false),
  /** Submissions of one account within so many days, at most. */
  per_author: strict({
    requests: atLeastOne.default(5),
    days: days.default(7),
  }).prefault({}),
  /** Age of an account on the Hub, when it votes, from which on its vote counts. Null: no such rule. */
  accounts: strict({ days: days.nullable().default(30) }).prefault({}),
  /** Of `size` requests that are begun one after the other, at most `per_author` are of one account. */
  front: strict({
    size: atLeastOne.default(10),
    per_author: atLeastOne.default(3),
  })
    .refine(({ size, per_author }) => per_author <= size, {
      path: ["per_author"],
      message: "must not be above front.size",
    })
    .prefault({}),
  /** What counts as so many days of waiting: see `order.ts`. */
  worth: strict({
    /** That a model is the maintainers' choice. */
    choice_days: days.default(90),
    /** The first vote, and each doubling of one more than the votes after it. */
    vote_days: days.default(7),
    /** All votes together, at most. */
    most_vote_days: days.default(28),
    /** What each day on a GPU takes off. */
    cost_days: days.default(1),
    /** What is taken off for time on a GPU, at most. */
    most_cost_days: days.default(14),
  }).prefault({}),
  /** Gigabytes of memory that a model may need at the precision asked for. Null: no limit is told. */
  largest: strict({ memory_gb: z.number().positive().max(1e6).nullable().default(null) }).prefault(
    {},
  ),
  /** Precisions that the runner evaluates in: what its lock file lacks the packages for is not offered. */
  precisions: z.array(z.enum(PRECISIONS)).min(1).default(["bfloat16", "float16", "float32"]),
  /** Owners and models that are not evaluated, and why. */
  never: z
    .array(
      strict({
        /** OWNER, or OWNER/NAME. */
        name: modelName,
        /** A sentence for who submits one. */
        reason: z.string().min(1).max(300),
      }),
    )
    .default([]),
  /** What stands for an account in `votes.parquet`. */
  voters: z.enum(["pseudonyms", "names"]).default("pseudonyms"),
  /** Whether votes of which nobody can prove who made them have a say in the order. */
  unproven: z.enum(["count", "apart"]).default("apart"),
  /** The Hub's app by which visitors log in. Without it, pull requests are opened by hand. */
  oauth: strict({ client_id: z.string().min(1).max(200) }).optional(),
  estimates: strict({
    /** How many times as long as the plain rule says a run takes on this leaderboard's GPUs. */
    factor: z.number().positive().max(1000).default(1),
  }).prefault({}),
});

/** The rules, with defaults filled in. */
export type QueueRules = z.infer<typeof queueSchema>;

/** The rules where a configuration says nothing. */
export const DEFAULT_RULES: QueueRules = queueSchema.parse({});
