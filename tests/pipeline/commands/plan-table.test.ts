import { expect, test } from "vitest";
import { costText, planTable } from "../../../src/pipeline/commands/plan-table.ts";
import { costAt } from "../../../src/pipeline/runner/cost.ts";
import type { Estimate } from "../../../src/pipeline/runner/size.ts";
import { requestOf } from "../runner/requests.ts";

const ESTIMATE: Estimate = {
  device: "cuda",
  deviceName: "1 × T4 of t4-small",
  gpus: 1,
  memory: 5.2e9,
  seconds: 90,
  cost: { currency: "USD", amount: 0.12, per: "minute", seconds: 720 },
  kind: "t4-small",
};

test("a plan is a table; what is not known is said, and is not nothing", () => {
  const unknown = { ...ESTIMATE, deviceName: "2 cores of x", seconds: null, cost: null };
  expect(
    planTable([
      { request: requestOf({ model: "o/large" }), estimate: ESTIMATE },
      { request: requestOf({ model: "o/n", precision: "bfloat16" }), estimate: unknown },
      { request: requestOf({ model: "o/huge" }), estimate: "It does not fit." },
    ]),
  ).toEqual([
    "model    precision  on                  memory  time        cost",
    "o/large  float16    1 × T4 of t4-small  5.2 GB  1 min 30 s  $0.12",
    "o/n      bfloat16   2 cores of x        5.2 GB  unknown     unknown",
    "o/huge   float16    not here            –       –           –",
  ]);
});

test("what nobody gave a price for costs nobody knows what; what cost little did not cost nothing", () => {
  expect(costAt(null, 60)).toBeNull();
  expect(costAt(2, null)).toBeNull();
  expect(costAt(2, 1800)).toEqual({ currency: "USD", amount: 1, per: "second", seconds: 1800 });
  const at = (amount: number) => costText({ currency: "USD", amount, per: "second", seconds: 1 });
  expect([costText(null), at(0), at(0.004), at(0.01), at(12.345)]).toEqual([
    "unknown",
    "$0.00",
    "less than $0.01",
    "$0.01",
    "$12.35",
  ]);
});
