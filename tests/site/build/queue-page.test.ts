import { describe, expect, test } from "vitest";
import { CAUSES } from "../../../src/core/queue/failures.ts";
import { queueSchema } from "../../../src/core/queue/rules.ts";
import { mendOf } from "../../../src/site/build/mend.ts";
import {
  type QueueInput,
  type QueuePage,
  queuePage,
  type ShownRequest,
} from "../../../src/site/build/queue-page.ts";
import type { QueueRow } from "../../../src/site/build/queue-row.ts";
import { rowsOf, votesIn, whatOf } from "../../../src/site/build/queue-row.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

const row = (model: string, more: Partial<QueueRow> = {}): QueueRow => ({
  model,
  revision: COMMIT,
  branch: null,
  precision: "bfloat16",
  weight_type: "Original",
  model_type: null,
  params_b: 7,
  chat_template: null,
  status: "PENDING",
  submitted_at: null,
  started_at: null,
  ended_at: null,
  job_id: null,
  tries: null,
  cause: null,
  why: null,
  progress: null,
  path: `${model}.json`,
  pull_request: null,
  submitter: null,
  earlier: [],
  ...more,
});

const RULES = queueSchema.parse({});

const page = (requests: QueueRow[], more: Partial<QueueInput> = {}): QueuePage =>
  queuePage({
    requests,
    votes: [],
    rules: RULES,
    choice: new Set(),
    hours: () => 0,
    estimated: () => null,
    modelPage: () => null,
    hasRow: () => false,
    asOf: "2026-11-20",
    pullRequest: () => null,
    ...more,
  });

const list = (of: QueuePage, key: string) => of.lists.find((l) => l.key === key)!;
const shown = (of: QueuePage, key: string): ShownRequest[] => list(of, key).requests;
const day = (n: number) => `2026-11-${String(n).padStart(2, "0")}T12:00:00Z`;

describe("the answer", () => {
  test("says that nobody has submitted anything", () => {
    const empty = page([]);
    expect(empty.answer).toBe("Nobody has submitted a model yet.");
    expect(empty.until).toBeNull();
    expect(empty.lists.map((l) => l.empty)).toEqual([
      "Nothing is running.",
      "Nothing waits.",
      "Nothing has failed.",
      "Nothing has finished yet.",
      "Nothing was withdrawn.",
    ]);
  });

  test("counts what runs, waits and ended, and names the next", () => {
    const requests = [
      row("a/late", { submitted_at: day(9) }),
      row("a/early", { submitted_at: day(2) }),
      row("a/runs", { status: "RUNNING", started_at: day(10) }),
      row("a/done", { status: "FINISHED" }),
      row("a/lost", { status: "FAILED" }),
      row("a/gone", { status: "CANCELLED" }),
    ];
    const { answer, until } = page(requests);
    expect(answer).toBe("1 request runs and 2 wait. a/early is next. Of 3 that ended, 1 finished.");
    expect(until).toBe(day(10));
    expect(page(requests.slice(1, 2)).answer).toBe(
      "Nothing is running and 1 waits. a/early is next.",
    );
    expect(page(requests.slice(3)).answer).toBe(
      "Nothing is running and nothing waits. Of 3 that ended, 1 finished.",
    );
  });
});

describe("those that wait", () => {
  test("can be voted for only under a name that a vote may have", () => {
    const waiting = shown(page([row("gpt2"), row("a/b")]), "waiting");
    expect(new Map(waiting.map((r) => [r.model, r.ballot?.model ?? null]))).toEqual(
      new Map([
        ["gpt2", null],
        ["a/b", "a/b"],
      ]),
    );
  });

  test("stand by the rule: a model with votes passes an older one, and says why", () => {
    // Three votes are 14 days: log2(4) × 7; the other is six days older.
    const requests = [
      row("a/older", { submitted_at: day(4) }),
      row("b/voted", { submitted_at: day(10) }),
    ];
    const vote = (account: string) => ({
      model: "b/voted",
      revision: "main",
      precision: null,
      account,
      proven: true,
    });
    const votes = [vote("x"), vote("y"), vote("z"), { ...vote("w"), proven: false }];
    const waiting = shown(page(requests, { votes }), "waiting");
    expect(waiting.map((r) => [r.place, r.model, r.votes])).toEqual([
      [1, "b/voted", "3 votes, 1 unproven"],
      [2, "a/older", null],
    ]);
    expect(waiting[0]!.said).toContain("3 votes count as 14");
    expect(shown(page(requests), "waiting").map((r) => r.model)).toEqual(["a/older", "b/voted"]);
  });

  test("carry the maintainers' choice, which counts", () => {
    const requests = [
      row("a/older", { submitted_at: day(1) }),
      row("b/chosen", { submitted_at: day(20) }),
    ];
    const waiting = shown(page(requests, { choice: new Set(["b/chosen"]) }), "waiting");
    expect(waiting.map((r) => [r.model, r.choice])).toEqual([
      ["b/chosen", true],
      ["a/older", false],
    ]);
  });

  test("of one account, no more than its share stand in a row while another waits", () => {
    const mine = [1, 2, 3, 4, 5].map((n) =>
      row(`a/${n}`, { submitted_at: day(n), submitter: 1, path: `a/${n}` }),
    );
    const other = row("b/other", { submitted_at: day(20), submitter: 2, path: "b/other" });
    expect(shown(page([...mine, other]), "waiting").map((r) => r.model)).toEqual([
      "a/1",
      "a/2",
      "a/3",
      "b/other",
      "a/4",
      "a/5",
    ]);
    // Three of the account that were begun last have used its share up.
    const begun = [1, 2, 3].map((n) =>
      row(`a/begun-${n}`, { status: "FINISHED", started_at: day(n), submitter: 1 }),
    );
    expect(shown(page([...begun, ...mine, other]), "waiting")[0]!.model).toBe("b/other");
  });

  test("are expected when those before them are done, where that can be known", () => {
    const requests = [
      row("r/runs", { status: "RUNNING", started_at: "2026-11-10T06:00:00Z", tries: 1 }),
      // Left so by another program: nobody runs it.
      row("r/left", { status: "RUNNING", started_at: "2024-06-01T06:00:00Z" }),
      row("a/1", { submitted_at: day(1) }),
      row("a/2", { submitted_at: day(2) }),
      row("a/3", { submitted_at: "2026-11-10T12:00:00Z" }),
    ];
    const estimated = () => 10;
    // Six of ten hours are over at noon: the next begins at 16, the second at 2, the third at 12.
    const known = page(requests, { estimated });
    expect(shown(known, "waiting").map((r) => [r.when, r.at])).toEqual([
      ["starts about", "2026-11-10 16:00"],
      ["starts about", "2026-11-11 02:00"],
      ["starts about", "2026-11-11 12:00"],
    ]);
    expect(list(known, "waiting").note).toContain("1 runner goes on");
    for (const unknown of [page(requests), page(requests.slice(1), { estimated })]) {
      expect(list(unknown, "waiting").note).toContain("is not known");
      expect(shown(unknown, "waiting").map((r) => [r.when, r.at])).toEqual(
        Array(3).fill(["", null]),
      );
    }
    // From the first of unknown size on, nothing is known.
    const some = page(requests, { estimated: (r) => (r.model === "a/2" ? null : 10) });
    expect(shown(some, "waiting").map((r) => r.at)).toEqual([
      "2026-11-10 16:00",
      "2026-11-11 02:00",
      null,
    ]);
  });
});

describe("those that were begun", () => {
  test("say how far they are, and since when", () => {
    const requests = [
      row("a/told", { status: "RUNNING", started_at: day(2), progress: "evaluation, 2 of 6" }),
      row("a/silent", { status: "RUNNING" }),
    ];
    expect(shown(page(requests), "running")).toMatchObject([
      { model: "a/told", said: "evaluation, 2 of 6", when: "since", at: day(2) },
      {
        model: "a/silent",
        said: "How far it is, its file does not say.",
        when: "since when is not known",
        at: null,
      },
    ]);
  });

  test("that finished lead to the model's page, or say that no table has them", () => {
    const requests = [
      row("a/there", { status: "FINISHED", ended_at: day(3) }),
      row("a/missing", { status: "FINISHED", started_at: day(2) }),
    ];
    const finished = shown(
      page(requests, {
        hasRow: ({ model }) => model === "a/there",
        modelPage: (model) => (model === "a/there" ? "/models/a/there/" : null),
      }),
      "finished",
    );
    expect(finished).toMatchObject([
      { address: "/models/a/there/", said: null, when: "ended", at: day(3) },
      { address: null, said: "Not in the tables of 2026-11-20.", when: "begun", at: day(2) },
    ]);
  });

  test("that failed say why, cut where it is long, and what would mend it", () => {
    const failed = (cause: string | null, why: string | null) =>
      shown(page([row("a/b", { status: "FAILED", cause, why })]), "failed")[0]!;
    expect(failed("timeout", "It took too long.")).toMatchObject({
      said: "It took too long.",
      mend: expect.stringContaining("more time"),
    });
    expect(failed("gated", "a/b is gated: open it.")).toMatchObject({ mend: null });
    expect(failed(null, null)).toMatchObject({
      said: expect.stringContaining("gives no reason"),
      mend: expect.stringContaining("submit it again"),
    });
    expect(failed("harness", "x".repeat(2000)).said).toBe(`${"x".repeat(400)} …`);
  });

  test("that were withdrawn, and those of any other status, are shown by their names", () => {
    const of = page([
      row("a/gone", { status: "CANCELLED", submitted_at: day(4) }),
      row("a/odd", { status: "RERUN" }),
      row("a/toString", { status: "toString" }),
    ]);
    expect(shown(of, "withdrawn")).toMatchObject([{ model: "a/gone", when: "submitted" }]);
    const [odd, named] = of.lists.slice(-2);
    expect(odd).toMatchObject({ title: "RERUN", total: 1 });
    expect(named).toMatchObject({ title: "toString", total: 1 });
    expect(odd!.requests).toMatchObject([{ model: "a/odd", when: "time not known" }]);
  });
});

test("a pull request is linked where the dataset is known", () => {
  const requests = [row("a/b", { pull_request: 12 })];
  const linked = page(requests, { pullRequest: (n) => `https://hub.example/${n}` });
  expect(shown(linked, "waiting")[0]!.steps[0]!.link).toBe("https://hub.example/12");
  expect(shown(page(requests), "waiting")[0]!.steps[0]!.link).toBeNull();
});

test("the rule names the figures of the configuration", () => {
  const rules = queueSchema.parse({
    worth: {
      choice_days: 40,
      vote_days: 1,
      most_vote_days: 20,
      cost_days: 0.5,
      most_cost_days: 5,
    },
    front: { size: 8, per_author: 2 },
  });
  const [first, second, third, ...rest] = page([], { rules }).rule;
  expect(rest).toEqual([]);
  // log2(2), log2(4) and log2(8) are 1, 2 and 3.
  expect(first).toMatch(/1 vote counts as 1 day of waiting, 3 votes as 2 days, 7 votes as 3 days/);
  expect(first).toMatch(
    /more than 20 days.*choice counts as 40 days.*takes 0\.5 days off.*5 days\.$/,
  );
  // 40 for the choice, 20 for votes, 5 for cost: what nobody can make up.
  expect(second).toContain("more than 65 days later");
  expect(third).toMatch(/^Of 8 .* at most 2 /);
});

test("every cause that a runner notes has an entry of its own", () => {
  for (const cause of [...CAUSES, "runner-gone"]) {
    expect(mendOf(cause, "Why."), cause).not.toBe("Not known here.");
  }
  expect(mendOf("of another program", "Why.")).toBe("Not known here.");
  expect(mendOf("constructor", "Why.")).toBe("Not known here.");
});

test("what is asked for is said in a line", () => {
  expect(whatOf(row("a/b"))).toBe("bfloat16 · 7B · at 0123456");
  const adapter = { weight_type: "Adapter", chat_template: true, params_b: null, revision: "main" };
  expect(whatOf(row("a/b", adapter))).toBe("bfloat16 · adapter · chat template · at main");
  expect(whatOf(row("a/b", { precision: null, params_b: 0, revision: null }))).toBe("");
});

describe("tables", () => {
  test("that lack the newer columns are read with what is missing unknown", () => {
    const old = { model: ["a/b"], revision: ["main"], status: ["FINISHED"], params_b: [0.5] };
    expect(rowsOf({ length: 1, columns: old })).toEqual([
      row("a/b", {
        revision: "main",
        status: "FINISHED",
        params_b: 0.5,
        precision: null,
        weight_type: null,
        chat_template: false,
        path: "a/b___0",
      }),
    ]);
    const votes = { model: ["a/b"], revision: ["main"], voted_at: [day(1)] };
    expect(votesIn({ length: 1, columns: votes })).toEqual([
      { model: "a/b", revision: "main", precision: null, account: null, proven: false },
    ]);
  });

  test("whose earlier requests are no list tell of none", () => {
    const earlier = (timeline: string) =>
      rowsOf({ length: 1, columns: { model: ["a/b"], timeline: [timeline] } })[0]!.earlier;
    const one = { revision: null, status: "FAILED", submitted_at: null, ended_at: null, why: "x" };
    expect(earlier(JSON.stringify([one]))).toEqual([one]);
    expect(earlier("[{}]")).toEqual([]);
    expect(earlier("{")).toEqual([]);
  });
});
