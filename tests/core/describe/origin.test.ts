import { describe, expect, test } from "vitest";
import {
  durationText,
  spanText,
  strangeCommit,
  sureText,
} from "../../../src/core/describe/origin.ts";
import type { Made, Origin } from "../../../src/core/suite/origin.ts";
import { V2 } from "../suite/suites.ts";

test("an epoch lasts until the day before the next", () => {
  expect(V2.epochs.map((e) => spanText(V2, e))).toEqual([
    "to 2024-07-17",
    "2024-07-18 to 2024-11-25",
    "2024-11-26 to 2025-02-13",
    "from 2025-02-14",
  ]);
  const [only] = V2.epochs;
  expect(spanText({ epochs: [only!] }, only!)).toBe("all the time");
});

describe("sureText", () => {
  const made = (change: Partial<Made>): Origin => {
    const none: Made = { epoch: null, by: null, commit: null, candidates: [] };
    return { keys: [], answers: { ...none, ...change }, score: none, after: null, rescoring: null };
  };
  const days = { submitted: "2024-07-01", day: "2024-07-02", answers_since: "2024-08-01" };

  test("says what tells it", () => {
    expect(sureText(made({ by: "commit", commit: "79492751739f" }), days)).toContain("79492751.");
    expect(sureText(made({ by: "file" }), days)).toContain("2024-07-02");
    expect(sureText(made({ by: "days" }), days)).toBe(
      "Told by the days: submitted on 2024-07-01, in the table by 2024-08-01.",
    );
  });

  test("says when it cannot be told, and what is unknown", () => {
    expect(sureText(made({ candidates: V2.epochs.slice(0, 2) }), days)).toMatch(
      /^It cannot be told: .* with more than one between\.$/,
    );
    const unknown = { submitted: null, day: null, answers_since: null };
    expect(sureText(made({}), unknown)).toBe(
      "It cannot be told: submitted on an unknown day, in the table on an unknown day.",
    );
  });

  test("a commit of the harness is not strange", () => {
    expect(strangeCommit("a781a6b", made({ by: "file" }).answers)).toContain("a781a6b");
    expect(strangeCommit("79492751", made({ by: "commit" }).answers)).toBeNull();
    expect(strangeCommit(null, made({}).answers)).toBeNull();
  });
});

test("durations", () => {
  // The time of the run of Amu/t1-3B, and that of 01-ai/Yi-34B-Chat.
  expect([12.4, 1908.4838050970575, 29933.715610747924, 3599.6].map(durationText)).toEqual([
    "12 s",
    "31 min 48 s",
    "8 h 19 min",
    "1 h 0 min",
  ]);
});
