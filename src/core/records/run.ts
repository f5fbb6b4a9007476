import { z } from "zod";

const text = z.string().min(1).max(200).nullable();
const seed = z.number().int().min(-2147483648).max(2147483647).nullable();

/**
 * What a result file says of the run that it is of, beside scores. Unknown is null: each harness
 * version wrote some of it.
 */
export const runSchema = z.strictObject({
  /** The file. */
  source: z.string(),
  /** Day of the run; null where the file does not say it. */
  day: z.iso.date().nullable(),
  /** Day that the file is named by: of the run, or of a later scoring of its answers. */
  written: z.iso.date().nullable(),
  /** `git_hash`: commit of the folder that the run was started in, not always the harness's. */
  git_hash: text,
  harness_version: text,
  transformers_version: text,
  /** Tokens of context that the run had room for. */
  max_length: z.number().int().positive().max(2147483647).nullable(),
  /** Seconds that the whole run took, all tasks of its file together. */
  seconds: z.number().min(0).nullable(),
  chat_template_sha: text,
  random_seed: seed,
  numpy_seed: seed,
  torch_seed: seed,
  fewshot_seed: seed,
  /** As it was asked for: a number, or `auto`. */
  batch_size: text,
  device: text,
  /** Benchmarks that the file has, with the examples put before each question; null where it does not say. */
  shots: z.record(z.string(), z.number().int().min(0).nullable()),
});

export type Run = z.infer<typeof runSchema>;
