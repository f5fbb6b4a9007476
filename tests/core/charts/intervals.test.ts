import { describe, expect, it } from "vitest";
import { domainOf, intervalChart } from "../../../src/core/charts/intervals.ts";
import type { Shape } from "../../../src/core/charts/svg.ts";

const interval = (value: number | null, stderr: number | null, name = "m") => ({
  name,
  value,
  stderr,
});

const chart = (...intervals: ReturnType<typeof interval>[]) =>
  intervalChart("Alpha", "points", intervals);
const parts = (svg: Shape, name: string) =>
  (svg.content as Shape[]).filter((s) => s.attributes.class === name);

describe("domainOf", () => {
  it("covers two standard errors on both sides with some room, within 0–100", () => {
    // Ends 40 and 60, room max(1, 20 × 0.05) = 1.
    expect(domainOf([interval(50, 5)])).toEqual([39, 61]);
    expect(domainOf([interval(1, 2), interval(99, 2)])).toEqual([0, 100]);
    expect(domainOf([interval(30, null)])).toEqual([29, 31]);
    expect(domainOf([interval(null, null)])).toEqual([0, 100]);
  });
});

describe("intervalChart", () => {
  it("puts dots and lines where the numbers say", () => {
    // 39–61 over 12–308: 50 is the middle, 160; 5 points are 5/22 × 296 = 67.3.
    const svg = chart(interval(50, 5));
    expect(parts(svg, "dot")[0]!.attributes).toMatchObject({ cx: 160, cy: 26 });
    expect(parts(svg, "one")[0]!.attributes).toMatchObject({ x1: 92.7, x2: 227.3 });
    expect(parts(svg, "two")[0]!.attributes).toMatchObject({ x1: 25.5, x2: 294.5 });
    expect(parts(svg, "reference")[0]!.attributes).toMatchObject({ x1: 160, x2: 160 });
    expect(parts(svg, "tick").map((t) => t.content)).toEqual(["40", "45", "50", "55", "60"]);
    expect(parts(svg, "unit")[0]!.content).toBe("points");
  });

  it("labels every line itself and says the same to who cannot see it", () => {
    const svg = chart(interval(50, 5, "first"), interval(41.5, null, "second"));
    expect(parts(svg, "name").map((t) => t.content)).toEqual(["first", "second"]);
    expect(parts(svg, "value").map((t) => t.content)).toEqual(["50.00", "41.50"]);
    expect(svg.attributes["aria-label"]).toBe("Alpha: first 50.00 ± 5.00; second 41.50");
  });

  it("draws no interval without a standard error and nothing for an unknown score", () => {
    const svg = chart(interval(null, null), interval(20, null), interval(30, 1));
    expect(parts(svg, "dot")).toHaveLength(2);
    expect(parts(svg, "one")).toHaveLength(1);
    expect(parts(svg, "reference")).toHaveLength(0);
    expect(parts(svg, "value")[0]!.content).toBe("unknown");
  });

  it("stays inside its frame, whatever the numbers", () => {
    const cases = [interval(0, 0), interval(0, 9), interval(100, 9), interval(0.001, 0.0001)];
    for (const one of cases) {
      for (const s of chart(one).content as Shape[]) {
        for (const name of ["x", "x1", "x2", "cx"]) {
          const value = s.attributes[name];
          if (value === undefined) continue;
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(320);
        }
      }
    }
  });

  it("cuts a name that would run into the value, by characters", () => {
    expect(parts(chart(interval(1, 1, "😀".repeat(50))), "name")[0]!.content).toBe(
      `${"😀".repeat(33)}…`,
    );
  });
});
