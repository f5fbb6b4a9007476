import { expect, test } from "vitest";
import { type QueueState, queueOf, type Request } from "../../../src/core/queue/queue.ts";
import { DEFAULT_RULES } from "../../../src/core/queue/rules.ts";

const PLAIN: Request = {
  path: "",
  model: "o/m",
  revision: "main",
  branch: null,
  precision: "float16",
  status: "PENDING",
  submitted_at: "2026-11-20T00:00:00Z",
  started_at: null,
  submitter: null,
};

const STATE: Omit<QueueState<Request>, "requests"> = {
  votes: [],
  choice: new Set(),
  rules: DEFAULT_RULES,
  hours: () => 0,
  now: Date.UTC(2026, 10, 30),
};

const waits = (model: string, change: Partial<Request> = {}): Request => ({
  ...PLAIN,
  path: `${model}.json`,
  model,
  ...change,
});

test("only what is PENDING waits; its place comes of its votes, the choice and its hours", () => {
  const requests = [
    waits("o/plain"),
    waits("o/voted"),
    waits("o/chosen"),
    waits("o/long"),
    waits("o/done", { status: "FINISHED" }),
  ];
  const places = queueOf({
    ...STATE,
    requests,
    votes: [
      { model: "o/voted", revision: "main", precision: null, account: 1, proven: true },
      { model: "o/voted", revision: "main", precision: null, account: 2, proven: false },
    ],
    choice: new Set(["o/chosen"]),
    hours: ({ model }) => (model === "o/long" ? 48 : 0),
  });
  expect(places.map((p) => [p.request.row.model, p.worth.total])).toEqual([
    ["o/chosen", 100],
    ["o/voted", 17],
    ["o/plain", 10],
    ["o/long", 8],
  ]);
  expect(places[1]!.request.tally).toEqual({ proven: 1, unproven: 1, counted: 1 });
});

test("what runs or has run counts for an account's share; what was put back does not", () => {
  const begun = (status: string) =>
    ["x", "y", "z"].map((name, i) =>
      waits(`o/${name}`, { status, submitter: 1, started_at: `2026-11-2${i}T00:00:00Z` }),
    );
  const waiting = [
    waits("o/first", { submitter: 1, submitted_at: "2026-11-19T00:00:00Z" }),
    waits("o/second", { submitter: 2, submitted_at: "2026-11-28T00:00:00Z" }),
  ];
  const firstAfter = (status: string) =>
    queueOf({ ...STATE, requests: [...waiting, ...begun(status)] })
      .map((p) => p.request.row.model)
      .find((model) => waiting.some((w) => w.model === model));
  expect(["RUNNING", "FINISHED", "FAILED"].map(firstAfter)).toEqual(Array(3).fill("o/second"));
  expect(firstAfter("PENDING")).toBe("o/first");
});
