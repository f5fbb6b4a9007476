import { expect, it } from "vitest";
import { type ArrowField, readerOf, rowsOf } from "../../../src/core/table/arrow.ts";

const read = (type: ArrowField["type"], value: unknown) => readerOf({ name: "x", type })(value);

it("keeps whole numbers and decimals exact", () => {
  expect(read({ typeId: 2 }, 42n)).toBe(42);
  expect(read({ typeId: 2 }, 9007199254740993n)).toBe("9007199254740993");
  expect(read({ typeId: 7, scale: 0 }, "45")).toBe(45);
  expect(read({ typeId: 7, scale: 2 }, { toString: () => "-5" })).toBe(-0.05);
  expect(read({ typeId: 7, scale: 2 }, "1234567890123456789050")).toBe("12345678901234567890.50");
});

it("writes days, moments and times of day as text, in UTC", () => {
  expect(read({ typeId: 8 }, new Date("1815-12-10T00:00:00Z"))).toBe("1815-12-10");
  expect(read({ typeId: 10 }, Date.UTC(2024, 1, 29, 10, 0, 1, 500))).toBe("2024-02-29 10:00:01.5");
  expect(read({ typeId: 10 }, Date.UTC(2024, 1, 20, 10, 30, 0))).toBe("2024-02-20 10:30:00");
  expect(read({ typeId: 9, unit: 2 }, 36_001_250_000n)).toBe("10:00:01.25");
  expect(read({ typeId: 9, unit: 0 }, 86_399)).toBe("23:59:59");
});

it("reads a batch by rows, with null for the unknown of every type", () => {
  const types = [2, 5, 7, 8, 9, 10].map((typeId) => ({ name: "x", type: { typeId } }));
  const batch = { numRows: 2, schema: { fields: types }, getChildAt: () => ({ get: () => null }) };
  expect(rowsOf(batch)).toEqual([Array(6).fill(null), Array(6).fill(null)]);
});
