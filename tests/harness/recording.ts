import { z } from "zod";

/** What a model answered to one question. */
const answerSchema = z.object({
  /** SHA-256 of all that it was asked: prompts, continuations, what is said of generating. */
  asked: z.string(),
  /** Of each choice: log-likelihood, and whether the model would have said it of itself. */
  likelihoods: z.array(z.tuple([z.number(), z.boolean()])).optional(),
  /** How far the best choice is from the second, as the task's metric counts; by this much may it move. */
  margin: z.number().optional(),
  /** SHA-256 of what it generated, and the text itself where it is short. */
  text_sha256: z.string().optional(),
  text: z.string().optional(),
  /** What the answer counts for, by metric. */
  verdicts: z.record(z.string(), z.json()),
});
export type Answer = z.infer<typeof answerSchema>;

const taskSchema = z.object({
  /** As the result file has them, without their errors. */
  scores: z.record(z.string(), z.number()),
  /** In the order of the questions. Groups have none. */
  answers: z.array(answerSchema),
});
export type Task = z.infer<typeof taskSchema>;

/** Answers of a model, by task. */
const runSchema = z.record(z.string(), taskSchema);
export type Run = z.infer<typeof runSchema>;

/** What the answers were made with. */
const madeSchema = z.object({
  /** Of Python and of packages. */
  versions: z.record(z.string(), z.string()),
  /** Of the harness's `requirements.txt`. */
  lock_sha256: z.string(),
  /** The machine's processor. */
  processor: z.string(),
});
export type Made = z.infer<typeof madeSchema>;

/** The committed file: how the locked harness answered. */
export const recordingSchema = z.object({
  /** Why it was recorded. */
  reason: z.string().min(1),
  at: z.iso.date(),
  made: madeSchema,
  /** By model. */
  runs: z.record(z.string(), runSchema),
});
export type Recording = z.infer<typeof recordingSchema>;
