import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { evaluationSchema } from "../../src/records/evaluation.ts";
import { parseResults } from "../../src/sources/results.ts";
import { KITCHEN, V2 } from "../suite/suites.ts";
import { pythia, resultsFile } from "./harness.ts";

let valid: string;
let paths: string[][];
beforeAll(async () => {
  const samples = { leaderboard_gpqa: 1192, leaderboard_ifeval: 541 };
  const file = resultsFile({ figures: await pythia(), chatTemplate: "{{ x }}", samples });
  const config = {
    model_args: { pretrained: "a/b", peft: "a/c", dtype: "auto", revision: "main" },
    model_sha: "abc",
    model_dtype: "torch.float16",
    model_num_parameters: 1e9,
    limit: null,
  };
  valid = JSON.stringify({ ...file, config, date: 1.7e9 });
  paths = pathsOf(JSON.parse(valid));
});

/** Paths of all values in a JSON value. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, v]) => pathsOf(v, [...path, key]));
  return [path, ...inner];
}

type Change = { at: number; to: "gone" } | { at: number; to: "value"; value: unknown };

/** A copy of the valid file with some values replaced or removed. */
function mutated(changes: Change[]): unknown {
  let root = JSON.parse(valid);
  for (const change of changes) {
    const path = paths[change.at % paths.length]!;
    const key = path.at(-1);
    let parent = root;
    for (const step of path.slice(0, -1)) parent = parent?.[step];
    if (key === undefined) root = change.to === "gone" ? undefined : structuredClone(change.value);
    else if (typeof parent !== "object" || parent === null) continue;
    else if (change.to === "gone") delete parent[key];
    else parent[key] = structuredClone(change.value);
  }
  return root;
}

/** Evaluations that check, or an error that says something: never a crash. */
function survives(text: string): "parsed" | "refused" {
  try {
    const evaluations = parseResults(text, "a/b/results_2024-01-01T00-00-00.json", [V2, KITCHEN]);
    expect(evaluations.length).toBeGreaterThan(0);
    for (const e of evaluations) expect(evaluationSchema.safeParse(e).error).toBeUndefined();
    return "parsed";
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
    const { name, message } = error as Error;
    expect(name, (error as Error).stack).toBe("Error");
    expect(message).not.toBe("");
    expect(message.length).toBeLessThan(500);
    return "refused";
  }
}

test("values replaced or removed anywhere", () => {
  const seen = { parsed: 0, refused: 0 };
  const value = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(
      -1,
      2,
      Number.MAX_VALUE,
      "N/A",
      "",
      null,
      [],
      {},
      { toString: 1, valueOf: 1 },
      "../x",
    ),
    fc.constant(JSON.parse('{"__proto__": {"value": 1}, "length": 3}')),
  );
  const change = fc.oneof(
    fc.record({ at: fc.nat(), to: fc.constant("gone" as const) }),
    fc.record({ at: fc.nat(), to: fc.constant("value" as const), value }),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      seen[survives(JSON.stringify(mutated(changes)) ?? "")]++;
    }),
    { numRuns: 1500 },
  );
  // Both ways out were really taken.
  expect(seen.parsed).toBeGreaterThan(50);
  expect(seen.refused).toBeGreaterThan(50);
});

test("keys renamed to names that objects have anyway", () => {
  const name = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty", "length");
  fc.assert(
    fc.property(fc.nat(), name, (at, to) => {
      const key = paths[at % paths.length]?.at(-1) ?? "results";
      survives(valid.replace(`${JSON.stringify(key)}:`, `${JSON.stringify(to)}:`));
    }),
    { numRuns: 500 },
  );
});

test("text cut off, cut out or broken anywhere", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 200 }), fc.string({ maxLength: 3 }), (from, gap, put) => {
      const start = from % valid.length;
      survives(valid.slice(0, start));
      survives(valid.slice(0, start) + put + valid.slice(start + gap));
    }),
    { numRuns: 700 },
  );
});
