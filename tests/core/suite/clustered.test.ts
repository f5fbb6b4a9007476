import { describe, expect, test } from "vitest";
import { clusteredStderr } from "../../../src/core/suite/clustered.ts";
import { pairedStderr } from "../../../src/core/suite/uncertainty.ts";
import { randomFrom } from "../view/fixtures.ts";

/** The formula as it is printed: every pair of questions of one cluster. */
function plainly(scores: number[], clusters: (string | number)[]): number {
  const n = scores.length;
  const mean = scores.reduce((a, b) => a + b) / n;
  const simple = scores.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1) / n;
  let pairs = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (i !== j && clusters[i] === clusters[j]) {
        pairs += (scores[i]! - mean) * (scores[j]! - mean);
      }
    }
  }
  return Math.sqrt(simple + pairs / n ** 2);
}

describe("the standard error over clusters of questions", () => {
  const random = randomFrom(20241101);
  const scores = Array.from({ length: 60 }, () => Math.round(random()));
  const clusters = scores.map((_, i) => `text ${i % 17}`);

  test("is that of a sum over pairs", () => {
    expect(clusteredStderr(scores, clusters)).toBeCloseTo(plainly(scores, clusters), 12);
  });

  test("is the plain one where every question stands by itself", () => {
    const mean = scores.reduce((a, b) => a + b) / 60;
    const plain = Math.sqrt((mean * (1 - mean)) / 59);
    expect(clusteredStderr(scores, [...scores.keys()])).toBeCloseTo(plain, 12);
  });

  test("of copies that are answered alike is that of the questions, weighted by how often each is asked", () => {
    // As GPQA: 198 questions three times, 250 twice, 98 once.
    const times = [198, 250, 98].flatMap((n, i) => new Array<number>(n).fill(3 - i));
    const answers = times.map(() => (random() < 0.3 ? 1 : 0));
    const asked = times.flatMap((w, q) => new Array<number>(w).fill(q));
    const mean = asked.reduce((sum, q) => sum + answers[q]!, 0) / 1192;
    const weighted = times.reduce((sum, w, q) => sum + (w * (answers[q]! - mean)) ** 2, 0);
    const stderr = clusteredStderr(
      asked.map((q) => answers[q]!),
      asked,
    );
    // Up to the n − 1 of the plain part.
    expect(stderr / (Math.sqrt(weighted) / 1192)).toBeCloseTo(1, 3);
    // The cautious bound takes all questions as alike: 1.55 times the plain error.
    const bound = 1.5544 * Math.sqrt((mean * (1 - mean)) / 1192);
    expect(stderr / bound).toBeGreaterThan(0.9);
    expect(stderr / bound).toBeLessThan(1.1);
  });

  test("of answers that go against each other within a cluster is never below 0", () => {
    expect(clusteredStderr([1, 0, 1, 0], ["a", "a", "b", "b"])).toBeGreaterThanOrEqual(0);
  });

  test("of a difference is that of the differences", () => {
    const other = scores.map((x) => (random() < 0.7 ? x : 1 - x));
    const differences = scores.map((x, i) => x - other[i]!);
    expect(pairedStderr(scores, other, clusters)).toBeCloseTo(plainly(differences, clusters), 12);
  });

  test("needs two questions, and a cluster for each", () => {
    expect(() => clusteredStderr([1], ["a"])).toThrow(RangeError);
    expect(() => clusteredStderr([1, 0], ["a"])).toThrow(RangeError);
  });
});
