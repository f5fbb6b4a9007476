import { expect, test } from "vitest";
import { z } from "zod";
import { explain } from "../../../src/core/records/explain.ts";
import { strict } from "../../../src/core/records/strict.ts";

const schema = strict({
  title: z.string().min(1),
  year: z.number().int().min(1900).lt(2200).optional(),
  tags: z.array(z.string().max(5)).min(1).max(2).optional(),
  kind: z.enum(["one", "two"]).optional(),
  home: z.url().optional(),
  code: z.string().regex(/^x/, "must start with x").optional(),
});

test.each<[unknown, string]>([
  [undefined, "is missing, must be an object"],
  [[], "must be an object, is a list"],
  [{}, "field title: is missing, must be text"],
  [{ title: null }, "field title: must be text, is null"],
  [{ title: "" }, "field title: must not be empty"],
  [
    { title: "x", titel: "y" },
    'has no "titel"; its fields are title, year, tags, kind, home, code',
  ],
  [{ title: "x", year: "2025" }, "field year: must be a number, is text"],
  [{ title: "x", year: 20.5 }, "field year: must be a whole number, is a number"],
  [{ title: "x", year: 25 }, "field year: must be at least 1900"],
  [{ title: "x", year: 2200 }, "field year: must be less than 2200"],
  [{ title: "x", tags: "a" }, "field tags: must be a list, is text"],
  [{ title: "x", tags: [] }, "field tags: must not be empty"],
  [{ title: "x", tags: ["a", "b", "c"] }, "field tags: must have at most 2 entries"],
  [{ title: "x", tags: ["a", "b".repeat(6)] }, "field tags.1: must have at most 5 characters"],
  [{ title: "x", kind: "three" }, 'field kind: must be one of "one", "two"'],
  [{ title: "x", home: "nowhere" }, "field home: must be an address like https://example.org/"],
  [{ title: "x", code: "y" }, "field code: must start with x"],
  [
    { title: 1, code: "y" },
    "field title: must be text, is a number; field code: must start with x",
  ],
  // What is missing is most often there under a name that is none: that comes first.
  [
    { titel: "x", year: 25, tags: [], kind: "three" },
    'has no "titel"; its fields are title, year, tags, kind, home, code; field title: is missing, ' +
      "must be text; field year: must be at least 1900 (and 2 more)",
  ],
])("of %j it is said: %s", (input, said) => {
  expect(explain(schema.safeParse(input).error!)).toBe(said);
});

test("what passes is what it was", () => {
  const input = { title: "x", year: 2025, tags: ["a"] };
  expect(schema.parse(input)).toEqual(input);
});
