import { describe, expect, test } from "vitest";
import {
  asBoolean,
  asCount,
  asLicense,
  asNumber,
  asText,
  asWeightType,
} from "../../../src/pipeline/sources/fields.ts";

describe("cells as values", () => {
  test.each([
    [" x ", "x"],
    ["", null],
    ["  ", null],
    ["NA", null],
    ["N/A", null],
    ["nan", "nan"],
    [null, null],
    [undefined, null],
    [7, "7"],
    // Put before a formula by our own CSV files.
    ["'=1+1", "=1+1"],
    ["'-x/y", "-x/y"],
    ["'quoted'", "'quoted'"],
  ])("text %j is %j", (cell, value) => {
    expect(asText(cell)).toBe(value);
  });

  test.each([
    ["1.5", 1.5],
    ["-1", -1],
    ["1e3", 1000],
    ["1,5", 1.5],
    ["1,234", null],
    ["0,234", 0.234],
    ["1.234,5", 1234.5],
    ["1,234.5", 1234.5],
    ["1.234.567", null],
    ["51%", 51],
    ["-", null],
    ["nan", null],
    ["x", null],
    ["Infinity", null],
    [Number.NaN, null],
    ["", null],
    [0, 0],
  ])("number %j is %j", (cell, value) => {
    expect(asNumber(cell)).toBe(value);
  });

  test.each([
    ["TRUE", true],
    ["False", false],
    [true, true],
    [false, false],
    ["NA", null],
    ["yes", null],
    ["", null],
  ])("truth %j is %j", (cell, value) => {
    expect(asBoolean(cell)).toBe(value);
  });

  test("counts are whole and not negative", () => {
    expect(["3", "0", "-1", "1.5", "x"].map(asCount)).toEqual([3, 0, null, null, null]);
  });

  test("a count that no column of a table could hold is unknown", () => {
    expect(["2147483647", "2147483648", "1e15"].map(asCount)).toEqual([2147483647, null, null]);
  });

  test("licences and weight types", () => {
    expect(["mit", "?", "Unknown", "NA"].map(asLicense)).toEqual(["mit", null, null, null]);
    expect(["Original", "adapter", "DELTA", "x"].map(asWeightType)).toEqual([
      "Original",
      "Adapter",
      "Delta",
      null,
    ]);
  });
});
