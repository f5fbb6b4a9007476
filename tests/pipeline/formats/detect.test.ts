import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resultsFileSchema } from "../../../src/core/records/results-file.ts";
import { FORMATS, formatOf, runsIn } from "../../../src/pipeline/formats/detect.ts";
import { type Document, documents } from "./documents.ts";

const all = documents();
const named = all.map((d): [string, Document] => [d.path, d]);

describe("every document", () => {
  test("there is one of each format", () => {
    expect([...new Set(all.map((d) => d.format))].sort()).toEqual(FORMATS.map((f) => f.id).sort());
  });

  test.each(named)("%s is of exactly one format", (_, { json, path, format }) => {
    expect(FORMATS.filter((f) => f.recognises(json, path)).map((f) => f.id)).toEqual([format]);
    expect(formatOf(json, path).id).toBe(format);
  });

  test.each(named)("%s reads to what the harness's files are checked against", (_, d) => {
    const { runs } = runsIn(d.json, d.path, d.sibling);
    expect(runs).toHaveLength(1);
    for (const run of runs) expect(resultsFileSchema.safeParse(run).error).toBeUndefined();
    // Absent, not undefined: as it would be in a file.
    expect(JSON.parse(JSON.stringify(runs))).toStrictEqual(runs);
  });
});

test("what no other claims is the harness's, and stays what it is", () => {
  for (const json of [null, 3, "x", [], {}, { results: [] }]) {
    expect(runsIn(json, "results_x.json")).toEqual({ format: formatOf(json, ""), runs: [json] });
    expect(formatOf(json, "results_x.json").id).toBe("lm-eval");
  }
});

/** Runs, or an error that says something in a sentence: never a crash. */
function survives(json: unknown): "read" | "refused" {
  for (const format of FORMATS) format.recognises(json, "a/results_x.json");
  try {
    const { format, runs } = runsIn(json, "a/results_x.json", () => json);
    expect(runs.length).toBeGreaterThan(0);
    if (format.id.startsWith("lm-eval") || format.id === "leaderboard-template") return "read";
    for (const run of runs) expect(resultsFileSchema.safeParse(run).error).toBeUndefined();
    return "read";
  } catch (error) {
    const { name, message, stack } = error as Error;
    expect(name, stack).toBe("Error");
    expect(message).toMatch(/^(field |does not name its model)/);
    expect(message.length).toBeLessThan(400);
    return "refused";
  }
}

/** A list in a list in a list: JSON.parse takes it, what calls itself does not. */
const deep = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`);
const ODD = [
  null,
  0,
  -1,
  2.5,
  "",
  "N/A",
  [],
  {},
  [null],
  true,
  deep,
  { toString: 1, valueOf: 1 },
  JSON.parse('{"__proto__": {"x": 1}, "constructor": 2, "length": 3}'),
];

/** Paths of all values in a document. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, v]) => pathsOf(v, [...path, key]))];
}

/** The document with one value replaced, or removed where there is none to put. */
function changed(json: unknown, path: string[], value: unknown): unknown {
  const root = structuredClone(json);
  const key = path.at(-1);
  if (key === undefined) return value;
  // biome-ignore lint/suspicious/noExplicitAny: any place of any document
  const parent = path.slice(0, -1).reduce((at: any, step) => at[step], root);
  if (value === undefined && Array.isArray(parent)) parent.splice(Number(key), 1);
  else if (value === undefined) delete parent[key];
  else parent[key] = value;
  return root;
}

describe("hostile documents", () => {
  test.each(named)("%s with each value replaced by others, and without it", (_, { json }) => {
    const seen = { read: 0, refused: 0 };
    for (const path of pathsOf(json)) {
      for (const value of [...ODD, undefined]) seen[survives(changed(json, path, value))]++;
    }
    expect(seen.read).toBeGreaterThan(0);
  });

  test.each(named)("%s with a name that objects have anyway", (_, { json }) => {
    const text = JSON.stringify(json);
    const keys = new Set(pathsOf(json).flatMap((path) => path.slice(-1)));
    for (const key of keys) {
      for (const name of ["__proto__", "constructor", "toString"]) {
        survives(JSON.parse(text.replace(`${JSON.stringify(key)}:`, `${JSON.stringify(name)}:`)));
      }
    }
    expect({}).not.toHaveProperty("acc");
  });

  test("recognising never throws, reading throws sentences only", () => {
    const names = [...new Set(all.flatMap((d) => pathsOf(d.json).flat()))];
    const key = fc.oneof(fc.constantFrom(...names), fc.string());
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom(...ODD),
        fc.double(),
        fc.string(),
        fc.array(tie("value"), { maxLength: 4 }),
        fc.dictionary(key, tie("value"), { maxKeys: 6 }),
      ),
    }));
    fc.assert(
      fc.property(value, (json) => void survives(json)),
      { numRuns: 2000, seed: 5 },
    );
  });
});
