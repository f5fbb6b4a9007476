import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { uuidOf } from "../../../src/pipeline/snapshot/uuid.ts";

test("the same name has the same id, of the form that the datastore takes", () => {
  const names = ["a b", "a c", "", "ä"];
  const ids = names.map(uuidOf);
  expect(names.map(uuidOf)).toEqual(ids);
  expect(new Set(ids).size).toBe(names.length);
  for (const id of ids) {
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

test("all but six bits are those of SHA-1", () => {
  const hex = createHash("sha1").update("open-leaderboard/every-eval-ever\0a b").digest("hex");
  const id = uuidOf("a b").replaceAll("-", "");
  expect(id.slice(0, 12)).toBe(hex.slice(0, 12));
  expect(id.slice(13, 16)).toBe(hex.slice(13, 16));
  expect(id.slice(17)).toBe(hex.slice(17, 32));
});
