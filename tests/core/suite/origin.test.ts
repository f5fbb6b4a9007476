import { describe, expect, test } from "vitest";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import { type FigureRow, originsOf } from "../../../src/core/suite/origin.ts";
import tiny from "../../fixtures/tiny-suite.json" with { type: "json" };

const A = "a".repeat(40);
const B = "b".repeat(40);
const C = `c0ffee0${"1".repeat(33)}`;
const [first, second] = tiny.benchmarks as unknown as [{ key: string }, { key: string }];

const SUITE = suiteSchema.parse({
  ...tiny,
  epochs: [
    { id: "old", what: "An old one.", commit: A },
    { id: "mid", since: "2024-07-18", what: "Another.", commit: B, commits: [C] },
    { id: "new", since: "2025-02-14", what: "The last." },
  ],
  rescorings: [{ day: "2025-02-14", benchmark: second.key, what: "care" }],
});

const ROW: FigureRow = {
  benchmark: first.key,
  day: null,
  git_hash: null,
  first_seen: "2024-07-13",
  score_since: "2024-07-13",
  answers_since: "2024-07-13",
  rescoring: null,
};
const of = (rows: Partial<FigureRow>[], submitted: string | null = "2024-06-12") =>
  originsOf(
    SUITE,
    rows.map((row) => ({ ...ROW, ...row })),
    submitted,
    "2025-03-21",
  ).map(({ keys, answers, score }) => ({
    keys,
    answers: [answers.epoch?.id, answers.by, answers.candidates.map((e) => e.id).join()],
    score: [score.epoch?.id, score.by, score.candidates.map((e) => e.id).join()],
    commit: score.commit,
  }));

describe("originsOf", () => {
  test("days that fall in one epoch tell it", () => {
    expect(of([{}])).toEqual([
      {
        keys: [first.key],
        answers: ["old", "days", "old"],
        score: ["old", "days", "old"],
        commit: A,
      },
    ]);
  });

  test("days with an epoch's first day between them do not, and a day that is unknown bounds nothing", () => {
    const later = { answers_since: "2024-09-01", score_since: "2024-09-01" };
    expect(of([later])[0]?.answers).toEqual([undefined, null, "old,mid"]);
    expect(of([later], "2024-07-18")[0]?.answers).toEqual(["mid", "days", "mid"]);
    expect(of([later], null)[0]?.answers).toEqual([undefined, null, "old,mid"]);
    // Submitted again after it stood in the table: the day says nothing of that run.
    expect(of([later], "2024-10-01")[0]?.answers).toEqual([undefined, null, "old,mid"]);
    expect(of([{ answers_since: null, score_since: null }])[0]?.answers[2]).toBe("old,mid,new");
  });

  test("the day of the run in its file counts more, and the harness's commit there most", () => {
    const later = { answers_since: "2024-09-01", day: "2024-07-10" };
    expect(of([later])[0]?.answers).toEqual(["old", "file", "old"]);
    expect(of([{ ...later, git_hash: "c0ffee0" }])[0]).toMatchObject({
      answers: ["mid", "commit", "mid"],
      commit: C,
    });
    // Of some other folder; or too short to tell.
    expect(of([{ ...later, git_hash: "a781a6b" }])[0]?.answers[1]).toBe("file");
    expect(of([{ ...later, git_hash: "c0ff" }])[0]?.answers[1]).toBe("file");
  });

  test("answers of one epoch are scored by another", () => {
    const scored = { benchmark: second.key, score_since: "2025-02-14" };
    expect(of([{}, { ...scored, rescoring: "changed" }])).toEqual([
      {
        keys: [first.key],
        answers: ["old", "days", "old"],
        score: ["old", "days", "old"],
        commit: A,
      },
      {
        keys: [second.key],
        answers: ["old", "days", "old"],
        score: ["new", "days", "new"],
        commit: null,
      },
    ]);
    // It did not move: passed over, or the same result.
    expect(of([{ benchmark: second.key, rescoring: "unchanged" }])[0]?.score).toEqual([
      undefined,
      null,
      "old,new",
    ]);
  });

  test("benchmarks of which the same is known stand together, the most first", () => {
    const [third] = tiny.benchmarks.slice(2) as { key: string }[];
    const keys = of([
      { benchmark: second.key, rescoring: "changed" },
      {},
      { benchmark: third?.key ?? "third" },
    ]).map((o) => o.keys);
    expect(keys).toEqual([[first.key, third?.key ?? "third"], [second.key]]);
  });
});
