import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type Event,
  isExpired,
  type Life,
  MOST_TRIES,
  NotAllowed,
  step,
} from "../../../src/pipeline/runner/life.ts";

const FRESH: Life = {
  status: "PENDING",
  holder: null,
  until: null,
  tries: 0,
  cause: null,
  why: null,
  progress: null,
};

const after = (...events: Event[]) => events.reduce(step, FRESH);
const claim = (job: string, now = 0): Event => ({ kind: "claim", job, now, until: now + 10 });

test("the way of a request that goes well", () => {
  const claimed = after(claim("a"));
  expect(claimed).toMatchObject({ status: "RUNNING", holder: "a", until: 10, tries: 1 });
  const renewed = step(claimed, { kind: "renew", job: "a", now: 5, until: 15, progress: "half" });
  expect(renewed).toMatchObject({ until: 15, progress: "half" });
  const again = step(renewed, { kind: "renew", job: "a", now: 6, until: 16 });
  expect(again.progress).toBe("half");
  expect(step(again, { kind: "expire", now: 16 }).progress).toBeNull();
  const done = step(claimed, { kind: "finish", job: "a" });
  expect(done).toMatchObject({ status: "FINISHED", holder: null, until: null, tries: 1 });
});

test("who has no lease can do nothing, and nothing can be done to what is over", () => {
  const claimed = after(claim("a"));
  for (const event of [
    claim("b"),
    { kind: "renew", job: "b", now: 1, until: 20 },
    { kind: "finish", job: "b" },
    { kind: "fail", job: "b", cause: "gone", why: "", again: false },
    { kind: "release", job: "b" },
    { kind: "expire", now: 9 },
  ] satisfies Event[]) {
    expect(() => step(claimed, event), event.kind).toThrow(NotAllowed);
  }
  const done = step(claimed, { kind: "finish", job: "a" });
  for (const event of [claim("b"), { kind: "cancel" }, { kind: "expire", now: 99 }] as Event[]) {
    expect(() => step(done, event), event.kind).toThrow(NotAllowed);
  }
});

test("a lease that is over goes back, and its old holder can do nothing any more", () => {
  const back = after(claim("a"), { kind: "expire", now: 10 });
  expect(back).toMatchObject({ status: "PENDING", holder: null, tries: 1, cause: "runner-gone" });
  expect(() => step(back, { kind: "finish", job: "a" })).toThrow(NotAllowed);
  const taken = step(back, claim("b", 20));
  expect(() => step(taken, { kind: "finish", job: "a" })).toThrow("b has it, not a");
});

test("after three runners that never came back it has failed, with a sentence", () => {
  let life = FRESH;
  for (let i = 1; i <= MOST_TRIES; i++) {
    life = step(step(life, claim(`job ${i}`, i * 100)), { kind: "expire", now: i * 100 + 10 });
  }
  expect(life.status).toBe("FAILED");
  expect(life.why).toBe("3 runners began it and none came back: it may be too large for them.");
});

test("a fault that may pass is tried again so often, any other ends it; being stopped is no try", () => {
  const fails = (again: boolean, job: string): Event => ({
    kind: "fail",
    job,
    cause: "unreachable",
    why: "w",
    again,
  });
  expect(after(claim("a"), fails(false, "a")).status).toBe("FAILED");
  expect(after(claim("a"), fails(true, "a")).status).toBe("PENDING");
  const thrice = after(claim("a"), fails(true, "a"), claim("b"), fails(true, "b"), claim("c"));
  expect(step(thrice, fails(true, "c"))).toMatchObject({ status: "FAILED", tries: 3 });
  expect(step(thrice, { kind: "release", job: "c" })).toMatchObject({
    status: "PENDING",
    tries: 2,
  });
});

test("what another program runs is left alone, but may be cancelled", () => {
  const theirs: Life = { ...FRESH, status: "RUNNING" };
  expect(isExpired(theirs, 1e15)).toBe(false);
  expect(() => step(theirs, { kind: "expire", now: 1e15 })).toThrow(NotAllowed);
  expect(step(theirs, { kind: "cancel" }).status).toBe("CANCELLED");
});

/** One move of a world with several runners, of which any may die, sleep or be too late. */
interface Move {
  runner: number;
  act: "claim" | "renew" | "finish" | "fail" | "die" | "expire" | "wait";
  request: number;
}

const common = ["claim", "renew", "expire", "wait"] as const;

const moves = fc.array(
  fc.record<Move>({
    runner: fc.integer({ min: 0, max: 2 }),
    // Leases run out often, and what ends a request comes rarely.
    act: fc.constantFrom(...common, ...common, ...common, "finish", "fail", "die"),
    request: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 200, size: "max" },
);

/**
 * A dataset of requests where each change is made on what is there, as the Hub's parent commits see to,
 * and runners that know only what they saw when they looked last.
 */
class World {
  now = 0;
  requests: Life[] = Array.from({ length: 4 }, () => FRESH);
  /** Of each request, jobs that ended it well. */
  finished: string[][] = [[], [], [], []];
  /** Of each request, the job that took it last and that nobody has taken it from. */
  owners: (string | null)[] = [null, null, null, null];
  /** Of each runner, the job that it believes it has, by request. */
  jobs: Map<number, string>[] = [new Map(), new Map(), new Map()];
  count = 0;

  happens(request: number, event: Event): boolean {
    try {
      this.requests[request] = step(this.requests[request]!, event);
      const owner = this.owners[request];
      if (event.kind === "claim") {
        expect(owner, "taken while another had it").toBeNull();
        this.owners[request] = event.job;
      } else if ("job" in event) expect(event.job, "done by who has it no more").toBe(owner);
      if (event.kind === "finish") this.finished[request]!.push(event.job);
      if (event.kind !== "claim" && event.kind !== "renew") this.owners[request] = null;
      return true;
    } catch (error) {
      if (error instanceof NotAllowed) return false;
      throw error;
    }
  }

  move({ runner, act, request }: Move): void {
    const jobs = this.jobs[runner]!;
    const job = jobs.get(request);
    if (act === "wait") this.now += 6;
    else if (act === "die") jobs.clear();
    else if (act === "expire") this.happens(request, { kind: "expire", now: this.now });
    else if (act === "claim") {
      const name = `${runner}/${this.count++}`;
      if (this.happens(request, claim(name, this.now))) jobs.set(request, name);
    } else if (job !== undefined && act === "renew") {
      const event: Event = { kind: "renew", job, now: this.now, until: this.now + 10 };
      if (!this.happens(request, event)) jobs.delete(request);
    } else if (job !== undefined && act === "finish") {
      this.happens(request, { kind: "finish", job });
      jobs.delete(request);
    } else if (job !== undefined && act === "fail") {
      this.happens(request, { kind: "fail", job, cause: "harness", why: "w", again: true });
      jobs.delete(request);
    }
  }

  /** One runner that stays alive does what is left. */
  drain(): void {
    this.now += 1000;
    this.requests.forEach((_, i) => {
      this.happens(i, { kind: "expire", now: this.now });
      const job = `last/${i}`;
      if (this.happens(i, claim(job, this.now))) this.happens(i, { kind: "finish", job });
    });
  }
}

test("whatever runners do, no request is lost, stuck, run by two at once, or finished twice", () => {
  fc.assert(
    fc.property(moves, (all) => {
      const world = new World();
      for (const move of all) {
        world.move(move);
        for (const life of world.requests) {
          // Who runs it has a lease, and nobody else has.
          expect(life.status === "RUNNING").toBe(life.holder !== null && life.until !== null);
          expect(life.tries).toBeLessThanOrEqual(MOST_TRIES);
        }
      }
      world.drain();
      world.requests.forEach((life, i) => {
        expect(["FINISHED", "FAILED"]).toContain(life.status);
        expect(world.finished[i]).toHaveLength(life.status === "FINISHED" ? 1 : 0);
      });
    }),
    { numRuns: 500 },
  );
});
