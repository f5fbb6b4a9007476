import { type Cause, type Failure, failure } from "../../core/queue/failures.ts";
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
