import { describe, expect, test } from "vitest";
import { CAUSES, failure } from "../../../src/core/queue/failures.ts";
import { type Ended, failureOf, RETRY } from "../../../src/pipeline/runner/failure.ts";

const ended = (change: Partial<Ended>): Ended => ({
  code: 1,
  signal: null,
  stopped: null,
  seconds: 100,
  tail: "",
  ...change,
});

/** As PyTorch, transformers, huggingface_hub and lm_eval write them. */
const LOGS: [string, string][] = [
  ["out-of-memory", "torch.OutOfMemoryError: CUDA out of memory. Tried to allocate 2.00 GiB."],
  [
    "out-of-memory",
    "RuntimeError: [enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes.",
  ],
  ["out-of-memory", "Traceback\nMemoryError"],
  ["gated", "huggingface_hub.errors.GatedRepoError: 401 Client Error."],
  ["gone", "huggingface_hub.errors.RepositoryNotFoundError: 404 Client Error."],
  ["gone", "huggingface_hub.errors.RevisionNotFoundError: 404 Client Error."],
  [
    "remote-code",
    "ValueError: The repository o/n contains custom code which must be executed to correctly load the model. Please pass the argument `trust_remote_code=True` to allow custom code to be run.",
  ],
  [
    "no-chat-template",
    "ValueError: Cannot use chat template functions because tokenizer.chat_template is not set and no template argument was passed!",
  ],
  ["degenerate", "RuntimeError: probability tensor contains either `inf`, `nan` or element < 0"],
  [
    "unreachable",
    "huggingface_hub.errors.LocalEntryNotFoundError: An error happened while trying to locate the file on the Hub",
  ],
  ["unreachable", "requests.exceptions.ConnectionError: HTTPSConnectionPool"],
  ["harness", "KeyError: 'acc_norm'"],
];

describe("why a run failed, from the end of its log", () => {
  test.each(LOGS)("%s: %s", (cause, tail) => {
    const told = failureOf("o/n", ended({ tail: `INFO loading\n${tail}\n` }));
    expect(told.cause).toBe(cause);
    if (cause !== "unreachable") expect(told.why).toContain("o/n");
  });
});

test("how it ended counts before what it wrote", () => {
  const tail = "CUDA out of memory";
  expect(failureOf("o/n", ended({ tail, stopped: "time", seconds: 7200 }))).toEqual({
    cause: "timeout",
    why: "o/n was not done in the time that one run may take (2 h 0 min).",
  });
  expect(failureOf("o/n", ended({ tail, stopped: "disk" })).cause).toBe("disk");
  // What the system kills, when memory is at its end, says nothing.
  expect(failureOf("o/n", ended({ code: null, signal: "SIGKILL" })).cause).toBe("out-of-memory");
});

test("a fault of the harness has its own last words, without folders of the machine", () => {
  const tail =
    'File "/home/ann/x/y.py", line 1\nFileNotFoundError: no /home/ann/secret/tasks/a.yaml\nmore\n';
  const { why } = failureOf("o/n", ended({ tail }));
  expect(why).toMatch(/: FileNotFoundError: no …\/a\.yaml$/);
  expect(failureOf("o/n", ended({ code: 7 })).why).toMatch(/exit 7$/);
});

test("every cause has a sentence, and only what may pass is tried again", () => {
  for (const cause of CAUSES) expect(failure("o/n", cause, "detail").why.length).toBeGreaterThan(5);
  expect(CAUSES.filter((c) => RETRY[c] !== "never")).toEqual([
    "out-of-memory",
    "unreachable",
    "harness",
  ]);
});
