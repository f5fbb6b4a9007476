import { expect, test } from "vitest";
import { recordSchema } from "../../../src/pipeline/runner/record.ts";
import { plan, runFirst } from "../../../src/pipeline/runner/rounds.ts";
import { readStatus } from "../../../src/pipeline/runner/status.ts";
import { fakeRunner, filesIn, kitchenHub, RESULTS, WELL, writes } from "./fake.ts";

const MODEL = "a/anise";

async function costs(price: number | null) {
  const hub = await kitchenHub([MODEL]);
  const harness = async (...given: Parameters<ReturnType<typeof writes>>) => {
    await writes(MODEL)(...given);
    return { ...WELL, seconds: 1800 };
  };
  const { runner } = await fakeRunner(hub, harness, { price });
  const { estimate } = (await plan(runner)).planned[0]!;
  await runFirst(runner);
  const [, bytes] = [...filesIn(hub, RESULTS)].find(([path]) => path.includes("runner_"))!;
  const record = recordSchema.parse(JSON.parse(bytes.toString()));
  return {
    planned: typeof estimate === "string" ? estimate : estimate.cost,
    seconds: typeof estimate === "string" ? null : estimate.seconds,
    record: record.cost,
    status: (await readStatus(runner.work))?.done[0]?.cost,
  };
}

test("a machine whose hour has a price: what runs cost is in plan, record and status", async () => {
  const { planned, seconds, record, status } = await costs(2);
  expect(planned).toMatchObject({ currency: "USD", amount: (2 * seconds!) / 3600 });
  expect(record).toEqual({ currency: "USD", amount: 1, per: "second", seconds: 1800 });
  expect(status).toEqual(record);
});

test("without a price nobody knows what it cost, and nothing is not said", async () => {
  const { planned, record, status } = await costs(null);
  expect([planned, record, status]).toEqual([null, null, null]);
});

test("a record that was written before there were costs has none; one below nothing is none", () => {
  const old = { currency: "USD", amount: -1, per: "minute", seconds: 60 };
  expect(recordSchema.shape.cost.parse(undefined)).toBeNull();
  expect(recordSchema.shape.cost.safeParse(old).success).toBe(false);
});
