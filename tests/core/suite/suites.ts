import v1 from "../../../data/suites/open-llm-v1.json" with { type: "json" };
import v2 from "../../../data/suites/open-llm-v2.json" with { type: "json" };
import { type Benchmark, type Suite, suiteSchema } from "../../../src/core/records/suite.ts";
import kitchen from "../../fixtures/tiny-suite.json" with { type: "json" };

export const V1 = suiteSchema.parse(v1);
export const V2 = suiteSchema.parse(v2);
export const KITCHEN = suiteSchema.parse(kitchen);

export function benchmarkOf(suite: Suite, key: string): Benchmark {
  const found = suite.benchmarks.find((b) => b.key === key);
  if (!found) throw new Error(`${suite.id} has no ${key}`);
  return found;
}
