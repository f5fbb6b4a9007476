import { expect, test } from "vitest";
import { jsonIn } from "../../../src/pipeline/sources/record.ts";

test("NaN and Infinity are null, and what stands in texts stays", () => {
  expect(jsonIn('{"a": NaN, "b": [-Infinity, Infinity, 1]}')).toEqual({
    a: null,
    b: [null, null, 1],
  });
  expect(jsonIn('{"NaN \\" NaN": "Infinity \\\\", "b": NaN}')).toEqual({
    'NaN " NaN': "Infinity \\",
    b: null,
  });
});

test("what is broken is told at once, however it is broken", () => {
  const start = performance.now();
  for (const text of [
    `"${'\\"'.repeat(500_000)}NaN`,
    `{"x": NaN, "y": "${"\\".repeat(1_000_001)}`,
  ]) {
    expect(() => jsonIn(text)).toThrow(/is not valid JSON/);
  }
  const long = `{"x": NaN, "y": "${"z".repeat(15_000_000)}"}`;
  expect((jsonIn(long) as { x: null }).x).toBeNull();
  // Not a measure of speed: by backtracking it would take minutes.
  expect(performance.now() - start).toBeLessThan(30_000);
});
