import fc from "fast-check";
import { expect, it } from "vitest";
import { consoleLink } from "../../../src/core/view/console-link.ts";
import { addressOf, queryOf } from "../../../src/site/sql/url.ts";

it("holds a query and gives it back, whatever it says", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 400 }), (text) => {
      fc.pre(text.trim() !== "");
      expect(queryOf(addressOf(text)!)).toBe(text);
      expect(queryOf(new URL(consoleLink("https://a.example/sql/?q=1", text)).search)).toBe(text);
    }),
  );
});

it("knows no query and queries too long for an address", () => {
  expect(queryOf("")).toBeNull();
  expect(queryOf("?q=")).toBeNull();
  expect(queryOf("?q=%20%0A")).toBeNull();
  expect(queryOf("?other=1")).toBeNull();
  expect(queryOf("?q=select%201&q=2")).toBe("select 1");
  expect(addressOf("")).toBe("");
  expect(addressOf(`select '${"x".repeat(7000)}'`)).toBeNull();
});
