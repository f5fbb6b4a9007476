import { describe, expect, it } from "vitest";
import {
  byChance,
  combinedStderr,
  differenceOf,
  verdictOf,
  verdictSign,
} from "../../../src/core/suite/difference.ts";
import { points, signed } from "../../../src/core/table/format.ts";

const score = (value: number | null, stderr: number | null) => ({ value, stderr, raw: null });

describe("differenceOf", () => {
  it("is score minus reference, with √(s₁² + s₂²)", () => {
    // √(3² + 4²) = 5: 8 is between one and two of them.
    expect(differenceOf(score(58, 3), score(50, 4))).toEqual({
      value: 8,
      stderr: 5,
      verdict: "one",
    });
    expect(differenceOf(score(39, 3), score(50, 4))).toMatchObject({ value: -11, verdict: "two" });
    expect(differenceOf(score(46, 3), score(50, 4))).toMatchObject({ verdict: "within" });
  });

  it("is not made with an unknown score", () => {
    expect(differenceOf(score(null, null), score(50, 4))).toBeNull();
    expect(differenceOf(score(50, 4), score(null, null))).toBeNull();
  });

  it("has no verdict without both standard errors", () => {
    const unjudged = { value: 8, stderr: null, verdict: null };
    expect(differenceOf(score(58, null), score(50, 4))).toEqual(unjudged);
    expect(differenceOf(score(58, 3), score(50, null))).toEqual(unjudged);
    expect(combinedStderr(null, 1)).toBeNull();
  });

  it("takes a score of 0 for a score", () => {
    expect(differenceOf(score(0, 0), score(0, 0))).toEqual({
      value: 0,
      stderr: 0,
      verdict: "within",
    });
  });
});

describe("verdictOf", () => {
  it("counts the limits themselves as within", () => {
    expect([0, 5, 5.001, 10, 10.001].map((d) => verdictOf(d, 5))).toEqual([
      "within",
      "within",
      "one",
      "one",
      "two",
    ]);
    expect(verdictOf(-5.001, 5)).toBe("one");
    expect(verdictOf(1, 0)).toBe("two");
  });
});

describe("words and signs", () => {
  it("shows direction and size without colour", () => {
    const sign = (value: number, verdict: "within" | "one" | "two" | null) =>
      verdictSign({ value, stderr: 1, verdict });
    expect([sign(1, "within"), sign(1, "one"), sign(-1, "one")]).toEqual(["≈", "▲", "▼"]);
    expect([sign(1, "two"), sign(-1, "two"), sign(1, null)]).toEqual(["▲▲", "▼▼", ""]);
  });

  it("writes a sign unless nothing is left to be signed", () => {
    expect([3.214, -3.216, 0, 0.004, -0.004].map(signed)).toEqual([
      "+3.21",
      "−3.22",
      "0.00",
      "0.00",
      "0.00",
    ]);
    expect([points(null), points(7.5)]).toEqual(["–", "7.50"]);
  });

  it("knows what chance does: 31.73 % beyond one, 4.55 % beyond two", () => {
    expect(byChance(24).one).toBeCloseTo(7.615, 3);
    expect(byChance(24).two).toBeCloseTo(1.092, 3);
  });
});
