import { expect, test } from "vitest";
import { placeOf, sourceKinds } from "../../../src/core/describe/sources.ts";
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

test("a source is told as a file at the commit that was read, or as a row of a table", () => {
  const { datasets } = sourceKinds(PULLED.sources);
  const of = (source: string) => placeOf(source, datasets);
  expect(of("kitchen/results/a/b/results_2024-06-17T12-07-04.json")).toEqual({
    text: "results_2024-06-17T12-07-04.json",
    url: `https://huggingface.co/datasets/kitchen/results/blob/${COMMIT}/a/b/results_2024-06-17T12-07-04.json`,
  });
  expect(of("table.csv#1234")).toEqual({ text: "row 1,234 of table.csv", url: null });
  expect(of("kitchen/results/data/x.parquet#7").url).toMatch(/\/data\/x\.parquet$/);
  expect(of("kitchen/results2/a.json").url).toBeNull();
  expect(of('kitchen/results/a b/"><i>#?.json').url).toBe(
    `https://huggingface.co/datasets/kitchen/results/blob/${COMMIT}/a%20b/%22%3E%3Ci%3E%23%3F.json`,
  );
});
