import { expect, test } from "vitest";
import { formatParams, UNKNOWN } from "../../../src/core/table/format.ts";

test.each([
  [null, UNKNOWN],
  // The smallest sizes of the published table.
  [0.002, "2M"],
  [0.007, "7M"],
  [0.031, "31M"],
  [0.043, "43M"],
  [0.068, "0.1B"],
  [0.494, "0.5B"],
  [7.616, "7.6B"],
  [72.7, "72.7B"],
  [141.6, "142B"],
  // A size rounded up to the next unit.
  [0.0499, "50M"],
])("%s billion parameters read %s", (billions, text) => {
  expect(formatParams(billions)).toBe(text);
});

test("no size that is above zero reads as none", () => {
  for (let billions = 1e-6; billions < 1000; billions *= 1.07) {
    expect(formatParams(billions)).not.toMatch(/^0[BM]/);
  }
});
