import { expect, test } from "vitest";
import { remake } from "../../../src/core/describe/snippets.ts";
import { typed } from "../../../src/pipeline/installed/typed.ts";
import { COMMIT, MANIFEST, PULLED } from "./fixtures.ts";

// That the lines make the same tables is shown in tests/snapshot/pulled.test.ts.

test("tables are made again from the commits that were read, and the embedded snapshot", () => {
  const datasets = [`kitchen/results@${COMMIT}`, `kitchen/queue@${COMMIT}`];
  const lines = (...parts: string[]) => parts.join(" \\\n  ");
  const pull = lines("npm run pull --", ...datasets.map((d) => `--dataset ${d}`));
  const sources = datasets.map((d) => `--source hf://datasets/${d}`);
  const end = "--as-of 2025-03-09 --out tables";
  expect(remake(PULLED, typed, "data/snapshot")).toBe(
    `${pull}\n${lines("npm run data --", ...sources, end)}`,
  );
  const both = { ...PULLED, sources: [...MANIFEST.sources, ...PULLED.sources] };
  expect(remake(both, typed, "data/snapshot")).toBe(
    `${pull}\n${lines("npm run data --", "--source data/snapshot", ...sources, end)}`,
  );
});

test("there are no such lines for what else was given, or would be no word of a shell", () => {
  const [embedded] = MANIFEST.sources;
  const given = { ...embedded!, note: "3 result files" };
  expect(
    remake({ ...PULLED, sources: [given, ...PULLED.sources] }, typed, "data/snapshot"),
  ).toBeNull();
  expect(remake(MANIFEST, typed, "data/snapshot")).toBeNull();
  const both = { ...PULLED, sources: [embedded!, ...PULLED.sources] };
  expect(remake(both, typed, "my data; rm -rf .")).toBeNull();
});
