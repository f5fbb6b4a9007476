import { expect, test } from "vitest";
import { baseModelsOf, licenseOf } from "../../../src/core/records/card.ts";

test.each<[unknown, unknown, string | null]>([
  [{ license: "mit" }, [], "mit"],
  [{ license: ["apache-2.0", "mit"] }, [], "apache-2.0"],
  [{ license: "other", license_name: "gemma" }, [], "gemma"],
  [{ license: "other" }, [], "other"],
  [{}, ["x", "license:llama3"], "llama3"],
  [null, null, null],
  [{ license: 7 }, [7], null],
  [{ license: "x".repeat(501) }, [], null],
])("the licence of %j with tags %j is %s", (card, tags, expected) => {
  expect(licenseOf(card, tags)).toBe(expected);
});

test.each<[unknown, string[]]>([
  [{ base_model: "o/a" }, ["o/a"]],
  [{ base_model: ["o/a", "o/b", "o/a", 3] }, ["o/a", "o/b"]],
  [{ base_model: "" }, []],
  [undefined, []],
])("the base models of %j are %j", (card, expected) => {
  expect(baseModelsOf(card)).toEqual(expected);
});
