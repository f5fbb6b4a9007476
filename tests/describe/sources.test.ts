import { expect, test } from "vitest";
import { sourceKinds } from "../../src/describe/sources.ts";
import { ATTACK, COMMIT, MANIFEST, PULLED } from "./fixtures.ts";

test("datasets, facts and files are told apart, and a dataset says what it holds", () => {
  const { datasets, facts, files } = sourceKinds([...PULLED.sources, ...MANIFEST.sources]);
  expect(
    datasets.map(({ name, owner, holds, hasScores }) => [name, owner, holds, hasScores]),
  ).toEqual([
    ["kitchen/results", "kitchen", "1,234 result files", true],
    ["kitchen/queue", "kitchen", "3 requests, 1 vote", false],
  ]);
  expect(facts?.rows).toBe(9);
  expect(files.map((f) => f.source)).toEqual(["kitchen.csv"]);
});

test("what is no dataset at a commit never comes into an address", () => {
  const source = { ...PULLED.sources[0]! };
  const strange = [
    { ...source, source: "hf://datasets/a/b/../../c" },
    { ...source, source: "hf://datasets/../c" },
    { ...source, source: 'hf://datasets/a/b"onmouseover=x' },
    { ...source, source: "hf://datasets/a/b; rm -rf ." },
    { ...source, commit: "main" },
    { ...source, commit: `${COMMIT} && true` },
    ...ATTACK.manifest.sources,
  ];
  expect(sourceKinds(strange).datasets).toEqual([]);
});
