import { expect, test } from "vitest";
import { executorOf, jobsSettings } from "../../../src/pipeline/commands/executors.ts";
import {
  cheapest,
  costOf,
  largest,
  readHardware,
} from "../../../src/pipeline/runner/hf-jobs/hardware.ts";
import { HARDWARE } from "../hub/jobs.ts";
import { KITCHEN_BOARD } from "../snapshot/snapshot.ts";
import { requestOf } from "./requests.ts";

const SUITE = KITCHEN_BOARD.suites[0]!;
const [, T4, L4X4, A100] = HARDWARE as [object, object, object, object];
const kinds = (list: unknown) => readHardware(list).map(({ kind }) => kind);

test("the Hub's texts become machines and prices: memory of all GPUs together, shared out", () => {
  expect(readHardware(HARDWARE)).toMatchObject([
    {
      kind: "t4-small",
      machine: {
        cpu: { cores: 4, memory: 15e9 },
        gpus: [{ name: "T4 of t4-small", memory: 16e9 }],
      },
    },
    {
      kind: "l4x4",
      machine: { gpus: Array(4).fill({ name: "L4 of l4x4", memory: 24e9, driver: "unknown" }) },
      price: { micro: 63_333, per: "minute" },
    },
    { kind: "a100-large", price: { micro: 41_667, per: "minute" } },
  ]);
  expect(largest(readHardware(HARDWARE))?.gpus).toHaveLength(4);
  expect(largest([])).toBeNull();
});

test.each([
  ["no GPU", { accelerator: null }],
  ["no price", { unitCostMicroUSD: undefined }],
  ["a price that is text", { unitCostMicroUSD: "167" }],
  ["a price of nothing", { unitCostMicroUSD: 0 }],
  ["a price below nothing", { unitCostMicroUSD: -5 }],
  ["part of a price", { unitCostMicroUSD: 0.5 }],
  ["a price without end", { unitCostMicroUSD: 1e300 }],
  ["a unit that nobody knows", { unitLabel: "token" }],
  ["memory in words", { ram: "plenty" }],
  ["cores in words", { cpu: "many" }],
  ["a name that is none", { name: "a b; rm" }],
  ["a GPU without memory", { accelerator: { type: "gpu", model: "T4", quantity: "1" } }],
  [
    "a GPU in another unit",
    {
      accelerator: {
        ...{ type: "gpu", model: "T4", quantity: "1", vram: "16384 MiB", manufacturer: "Nvidia" },
      },
    },
  ],
  [
    "no GPU's number",
    {
      accelerator: {
        ...{ type: "gpu", model: "T4", quantity: "x2", vram: "16 GB", manufacturer: "Nvidia" },
      },
    },
  ],
  [
    "an accelerator that PyTorch does not know",
    {
      accelerator: {
        ...{ type: "neuron", model: "Inf2", quantity: "1", vram: "32 GB", manufacturer: "AWS" },
      },
    },
  ],
])("hardware with %s is not taken, and the rest is", (_, change) => {
  expect(kinds([L4X4, { ...T4, ...change }, A100])).toEqual(["l4x4", "a100-large"]);
});

test.each([[null], [{}], ["no"], [[null, 1, "t4"]]])(
  "a list that is none (%j) has no hardware",
  (list) => {
    expect(readHardware(list)).toEqual([]);
  },
);

test("units that were begun are paid whole", () => {
  const cent = { micro: 10_000, per: "minute" } as const;
  expect([0, 1, 60, 61].map((s) => costOf(cent, s).amount)).toEqual([0, 0.01, 0.01, 0.02]);
  expect(costOf({ micro: 400_000, per: "hour" }, 3601)).toEqual({
    ...{ currency: "USD", amount: 0.8, per: "hour", seconds: 7200 },
  });
});

const best = (
  change: object,
  factor: (name: string) => number = () => 1,
  list: object[] = HARDWARE,
) => cheapest(readHardware(list), requestOf(change).row, SUITE, factor, 86_400);

test("what costs least in all is taken, not what an hour costs least of", () => {
  expect(best({ params: 1.2 })).toMatchObject({
    kind: "t4-small",
    gpus: 1,
    cost: { amount: 0.12 },
  });
  // Too large for one T4 or one L4: four L4 at 6.3 cents, or one A100 at 4.2.
  expect(best({ params: 20 })).toMatchObject({ kind: "a100-large", gpus: 1 });
  // Past runs say that the A100 is that much slower than was thought.
  const slow = (name: string) => (name.includes("A100") ? 50 : 1);
  expect(best({ params: 20 }, slow)).toMatchObject({ kind: "l4x4" });
});

test("what fits nowhere, or costs nobody knows what, is not run", () => {
  expect(best({ params: 400 })).toMatch(/needs about .* of memory/);
  expect(best({ params: 0 })).toMatch(/How long .* takes cannot be said, and so not what it costs/);
  expect(best({ params: 1.2 }, () => 1e6)).toMatch(/takes longer than one run may/);
  expect(best({ params: 1.2 }, () => 1, [])).toMatch(/The Hub lists no machine for jobs/);
  expect(best({ params: 1.2 }, () => 1, [L4X4])).toMatchObject({ kind: "l4x4" });
});

const VALUES = {
  executor: "hf-jobs",
  "slurm-gres": "gpu",
  "slurm-option": [],
  "slurm-download-here": false,
};

test("nothing is rented by somebody who has not said for how much", () => {
  const limits = { seconds: 60 };
  const of = (change: object) => jobsSettings({ ...VALUES, ...change }, limits);
  expect(() => of({})).toThrow(/say how many dollars/);
  for (const ceiling of ["", " ", "0", "-1", "much", "Infinity", "NaN", "1e9"]) {
    expect(() => of({ ceiling }), ceiling).toThrow(/must be a number of dollars above 0/);
  }
  expect(of({ ceiling: "2.5" })).toEqual({
    ...{ ceiling: 2.5, namespace: null, image: "python:3.12", seconds: 60 },
  });
  const odd = { ceiling: "1", "jobs-namespace": "../x" };
  expect(() => of(odd)).toThrow(/must be an account or organisation/);
  expect(() => of({ ceiling: "1", "jobs-image": "-v /:/" })).toThrow(/must be an image/);
  const around = { limits, harness: { commit: "79492751" } } as Parameters<typeof executorOf>[1];
  const rented = { ...VALUES, ceiling: "1" };
  expect(() => executorOf(rented, around)).toThrow(
    "The suite's harness is commit 79492751, which a job cannot install: name an image that has it with --jobs-image.",
  );
  expect(executorOf({ ...rented, "jobs-image": "me/harness:1" }, around).name).toBe("hf-jobs");
  expect(() => executorOf({ ...VALUES, executor: "moon" }, around)).toThrow(
    "--executor moon: there are local, slurm and hf-jobs.",
  );
});
