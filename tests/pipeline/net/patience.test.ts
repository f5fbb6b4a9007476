import { expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { Fault, Patience } from "../../../src/pipeline/net/patience.ts";
import { quickClock } from "./quick-clock.ts";

/** Fails so many times, then gives 42. */
function failing(times: number, fault = () => new Fault("503", "503 busy")) {
  let left = times;
  return async () => {
    if (left-- > 0) throw fault();
    return 42;
  };
}

test("waits double up to the longest, and each is a random part of the whole", async () => {
  const clock = quickClock();
  const patience = new Patience({ clock, random: () => 0.5, firstWait: 100, longestWait: 1000 });
  expect(await patience.run("it", failing(7))).toBe(42);
  expect(clock.waits).toEqual([50, 100, 200, 400, 500, 500, 500]);
  expect(patience.retries).toEqual({ "503": 7 });
});

test("tries are counted: at the last it gives up in a sentence", async () => {
  const clock = quickClock();
  const patience = new Patience({ whom: "The Hub", clock, tries: 3 });
  const error = await patience.run("it", failing(3)).catch((e) => e);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toBe(
    "The Hub did not give it in 3 tries, at last: 503 busy. What has come stays; run the same command again later, it goes on from there.",
  );
  expect(clock.waits).toHaveLength(2);
});

test("when the Hub asks for a pause, everybody pauses", async () => {
  const clock = quickClock();
  const patience = new Patience({ clock, random: () => 0, concurrency: 1 });
  const asks = () => new Fault("429", "429", { wait: 55_000, reached: false });
  const start = clock.now();
  const times: number[] = [];
  await Promise.all([
    patience.run("a", failing(1, asks)),
    patience.run("b", async () => times.push(clock.now() - start)),
  ]);
  expect(clock.waits).toEqual([55_000]);
  expect(times[0]).toBeGreaterThanOrEqual(55_000);
});

test("a pause longer than the time that is left is not waited for", async () => {
  const clock = quickClock();
  const patience = new Patience({ clock, budget: 60_000 });
  const asks = () => new Fault("429", "429", { wait: 3_600_000 });
  const error = await patience.run("it", failing(1, asks)).catch((e) => e);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toMatch(
    /and the next try, in 360\d s, would be after the 1 minutes that one run may take\./,
  );
  expect(clock.waits).toEqual([]);
});

test("after the time of a run is used up nothing is tried again", async () => {
  const clock = quickClock();
  const patience = new Patience({ clock, budget: 10_000, random: () => 1, tries: 99 });
  await expect(patience.run("it", failing(99))).rejects.toThrow(UserError);
  // 1 + 2 + 4 s fit, 8 more do not.
  expect(clock.waits).toEqual([1000, 2000, 4000]);
});

test("what must not be done twice is tried again only if it was surely not done", async () => {
  const patience = new Patience({ clock: quickClock() });
  const unknown = () => new Fault("reset", "broke off");
  await expect(patience.run("it", failing(1, unknown), false)).rejects.toThrow("broke off");
  const surely = () => new Fault("429", "429", { reached: false });
  expect(await patience.run("it", failing(1, surely), false)).toBe(42);
});

test("anything but a fault is thrown on at once", async () => {
  const patience = new Patience({ clock: quickClock() });
  let calls = 0;
  const broken = async () => {
    calls++;
    throw new TypeError("a mistake of our own");
  };
  await expect(patience.run("it", broken)).rejects.toThrow("a mistake of our own");
  expect(calls).toBe(1);
});

test("no more requests run at a time than allowed", async () => {
  const patience = new Patience({ clock: quickClock(), concurrency: 3 });
  let running = 0;
  let most = 0;
  const work = async () => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setImmediate(resolve));
    running--;
  };
  await Promise.all(Array.from({ length: 20 }, () => patience.run("it", work)));
  expect(most).toBe(3);
});

test("a stop from outside ends the waiting with its own reason", async () => {
  const controller = new AbortController();
  const patience = new Patience({ signal: controller.signal, firstWait: 60_000, random: () => 1 });
  const running = patience.run("it", failing(1));
  setImmediate(() => controller.abort(new UserError("Stopped.")));
  await expect(running).rejects.toThrow("Stopped.");
});
