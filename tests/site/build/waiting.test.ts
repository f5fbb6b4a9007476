import { expect, test } from "vitest";
import { DEFAULT_RULES } from "../../../src/core/queue/rules.ts";
import type { QueueInput } from "../../../src/site/build/queue-page.ts";
import { waitingFile } from "../../../src/site/build/waiting.ts";

const row = (path: string, more: object) => ({
  ...{ model: "a/b", revision: "main", branch: null, precision: "bfloat16", weight_type: null },
  ...{ model_type: null, params_b: null, chat_template: null, status: "PENDING", cause: null },
  ...{ submitted_at: null, started_at: null, ended_at: null, job_id: null, tries: null, why: null },
  ...{ progress: null, pull_request: null, earlier: [], submitter: null, path, ...more },
});

test("the form gets what decides about a place, and nothing that names anybody", () => {
  const input: QueueInput = {
    requests: [
      row("new.json", { submitted_at: "2026-11-02T00:00:00Z", submitter: 7 }),
      row("old.json", { submitted_at: "2026-11-01T00:00:00Z", model: "a/chosen" }),
      row("run.json", { status: "RUNNING", started_at: "2026-11-03T00:00:00Z", submitter: 8 }),
    ],
    votes: [],
    rules: DEFAULT_RULES,
    choice: new Set(["a/chosen"]),
    hours: () => 2,
    estimated: () => null,
    modelPage: () => null,
    hasRow: () => false,
    asOf: "2026-11-03",
    pullRequest: () => null,
  };
  expect(waitingFile(input, "2026-11-03T00:00:00Z")).toEqual({
    until: "2026-11-03T00:00:00Z",
    waiting: [
      {
        ...{ path: "old.json", submitted_at: "2026-11-01T00:00:00Z", submitter: null },
        ...{ votes: 0, chosen: true, hours: 2 },
      },
      {
        ...{ path: "new.json", submitted_at: "2026-11-02T00:00:00Z", submitter: 7 },
        ...{ votes: 0, chosen: false, hours: 2 },
      },
    ],
    begun: [8],
  });
});
