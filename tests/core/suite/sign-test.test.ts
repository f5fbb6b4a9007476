import { expect, test } from "vitest";
import { signTest } from "../../../src/core/suite/sign-test.ts";

test("known values of the binomial distribution", () => {
  // By hand: 2 · (1 + 12 + 66) / 4096, and so on.
  expect(signTest(0, 12)).toBeCloseTo(2 / 4096, 12);
  expect(signTest(2, 12)).toBeCloseTo(158 / 4096, 12);
  expect(signTest(10, 12)).toBeCloseTo(158 / 4096, 12);
  expect(signTest(6, 12)).toBe(1);
  expect(signTest(0, 0)).toBe(1);
});

test("whole numbers of any size give the same", () => {
  for (const [k, n] of [
    [13, 36],
    [40, 100],
    [480, 1000],
  ] as const) {
    let [choose, sum] = [1n, 0n];
    for (let i = 0n; i <= BigInt(k); i++) {
      sum += choose;
      choose = (choose * (BigInt(n) - i)) / (i + 1n);
    }
    const exact = Number((2n * sum * 10n ** 18n) / 2n ** BigInt(n)) / 1e18;
    expect(signTest(k, n), `${k} of ${n}`).toBeCloseTo(exact, 10);
  }
});
