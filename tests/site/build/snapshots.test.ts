import { expect, test } from "vitest";
import { lastSeenIn } from "../../../src/site/build/snapshots.ts";

const snapshot = (name: string, onHub: [model: string, onHub: boolean | null][]) => ({
  name,
  grid: {
    length: onHub.length,
    columns: { model: onHub.map(([m]) => m), on_hub: onHub.map(([, on]) => on) },
  },
});

test("a model that is gone was last seen in the newest snapshot that had it on the Hub", () => {
  const seen = lastSeenIn([
    snapshot("4", [
      ["a/gone", false],
      ["a/here", true],
      ["a/never", false],
      ["a/back", true],
      ["a/two", true],
      ["a/two", false],
    ]),
    snapshot("3", [
      ["a/gone", false],
      ["a/back", false],
      ["a/two", true],
    ]),
    snapshot("2", [
      ["a/gone", true],
      ["a/here", true],
      ["a/never", null],
    ]),
    snapshot("1", [["a/gone", true]]),
  ]);
  expect([...seen].map(([model, { name }]) => [model, name])).toEqual([["a/gone", "2"]]);
  expect(lastSeenIn([])).toEqual(new Map());
});
