import { describe, expect, test } from "vitest";
import { normalBelow, normalBeyond } from "../../../src/core/suite/normal.ts";

/** The integral of the density from 0 to z, by Simpson's rule. */
function integral(z: number, steps = 4000): number {
  const density = (x: number) => Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  const h = z / steps;
  let sum = density(0) + density(z);
  for (let i = 1; i < steps; i++) sum += (i % 2 === 1 ? 4 : 2) * density(i * h);
  return (sum * h) / 3;
}

describe("normalBelow", () => {
  test("is the integral of the density", () => {
    for (let z = -6; z <= 6; z += 0.37) expect(normalBelow(z)).toBeCloseTo(0.5 + integral(z), 13);
  });

  test("keeps its digits far out", () => {
    // Values of scipy.stats.norm.cdf.
    expect(normalBelow(-3) / 0.0013498980316300933).toBeCloseTo(1, 12);
    expect(normalBelow(-7) / 1.279812543885835e-12).toBeCloseTo(1, 7);
    expect(normalBelow(-8) / 6.220960574271785e-16).toBeCloseTo(1, 6);
    expect(normalBelow(-40)).toBe(0);
    expect(normalBelow(40)).toBe(1);
    expect(normalBelow(0)).toBeCloseTo(0.5, 15);
  });
});

describe("normalBeyond", () => {
  test("is the z of the tables", () => {
    expect(normalBeyond(0.5)).toBeCloseTo(0, 12);
    expect(normalBeyond(0.05)).toBeCloseTo(1.6448536269514722, 10);
    expect(normalBeyond(0.025)).toBeCloseTo(1.959963984540054, 10);
    expect(normalBeyond(0.005)).toBeCloseTo(2.5758293035489004, 10);
    expect(normalBeyond(1e-6)).toBeCloseTo(4.753424308822899, 9);
  });

  test("turns normalBelow around", () => {
    for (const tail of [0.3, 1e-3, 1e-9]) {
      expect(normalBelow(-normalBeyond(tail)) / tail).toBeCloseTo(1, 10);
    }
  });
});
