import { expect, test } from "vitest";
import { hoursBy } from "../../../src/core/queue/hours.ts";
import { queueSchema } from "../../../src/core/queue/rules.ts";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import tiny from "../../fixtures/tiny.config.ts";
import { V2 } from "../suite/suites.ts";

/** Continuations of the v2 suite: choices × questions, summed over its file in Python. */
const ASKED = 161_193;

test("hours are those of the plain rule on one GPU, by hand", () => {
  const seconds = 30 + (7e9 * 2) / 2e8 + (2 * 7e9 * 1000 * ASKED) / 1e14;
  const request = { params_b: 7, precision: "bfloat16" };
  expect(hoursBy(V2, queueSchema.parse({}))(request)).toBeCloseTo(seconds / 3600, 9);
  const slow = queueSchema.parse({ estimates: { factor: 2.5 } });
  expect(hoursBy(V2, slow)(request)).toBeCloseTo((seconds / 3600) * 2.5, 9);
});

test("of an unknown size they are unknown; where the suite does not tell, nobody's count", () => {
  const rules = queueSchema.parse({});
  expect(hoursBy(V2, rules)({ params_b: null, precision: null })).toBeNull();
  const suite = suiteSchema.parse(tiny.suites[0]);
  const vague = {
    ...suite,
    benchmarks: suite.benchmarks.map((b) => ({
      ...b,
      subtasks: [],
      metrics: b.metrics.map((m) => ({ ...m, n: undefined })),
    })),
  };
  expect(hoursBy(vague, rules)({ params_b: 7, precision: null })).toBe(0);
});
