import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { FORMATS, formatOf } from "../../../src/pipeline/formats/detect.ts";
import { FORMAT_TEXTS } from "../../../src/site/docs/formats.ts";

const FOLDER = "src/site/docs/formats";

function json(path: string): unknown {
  return JSON.parse(readFileSync(join(FOLDER, path), "utf8"));
}

/** Whether a document has something at a path, where `*` is any name or place. A name may have points in it. */
function has(value: unknown, path: string): boolean {
  if (path === "") return true;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(value).some(([name, inner]) =>
    [name, "*"].some(
      (step) =>
        path === step || (path.startsWith(`${step}.`) && has(inner, path.slice(step.length + 1))),
    ),
  );
}

test("every reader has its section, and no other", () => {
  expect(Object.keys(FORMAT_TEXTS)).toEqual(FORMATS.map((f) => f.id));
});

describe.each(Object.entries(FORMAT_TEXTS))("%s", (id, { readings, examples }) => {
  test("its example is one", () => {
    expect(formatOf(json(examples[0]!), examples[0]!).id).toBe(id);
  });

  test("all that is said to be read is there in the example", () => {
    const paths = readings.flatMap((r) => r.where);
    expect(paths.filter((path) => !has(json(examples[0]!), path))).toEqual([]);
  });
});

test("every example is shown", () => {
  const names = readdirSync(FOLDER, { recursive: true, encoding: "utf8" });
  const shown = Object.values(FORMAT_TEXTS).flatMap((f) => f.examples);
  expect(names.filter((name) => name.endsWith(".json")).sort()).toEqual(shown.sort());
});
