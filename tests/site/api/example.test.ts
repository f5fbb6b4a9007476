import fc from "fast-check";
import { expect, test } from "vitest";
import { readable } from "../../../src/site/api/example.ts";

test("what fits on a line stands on one", () => {
  expect(readable({ a: 1, b: [null, "x\ny"] })).toBe('{ "a": 1, "b": [ null, "x\\ny" ] }');
  expect(readable({ list: [{ a: 1 }, { a: 2 }], text: "long enough" }, 20)).toBe(
    [
      "{",
      '  "list": [',
      '    { "a": 1 },',
      '    { "a": 2 }',
      "  ],",
      '  "text": "long enough"',
      "}",
    ].join("\n"),
  );
});

test("it is the same JSON", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.integer({ min: 1, max: 90 }), (value, width) => {
      expect(JSON.parse(readable(value, width))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
