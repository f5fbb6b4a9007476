import { duration } from "../../core/table/format.ts";

/** How a command of a job ended. */
export interface Ended {
  /** Null where a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  /** What the runner, or a cluster, ended it for; null where it ended by itself. */
  stopped: "time" | "disk" | "abort" | "memory" | "cluster" | null;
  /** Of `cluster`, the end of a sentence. */
  why?: string;
  seconds: number;
  /** The end of what it wrote, at most `TAIL` characters. */
  tail: string;
}

/** Characters of a log's end that are kept for telling why a command failed. */
export const TAIL = 65_536;

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

/**
 * What is done about each: `smaller` runs it once more at once with batch size 1; `again` lets another
 * job try, at most `MOST_TRIES` in all; `never` ends the request, as a second try would end alike.
 */
export const RETRY: Record<Cause, "smaller" | "again" | "never"> = {
  request: "never",
  "out-of-memory": "smaller",
  gated: "never",
  gone: "never",
  "remote-code": "never",
  "no-safetensors": "never",
  "too-large": "never",
  "no-chat-template": "never",
  degenerate: "never",
  timeout: "never",
  disk: "never",
  unreachable: "again",
  harness: "again",
};

/** Also of use to Python, in several lines: a container looks for it too. */
export const OUT_OF_MEMORY =
  /OutOfMemoryError|CUDA out of memory|DefaultCPUAllocator: can't allocate memory|std::bad_alloc|^MemoryError/m;

/** Words of PyTorch, transformers and the system, by what they mean. The first that fits counts. */
const WORDS: [Cause, RegExp][] = [
  ["out-of-memory", OUT_OF_MEMORY],
  ["gated", /GatedRepoError|Access to model .{1,200} is restricted/],
  ["gone", /RepositoryNotFoundError|RevisionNotFoundError/],
  ["remote-code", /trust_remote_code/],
  ["no-chat-template", /chat_template is not set|does not have a chat template/],
  ["degenerate", /probability tensor contains either `inf`, `nan`/],
  [
    "unreachable",
    /LocalEntryNotFoundError|OfflineModeIsEnabled|Couldn't reach|(?:Connection|ConnectTimeout|ReadTimeout)Error/,
  ],
];

/**
 * Why a command failed, from how it ended and the end of its log: the words are for the model's
 * submitter, who knows neither the machine nor the harness.
 *
 * @param model as the request names it
 */
export function failureOf(model: string, ended: Ended): Failure {
  const { stopped, signal, code, tail, seconds } = ended;
  if (stopped === "time") return failure(model, "timeout", duration(seconds));
  if (stopped === "disk") return failure(model, "disk");
  if (stopped === "memory") return failure(model, "out-of-memory");
  if (stopped === "cluster") return failure(model, "harness", ended.why);
  const found = WORDS.find(([, words]) => words.test(tail))?.[0];
  if (found) return failure(model, found);
  // What kills without a word is the system, when memory is at its end.
  if (signal === "SIGKILL" || code === 137) return failure(model, "out-of-memory");
  return failure(model, "harness", lastWords(tail) ?? `exit ${code ?? signal}`);
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

/** The last line of a Python traceback, or of what there is; null where there is nothing. */
function lastWords(tail: string): string | null {
  const lines = tail.split(/[\r\n]+/).filter((line) => line.trim() !== "");
  const error = lines.findLast((line) => /^[\w.]*(?:Error|Exception|Interrupt)\b/.test(line));
  const line = error ?? lines.at(-1);
  return line === undefined ? null : withoutPaths(line.trim()).slice(0, 300);
}

/** Folders of the machine are nobody's business. */
function withoutPaths(line: string): string {
  return line.replace(/(?:\/[\w.@+-]+){2,}\//g, "…/");
}
