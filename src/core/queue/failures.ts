/** Why a run failed. */
export const CAUSES = [
  "request",
  "out-of-memory",
  "gated",
  "gone",
  "remote-code",
  "no-safetensors",
  "too-large",
  "no-chat-template",
  "degenerate",
  "timeout",
  "disk",
  "unreachable",
  "harness",
] as const;
export type Cause = (typeof CAUSES)[number];

/** A run that failed, for its submitter. */
export interface Failure {
  cause: Cause;
  why: string;
}

/** @param detail what the sentence has to add, where it has a place for it */
export function failure(model: string, cause: Cause, detail = ""): Failure {
  return { cause, why: SENTENCES[cause](model, detail) };
}

const SENTENCES: Record<Cause, (model: string, detail: string) => string> = {
  request: (_, detail) => detail,
  "out-of-memory": (model) =>
    `${model} did not fit into the memory of the machine, also with one question at a time.`,
  gated: (model) =>
    `${model} is gated, and the leaderboard has no access: open it, or accept the leaderboard's account, and submit it again.`,
  gone: (model) =>
    `${model} is not on the Hub at the revision that was asked for, or is private: check name and revision, and submit it again.`,
  "remote-code": (model) =>
    `${model} needs code of its own to run (trust_remote_code), which the leaderboard never does: once its architecture is part of transformers, submit it again.`,
  "no-safetensors": (model) =>
    `${model} has no weights as .safetensors; other kinds can carry code, and are not loaded: convert it, and submit it again.`,
  "too-large": (model, detail) =>
    `${model} has more weights than a run here may download or, as the request does not say its size, than the memory here holds (${detail}).`,
  "no-chat-template": (model) =>
    `${model} was submitted with chat template, but its tokenizer has none: add one, or submit it without.`,
  degenerate: (model, detail) =>
    `${model} gives no usable answers${detail ? `: ${detail}` : ""}: its weights may be damaged, or made for another precision.`,
  timeout: (model, detail) =>
    `${model} was not done in the time that one run may take (${detail}).`,
  disk: (model) => `${model} wrote more to the disk than one run may.`,
  unreachable: (model) =>
    `The Hub could not be reached for ${model} or the questions, so it could not be run.`,
  harness: (model, detail) =>
    `The evaluation of ${model} broke off, which is more likely the leaderboard's fault than the model's: ${detail}`,
};
