import { describe, expect, test } from "vitest";
import { rerunDays, runDay, scoringOf } from "../../../src/core/suite/rescoring.ts";

const RESCORINGS = [
  { day: "2024-11-08", benchmark: "math", what: "a mended parser" },
  { day: "2025-02-14", benchmark: "math", what: "another comparison" },
];

/** Stretches from `first day: score`, until 2025-03-21. */
function stretches(scores: Record<string, number>) {
  const days = Object.keys(scores);
  return days.map((first_day, i) => ({
    first_day,
    last_day: days[i + 1] ? `${days[i + 1]}`.replace(/\d\d$/, "01") : "2025-03-21",
    value: scores[first_day]!,
  }));
}

describe("scoringOf", () => {
  test("a re-scoring changes the score, not the answers", () => {
    expect(
      scoringOf(stretches({ "2024-09-20": 10, "2024-11-08": 12, "2025-02-14": 20 }), RESCORINGS),
    ).toMatchObject({
      first_seen: "2024-09-20",
      score_since: "2025-02-14",
      answers_since: "2024-09-20",
      after: { day: "2025-02-14" },
      rescoring: "changed",
    });
  });

  test("a change on another day is of other answers", () => {
    // As Qwen/Qwen2.5-72B-Instruct: in the table on 2024-09-20, run again by 2024-10-18.
    expect(
      scoringOf(stretches({ "2024-09-20": 10, "2024-10-18": 11, "2025-02-14": 20 }), RESCORINGS),
    ).toMatchObject({ answers_since: "2024-10-18", rescoring: "changed" });
  });

  test("what was run again on the day of a re-scoring, or after it, was not scored anew", () => {
    const both = stretches({ "2024-12-01": 10, "2025-02-14": 20 });
    const reruns = rerunDays([
      { stretches: both, rescorings: RESCORINGS },
      { stretches: stretches({ "2024-12-01": 1, "2025-02-14": 2 }), rescorings: [] },
    ]);
    expect([...reruns]).toEqual(["2025-02-14"]);
    expect(scoringOf(both, RESCORINGS, reruns)).toMatchObject({
      answers_since: "2025-02-14",
      after: null,
      rescoring: null,
    });
    const later = stretches({ "2024-12-01": 10, "2025-02-14": 20, "2025-03-01": 21 });
    expect(scoringOf(later, RESCORINGS)).toMatchObject({
      answers_since: "2025-03-01",
      rescoring: null,
    });
  });

  test("a score that a re-scoring left where it was", () => {
    expect(scoringOf(stretches({ "2024-12-01": 10 }), RESCORINGS)).toMatchObject({
      score_since: "2024-12-01",
      rescoring: "unchanged",
    });
  });
});

describe("runDay", () => {
  const since = (score_since: string | null) => ({
    ...scoringOf([], []),
    score_since,
  });

  test("the day of a file is not that of the run where a score of it stood in the table before", () => {
    expect(runDay("2025-02-13", [since("2024-07-13"), since("2025-02-14")])).toBeNull();
  });

  test("else it is, also where nothing is known of the table", () => {
    expect(runDay("2024-06-17", [since("2024-07-13"), since("2025-02-14")])).toBe("2024-06-17");
    expect(runDay("2024-06-17", [since(null)])).toBe("2024-06-17");
    expect(runDay(null, [])).toBeNull();
  });
});
