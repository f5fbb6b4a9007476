import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { baselineOf, normalize } from "../../../src/core/suite/normalize.ts";
import { assumedStderr, binomialStderr } from "../../../src/core/suite/stderr.ts";
import {
  averageStderr,
  chanceBetter,
  type Estimate,
  fieldZ,
  interval,
  pairedStderr,
  type RankRange,
  rankRanges,
  unpairedStderr,
} from "../../../src/core/suite/uncertainty.ts";
import { randomFrom } from "../view/fixtures.ts";
import { V2 } from "./suites.ts";

const random = randomFrom(20240626);
const gauss = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Chance of k right answers of n: its logarithm, so that nothing runs over. */
function binomialChances(n: number, p: number): number[] {
  let log = n * Math.log(1 - p);
  return Array.from({ length: n + 1 }, (_, k) => {
    if (k > 0) log += Math.log((n - k + 1) / k) + Math.log(p / (1 - p));
    return Math.exp(log);
  });
}

/** Draws numbers of right answers: the running sums, searched by halving. */
function binomialDraw(n: number, p: number): () => number {
  let sum = 0;
  const sums = binomialChances(n, p).map((c) => {
    sum += c;
    return sum;
  });
  return () => {
    const u = random();
    let [low, high] = [0, n];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle]! > u) high = middle;
      else low = middle + 1;
    }
    return low;
  };
}

describe("95 % intervals", () => {
  test("are the value ± 1.96 standard errors, within 0 and 100", () => {
    const [low, high] = interval({ value: 50, stderr: 2 });
    expect(low).toBeCloseTo(46.08007, 4);
    expect(high).toBeCloseTo(53.91993, 4);
    expect(interval({ value: 0.5, stderr: 1 })[0]).toBe(0);
    expect(interval({ value: 99.5, stderr: 1 })[1]).toBe(100);
  });

  test("of an average take its benchmarks as independent, and all as known", () => {
    expect(averageStderr([3, 4])).toBe(2.5);
    expect(averageStderr([1, null])).toBeNull();
    expect(averageStderr([])).toBeNull();
  });

  test("of a benchmark cover 95 ± 1 % of all outcomes, counted out", () => {
    for (const n of [1192, 1324, 12_032]) {
      for (const p of [0.15, 0.3, 0.5, 0.8]) {
        const covered = binomialChances(n, p).reduce((sum, chance, k) => {
          const stderr = 100 * binomialStderr(k / n, n);
          const [low, high] = interval({ value: (100 * k) / n, stderr });
          return low <= 100 * p && 100 * p <= high ? sum + chance : sum;
        }, 0);
        expect(Math.abs(covered - 0.95), `n ${n}, p ${p}`).toBeLessThan(0.01);
      }
    }
  });
});

/** One imagined model: its chance of a right answer in each task, and a way to examine it. */
function imagine(skill: number, spread: number) {
  const benchmarks = V2.benchmarks.map((benchmark) => {
    const tasks = benchmark.score === "mean_of_subtasks" ? benchmark.subtasks : [benchmark];
    const parts = tasks.map((task) => {
      const baseline = baselineOf(task);
      const own = skill + (tasks.length > 1 ? spread * gauss() : 0);
      const p = baseline + (1 - baseline) * Math.min(0.97, Math.max(0.003, own));
      return { baseline, draw: shareOf(benchmark, task, p) };
    });
    return { benchmark, parts };
  });
  return (): Estimate => {
    const scores: number[] = [];
    const stderrs: (number | null)[] = [];
    for (const { benchmark, parts } of benchmarks) {
      let [raw, score] = [0, 0];
      for (const { baseline, draw } of parts) {
        const share = draw();
        raw += share / parts.length;
        score += normalize(share, baseline) / parts.length;
      }
      scores.push(score);
      stderrs.push(assumedStderr(benchmark, raw));
    }
    return {
      value: scores.reduce((a, b) => a + b) / scores.length,
      stderr: averageStderr(stderrs)!,
    };
  };
}

type Benchmarks = typeof V2.benchmarks;

/** Draws the share of right answers in a task; with two metrics, their mean over prompts of one or two instructions. */
function shareOf(
  benchmark: Benchmarks[number],
  task: Benchmarks[number] | Benchmarks[number]["subtasks"][number],
  p: number,
) {
  const sizes = benchmark.metrics.map((m) => m.n);
  const [prompts, instructions] = sizes as [number, number];
  if (sizes.length === 2) {
    const single = binomialDraw(2 * prompts - instructions, p);
    const double = binomialDraw(instructions - prompts, p * p);
    const broken = instructions - prompts;
    return () => {
      const [ones, twos] = [single(), double()];
      // Of the prompts with two instructions that are not all obeyed, some obey one.
      const halves = binomialDraw1(broken - twos, (2 * p) / (1 + p));
      return ((ones + twos) / prompts + (ones + 2 * twos + halves) / instructions) / 2;
    };
  }
  if (benchmark === task && benchmark.subtasks.some((s) => s.contained_in)) {
    return shareWithCopies(benchmark, p);
  }
  const own = "n" in task ? task.n : sizes[0];
  const n = own ?? benchmark.subtasks.reduce((sum, s) => sum + (s.n ?? 0), 0);
  const draw = binomialDraw(n, p);
  return () => draw() / n;
}

/** A group whose subtasks each lie in the next larger: copies are answered alike. */
function shareWithCopies({ subtasks }: Benchmarks[number], p: number) {
  const sizes = subtasks.map((s) => s.n!).sort((a, b) => a - b);
  const asked = sizes.reduce((sum, n) => sum + n, 0);
  // What the i-th asks and none smaller is asked by it and all larger ones.
  const rings = sizes.map((n, i) => ({
    times: sizes.length - i,
    draw: binomialDraw(n - (sizes[i - 1] ?? 0), p),
  }));
  return () => rings.reduce((sum, { times, draw }) => sum + times * draw(), 0) / asked;
}

/** One draw, answer by answer. */
function binomialDraw1(n: number, p: number): number {
  let right = 0;
  for (let i = 0; i < n; i++) if (random() < p) right++;
  return right;
}

/** Share of repeated examinations whose interval holds the score expected of the model. */
function coverage(skill: number, spread: number, runs: number) {
  const examine = imagine(skill, spread);
  const results = Array.from({ length: runs }, examine);
  const expected = results.reduce((sum, r) => sum + r.value, 0) / runs;
  const covered = results.filter((r) => {
    const [low, high] = interval(r);
    return low <= expected && expected <= high;
  });
  return { expected, share: covered.length / runs };
}

describe("95 % intervals of the average, over imagined examinations with the suite's questions", () => {
  test("cover 95 ± 1 %, where subtasks are alike", () => {
    for (const skill of [0.2, 0.35, 0.5]) {
      expect(Math.abs(coverage(skill, 0, 8000).share - 0.95), `${skill}`).toBeLessThan(0.01);
    }
  });

  test("cover no less where subtasks differ: taking them as alike errs to the wide side", () => {
    for (const skill of [0.2, 0.5]) {
      const { share } = coverage(skill, 0.3, 4000);
      expect(share).toBeGreaterThan(0.945);
      expect(share).toBeLessThan(0.985);
    }
  });

  test("cover more near guessing, where scores cannot fall below 0", () => {
    const guessing = coverage(0, 0, 4000);
    expect(guessing.expected).toBeLessThan(1.5);
    expect(guessing.share).toBeGreaterThan(0.98);
    expect(coverage(0.05, 0.1, 4000).share).toBeGreaterThan(0.95);
  });
});

describe("the chance that one is better", () => {
  test("is half for equals, and Φ of the difference in standard errors", () => {
    const a = { value: 52, stderr: 0.6 };
    expect(chanceBetter(a, { value: 52, stderr: 0.8 })).toBeCloseTo(0.5, 12);
    expect(unpairedStderr(a, { value: 0, stderr: 0.8 })).toBeCloseTo(1, 12);
    expect(chanceBetter(a, { value: 50, stderr: 0.8 })).toBeCloseTo(0.9772498680518208, 12);
    expect(chanceBetter({ value: 50, stderr: 0.8 }, a)).toBeCloseTo(1 - 0.9772498680518208, 12);
  });

  test("is not known without a standard error", () => {
    expect(chanceBetter({ value: 0, stderr: 0 }, { value: 0, stderr: 0 })).toBeNull();
  });

  test("is sharper from answers to the same questions", () => {
    // Right and wrong answers: 8 alike, 2 apart, both for a. Mean 0.2, variance 0.16·10/9.
    const a = [1, 1, 1, 1, 1, 1, 0, 0, 1, 1];
    const b = [1, 1, 1, 1, 1, 1, 0, 0, 0, 0];
    const paired = pairedStderr(a, b);
    expect(paired).toBeCloseTo(Math.sqrt((0.16 * 10) / 9 / 10), 12);
    const [x, y] = [
      { value: 0.8, stderr: binomialStderr(0.8, 10) },
      { value: 0.6, stderr: binomialStderr(0.6, 10) },
    ];
    expect(paired).toBeLessThan(unpairedStderr(x, y));
    expect(chanceBetter(x, y, paired)).toBeGreaterThan(chanceBetter(x, y)!);
    expect(() => pairedStderr([1], [1])).toThrow(RangeError);
    expect(() => pairedStderr([1, 2], [1, 2, 3])).toThrow(RangeError);
  });
});

/** The definition, pair by pair. */
function slowly(values: readonly (number | null)[], stderrs: readonly (number | null)[]) {
  const field = values.flatMap((v, i) => (v === null ? [] : [i]));
  const known = field.filter((i) => stderrs[i] !== null);
  const z = fieldZ(known.length);
  const told = (a: number, b: number) =>
    known.includes(a) &&
    known.includes(b) &&
    (values[a]! - values[b]!) ** 2 > z ** 2 * (stderrs[a]! ** 2 + stderrs[b]! ** 2);
  const groups = new Map<number, number>();
  let rest = [...known].sort((a, b) => values[b]! - values[a]! || stderrs[a]! - stderrs[b]!);
  for (let group = 1; rest.length > 0; group++) {
    const tied = rest.filter((i) => !told(rest[0]!, i));
    for (const i of tied) groups.set(i, group);
    rest = rest.filter((i) => !tied.includes(i));
  }
  return values.map((value, i): RankRange | null => {
    if (!known.includes(i)) return null;
    const better = known.filter((j) => values[j]! > value! && told(i, j)).length;
    const worse = known.filter((j) => values[j]! < value! && told(i, j)).length;
    return { low: 1 + better, high: field.length - worse, group: groups.get(i)! };
  });
}

describe("rank ranges and tie groups", () => {
  test("of a field small enough to count on fingers", () => {
    // Four models: z = normalBeyond(0.05 / 6) = 2.39, times √2 standard errors: 3.39 points.
    expect(fieldZ(4)).toBeCloseTo(2.394, 3);
    expect(rankRanges([20, 17, 16, 10], [1, 1, 1, 1])).toEqual([
      { low: 1, high: 2, group: 1 },
      { low: 1, high: 3, group: 1 },
      { low: 2, high: 3, group: 2 },
      { low: 4, high: 4, group: 3 },
    ]);
  });

  test("of two models use 1.96", () => {
    expect(rankRanges([2.7, 0], [1, 1]).map((r) => r?.high)).toEqual([2, 2]);
    expect(rankRanges([2.8, 0], [1, 1]).map((r) => r?.high)).toEqual([1, 2]);
  });

  test("leave out what has no score, and never tell apart what has no standard error", () => {
    expect(rankRanges([50, null, 10, 30], [1, 1, 1, null])).toEqual([
      { low: 1, high: 2, group: 1 },
      null,
      { low: 2, high: 3, group: 2 },
      null,
    ]);
    expect(rankRanges([], [])).toEqual([]);
    expect(rankRanges([3], [1])).toEqual([{ low: 1, high: 1, group: 1 }]);
  });

  test("are the definition's, for any field in any order", () => {
    const score = fc.option(
      fc.oneof(fc.integer({ min: 0, max: 12 }), fc.double({ min: 0, max: 40, noNaN: true })),
    );
    const stderr = fc.option(fc.constantFrom(0, 0.3, 1, 1.5, 4), { freq: 8 });
    fc.assert(
      fc.property(fc.array(fc.tuple(score, stderr), { maxLength: 30 }), (rows) => {
        const [values, stderrs] = [rows.map((r) => r[0]), rows.map((r) => r[1])];
        expect(rankRanges(values, stderrs)).toEqual(slowly(values, stderrs));
      }),
      { numRuns: 300 },
    );
  });
});

/** Shares of imagined tables in which the range holds the true rank, by model, and group 1 the best. */
function holding(truth: number[], stderr: number, runs: number) {
  const held = truth.map(() => 0);
  let best = 0;
  const low = truth.map((t) => 1 + truth.filter((u) => u > t).length);
  const high = truth.map((t) => truth.length - truth.filter((u) => u < t).length);
  for (let run = 0; run < runs; run++) {
    const seen = truth.map((t) => t + stderr * gauss());
    const ranges = rankRanges(
      seen,
      truth.map(() => stderr),
    );
    ranges.forEach((r, i) => {
      if (r!.low <= low[i]! && r!.high >= high[i]!) held[i]!++;
    });
    if (ranges[0]!.group === 1) best++;
  }
  return { least: Math.min(...held) / runs, best: best / runs };
}

describe("over imagined tables", () => {
  test("each range holds the true rank with the stated confidence, in dense fields and in wide", () => {
    const even = (size: number, gap: number) =>
      Array.from({ length: size }, (_, i) => 50 - i * gap);
    for (const truth of [even(60, 0), even(60, 0.1), even(60, 1), even(200, 0.02)]) {
      const { least, best } = holding(truth, 0.7, 1500);
      // Three standard errors of 1,500 draws below 95 %, for the least of all.
      expect(least).toBeGreaterThan(0.933);
      expect(best).toBeGreaterThan(0.95);
    }
  });

  test("a plain test of each pair at 5 % would not: hence the larger z", () => {
    const truth = new Array<number>(60).fill(50);
    let held = 0;
    for (let run = 0; run < 400; run++) {
      const seen = truth.map((t) => t + 0.7 * gauss());
      const z = (i: number) => (seen[0]! - seen[i]!) / (0.7 * Math.SQRT2);
      if (seen.every((_, i) => Math.abs(z(i)) <= 1.96)) held++;
    }
    expect(held / 400).toBeLessThan(0.7);
  });
});
