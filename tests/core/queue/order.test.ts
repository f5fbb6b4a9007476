// The order of the queue: what it is, by a plain reading of the rule; and what must hold whatever comes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lastBegun, type Place, placesOf, type Waiting } from "../../../src/core/queue/order.ts";
import { DEFAULT_RULES, type QueueRules, queueSchema } from "../../../src/core/queue/rules.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 10, 30);
const ago = (days: number) => new Date(NOW - days * DAY).toISOString();

function waits(path: string, days: number | null, change: Partial<Waiting> = {}): Waiting {
  const submitted_at = days === null ? null : ago(days);
  const plain = { submitter: null, votes: 0, chosen: false, hours: 0 };
  return { path, submitted_at, ...plain, ...change };
}

const order = (waiting: Waiting[], rules = DEFAULT_RULES, begun: Waiting["submitter"][] = []) =>
  placesOf(waiting, rules, NOW, begun);
const paths = (places: Place<Waiting>[]) => places.map(({ request }) => request.path);

describe("what counts, in days of waiting, is", () => {
  const worthOf = (request: Waiting) => order([request])[0]!.worth;

  test.each<[string, Waiting, number]>([
    ["waiting itself", waits("a", 12), 12],
    ["7 for one vote", waits("a", 12, { votes: 1 }), 19],
    ["14 for three", waits("a", 12, { votes: 3 }), 26],
    ["28 for 15", waits("a", 12, { votes: 15 }), 40],
    ["and no more for a thousand", waits("a", 12, { votes: 1000 }), 40],
    ["90 for the maintainers' choice", waits("a", 12, { chosen: true }), 102],
    ["a day for a day on a GPU, off", waits("a", 12, { hours: 24 }), 11],
    ["14 for months on one, off", waits("a", 12, { hours: 2000 }), -2],
    ["14 where the size is not known, off", waits("a", 12, { hours: null }), -2],
    ["less than none where the time lies ahead", waits("a", -3), -3],
  ])("%s", (_, request, total) => {
    expect(worthOf(request).total).toBeCloseTo(total, 9);
  });

  test("18.1 for five votes: 7 × log2(6)", () => {
    // log2(6) = 2.584962500721156, a table of logarithms.
    expect(worthOf(waits("a", 0, { votes: 5 })).votes).toBeCloseTo(7 * 2.584962500721156, 9);
  });

  test("nothing for cost where the rules leave it out", () => {
    const rules = queueSchema.parse({ worth: { cost_days: 0 } });
    expect(order([waits("a", 12, { hours: null })], rules)[0]!.worth.total).toBe(12);
  });
});

test("ten small models may pass one huge one, that has waited some days longer", () => {
  const huge = waits("huge", 10, { hours: 240 });
  const small = Array.from({ length: 10 }, (_, i) => waits(`small${i}`, 1, { hours: 1 }));
  expect(paths(order([huge, ...small])).at(-1)).toBe("huge");
  expect(paths(order([waits("huge", 12, { hours: 240 }), ...small]))[0]).toBe("huge");
});

test("of three requests of one account in ten another's comes between, from what was begun on", () => {
  const ann = [9, 8, 7, 6, 5].map((days) => waits(`ann${days}`, days, { submitter: "ann" }));
  const others = [4, 3].map((days) => waits(`b${days}`, days, { submitter: `b${days}` }));
  const all = [...ann, ...others];
  expect(paths(order(all))).toEqual(["ann9", "ann8", "ann7", "b4", "b3", "ann6", "ann5"]);
  expect(paths(order(all, DEFAULT_RULES, ["ann", "x", "ann", "ann"]))[0]).toBe("b4");
  // The first of her three is more than nine ago.
  const longAgo = ["ann", "ann", "ann", ..."12345678"];
  expect(paths(order(all, DEFAULT_RULES, longAgo))[0]).toBe("ann9");
});

test("requests whose submitter is not known are nobody's share", () => {
  const all = [9, 8, 7, 6, 5].map((days) => waits(`x${days}`, days));
  expect(paths(order(all))).toEqual(["x9", "x8", "x7", "x6", "x5"]);
});

test("who does not say since when it waits counts as the newest that does", () => {
  const all = [waits("unknown", null), waits("old", 9), waits("new", 2)];
  expect(order(all).map((p) => [p.request.path, p.worth.waiting])).toEqual([
    ["old", 9],
    ...["new", "unknown"].toSorted().map((path) => [path, 2]),
  ]);
  expect(order([waits("a", null)])[0]!.worth.waiting).toBe(0);
});

describe("the reason says", () => {
  const reasons = (...waiting: Waiting[]) => order(waiting).map((p) => p.reason);

  test("what the days come of, and what goes before", () => {
    expect(
      reasons(
        waits("a", 12, { votes: 5, hours: 6 }),
        waits("b", 1, { chosen: true }),
        waits("c", 1, { votes: 1, hours: null }),
      ),
    ).toEqual([
      "1 day of waiting, the maintainers' choice counts as 90: 91 days. None has more.",
      "12 days of waiting, 5 votes count as 18.1, some 6 hours on a GPU take off 0.3: 29.8 days. " +
        "1 goes before it with as much or more.",
      "1 day of waiting, 1 vote counts as 7, its size is not known, which takes off 14: -6 days. " +
        "2 go before it with as much or more.",
    ]);
  });

  test("why a place is not by worth alone", () => {
    const ann = [9, 8, 7, 6].map((days) => waits(`ann${days}`, days, { submitter: "ann" }));
    const share = "as of 10 in a row at most 3 are one account's";
    expect(reasons(...ann, waits("b", 0.04)).slice(3)).toEqual([
      `0 days of waiting. 3 go before it with as much or more; 1 with more comes later, ${share}.`,
      `6 days of waiting. 3 go before it with as much or more, and 1 with less, ${share}.`,
    ]);
  });

  test("nobody's name", () => {
    const all = [9, 8, 7, 6].map((days) => waits(`p${days}`, days, { submitter: "ann" }));
    expect(reasons(...all, waits("b", 1, { submitter: "bob" })).join()).not.toMatch(/ann|bob/);
  });
});

describe("what was begun last", () => {
  const begun = (path: string, started_at: string | null, submitter = path) => ({
    path,
    started_at,
    submitter,
  });
  test("are as many as decide, in the order of their time", () => {
    const hour = (h: number) => `2026-11-30T${String(h).padStart(2, "0")}:00:00Z`;
    const all = Array.from({ length: 12 }, (_, h) => begun(`p${h}`, hour(h)));
    const mixed = [...all.slice(6), begun("never", null), ...all.slice(0, 6)];
    const last = ["p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11"];
    expect(lastBegun(mixed, DEFAULT_RULES)).toEqual(last);
    expect(lastBegun(mixed, queueSchema.parse({ front: { size: 1, per_author: 1 } }))).toEqual([]);
  });
});

/** Few accounts, days and votes, so that equals and shares meet often. */
const request = fc.record({
  days: fc.option(fc.constantFrom(0, 1, 5, 5.5, 20, 30, 100, 400), { freq: 12 }),
  submitter: fc.option(fc.constantFrom("ann", "bob", "cy", "di"), { freq: 8 }),
  votes: fc.constantFrom(0, 0, 1, 2, 3, 15, 16, 100),
  chosen: fc.boolean(),
  hours: fc.constantFrom(0, 1, 24, 240, 1000, null),
});

const queues = fc
  .array(request, { minLength: 1, maxLength: 40 })
  .map((all) => all.map(({ days, ...rest }, i) => waits(`o/m${i}`, days, rest)));

const fronts = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }))
  .map(([a, b]) => ({ size: Math.max(a, b), per_author: Math.min(a, b) }));

const ruleSets: fc.Arbitrary<QueueRules> = fc
  .record({
    front: fronts,
    worth: fc.record({
      choice_days: fc.constantFrom(0, 10, 90),
      vote_days: fc.constantFrom(0, 1, 7),
      most_vote_days: fc.constantFrom(0, 14, 28),
      cost_days: fc.constantFrom(0, 1, 3),
      most_cost_days: fc.constantFrom(0, 14),
    }),
  })
  .map((rules) => queueSchema.parse(rules));

const begunBefore = fc.array(fc.constantFrom("ann", "bob", null), { maxLength: 8 });

/**
 * The rule read word by word, slowly: days as fractions, the best of all candidates looked for anew for each
 * place, windows counted from the start. Takes nothing of the code under test; of equals it may take any.
 */
function worthByHand(w: Waiting, all: Waiting[], rules: QueueRules): number {
  const r = rules.worth;
  const times = all.map((x) => x.submitted_at).filter((t) => t !== null);
  const newest = times.length > 0 ? Math.max(...times.map((t) => new Date(t).getTime())) : NOW;
  const since = w.submitted_at === null ? newest : new Date(w.submitted_at).getTime();
  let days = (NOW - since) / DAY;
  const byVotes = (r.vote_days * Math.log(1 + w.votes)) / Math.log(2);
  days += Math.min(byVotes, r.most_vote_days);
  if (w.chosen) days += r.choice_days;
  const byCost = w.hours === null ? 1e9 : w.hours / 24;
  const cost = byCost * r.cost_days;
  days -= Math.min(cost, r.most_cost_days);
  return days;
}

/** Whether an account may have the next place after these. */
function hasShareLeft(
  who: Waiting["submitter"],
  before: Waiting["submitter"][],
  rules: QueueRules,
) {
  if (who === null) return true;
  let seen = 0;
  for (let back = 1; back <= rules.front.size - 1; back++) {
    if (before[before.length - back] === who) seen++;
  }
  return seen < rules.front.per_author;
}

/** Why a list of places is not by the rule; null where it is. */
function objectionTo(
  places: Waiting[],
  all: Waiting[],
  rules: QueueRules,
  begun: Waiting["submitter"][],
): string | null {
  const worth = new Map(all.map((w) => [w, worthByHand(w, all, rules)]));
  const age = (w: Waiting) =>
    w.submitted_at === null ? 0 : NOW - new Date(w.submitted_at).getTime();
  const before = [...begun];
  const left = new Set(all);
  for (const [i, place] of places.entries()) {
    const free = [...left].filter((w) => hasShareLeft(w.submitter, before, rules));
    const may = free.length > 0 ? free : [...left];
    if (!may.includes(place)) return `place ${i + 1}: not of those that may have it`;
    for (const other of may) {
      const lead = worth.get(other)! - worth.get(place)!;
      if (lead > 1e-6) return `place ${i + 1}: ${other.path} is worth more`;
      if (other.submitted_at && place.submitted_at && Math.abs(lead) < 1e-9) {
        if (age(other) > age(place)) return `place ${i + 1}: ${other.path} is as good, and older`;
      }
    }
    left.delete(place);
    before.push(place.submitter);
  }
  return left.size === 0 ? null : "some have no place";
}

describe("whatever waits,", () => {
  const RUNS = { numRuns: 1000 };

  test("every place is that of the rule, read word by word", () => {
    fc.assert(
      fc.property(queues, ruleSets, begunBefore, (all, rules, begun) => {
        const places = placesOf(all, rules, NOW, begun);
        expect(places.map((p) => p.place)).toEqual(all.map((_, i) => i + 1));
        const requests = places.map((p) => p.request);
        expect(objectionTo(requests, all, rules, begun)).toBeNull();
      }),
      RUNS,
    );
  });

  test("the order in which they come does not matter, nor does what time it is", () => {
    const shuffled = queues.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })),
    );
    fc.assert(
      fc.property(
        shuffled,
        ruleSets,
        fc.integer({ min: 1, max: 1e11 }),
        ([all, other], rules, ms) => {
          const places = paths(placesOf(all, rules, NOW));
          expect(paths(placesOf(other, rules, NOW))).toEqual(places);
          if (all.some((w) => w.submitted_at !== null)) {
            expect(paths(placesOf(other, rules, NOW + ms))).toEqual(places);
          }
        },
      ),
      RUNS,
    );
  });

  test("a vote never costs the place of its request, nor does the maintainers' choice", () => {
    const chosen = queues.chain((all) =>
      fc.tuple(fc.constant(all), fc.integer({ min: 0, max: all.length - 1 })),
    );
    const more = fc.constantFrom({ votes: 1 }, { votes: 2 }, { votes: 50 }, { chosen: true });
    fc.assert(
      fc.property(chosen, more, ruleSets, begunBefore, ([all, i], given, rules, begun) => {
        const placeOf = (list: Waiting[]) =>
          placesOf(list, rules, NOW, begun).find((p) => p.request.path === `o/m${i}`)!.place;
        const liked = all.with(i, {
          ...all[i]!,
          votes: all[i]!.votes + (given.votes ?? 0),
          chosen: all[i]!.chosen || given.chosen === true,
        });
        expect(placeOf(liked)).toBeLessThanOrEqual(placeOf(all));
      }),
      RUNS,
    );
  });

  test("a vote that is for several never costs the first of them its place", () => {
    const some = queues.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.subarray(
          all.map((w) => w.path),
          { minLength: 1 },
        ),
      ),
    );
    fc.assert(
      fc.property(some, ruleSets, ([all, liked], rules) => {
        const firstOf = (list: Waiting[]) =>
          placesOf(list, rules, NOW).findIndex((p) => liked.includes(p.request.path));
        const after = all.map((w) => ({ ...w, votes: w.votes + Number(liked.includes(w.path)) }));
        expect(firstOf(after)).toBeLessThanOrEqual(firstOf(all));
      }),
      RUNS,
    );
  });

  test("no account has more than its share of a window while another's could have had the place", () => {
    fc.assert(
      fc.property(queues, fronts, (all, front) => {
        const places = placesOf(all, { ...DEFAULT_RULES, front }, NOW).map((p) => p.request);
        for (let end = 0; end < places.length; end++) {
          const window = places.slice(Math.max(0, end - front.size + 1), end + 1);
          const { submitter } = places[end]!;
          const own = window.filter((w) => w.submitter === submitter).length;
          if (submitter === null || own <= front.per_author) continue;
          // Then all that still waited were of accounts that had had their share, too.
          for (const { submitter: other } of places.slice(end + 1)) {
            const had = window.slice(0, -1).filter((w) => w.submitter === other).length;
            expect(other !== null && had >= front.per_author).toBe(true);
          }
        }
      }),
      RUNS,
    );
  });
});

describe("nothing waits for ever:", () => {
  /** What the rules can put between two requests, in days. */
  const reach = ({ worth: w }: QueueRules) => w.choice_days + w.most_vote_days + w.most_cost_days;

  /** What somebody who wants to keep another's request waiting may send in, day by day. */
  const attack = fc.array(
    fc.record({
      count: fc.integer({ min: 0, max: 4 }),
      submitter: fc.constantFrom("victim", "eve", "mal", "new"),
      votes: fc.constantFrom(0, 1000),
      chosen: fc.boolean(),
      hours: fc.constantFrom(0, 2000),
    }),
    { minLength: 20, maxLength: 60, size: "max" },
  );

  test("who takes the first each day gets to every request, whatever others send in meanwhile", () => {
    fc.assert(
      fc.property(attack, fronts, (days, front) => {
        const rules: QueueRules = {
          ...DEFAULT_RULES,
          front,
          worth: { ...DEFAULT_RULES.worth, choice_days: 5, most_vote_days: 4, most_cost_days: 3 },
        };
        const start = NOW;
        // Nothing speaks for it: no votes, huge, and its account has sent in others as well.
        let waiting = [waits("victim", 0, { submitter: "victim", hours: 2000 })];
        const begun: Waiting["submitter"][] = [];
        const rivals = new Set<string>();
        let taken: number | null = null;
        for (let day = 0; taken === null; day++) {
          const now = start + day * DAY;
          // The attack begins anew when it is over: it never ends.
          const { count, submitter, ...rest } = days[day % days.length]!;
          for (let n = 0; n < count; n++) {
            const path = `${day}/${n}`;
            // On the very last day on which it can matter, too.
            if (day <= reach(rules)) rivals.add(path);
            const own = submitter === "new" ? path : submitter;
            const submitted_at = new Date(now).toISOString();
            waiting.push({ path, submitted_at, submitter: own, ...rest });
          }
          const [next] = placesOf(waiting, rules, now, begun.slice(-20));
          if (next === undefined) continue;
          waiting = waiting.filter((w) => w !== next.request);
          begun.push(next.request.submitter);
          if (next.request.path === "victim") taken = begun.length;
          // Each of those that can be worth more, and for each the longest that a share keeps one off.
          const most = (rivals.size + 1) * (front.size - front.per_author + 1);
          expect(begun.length).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("who comes later by more than all that counts can make up never passes", () => {
    const later = reach(DEFAULT_RULES) + 0.001;
    const old = waits("old", later, { hours: 1e6 });
    const young = waits("young", 0, { votes: 1e9, chosen: true });
    expect(paths(order([young, old]))).toEqual(["old", "young"]);
    expect(paths(order([young, waits("old", later - 0.002, { hours: 1e6 })]))[0]).toBe("young");
  });
});
