import { expect, test } from "vitest";
import { type ModelFacts, newestFacts } from "../../../src/core/records/facts.ts";

const there = (day: string, likes: number): ModelFacts => ({
  model: "o/a",
  checked_at: `${day}T08:00:00Z`,
  known_at: `${day}T08:00:00Z`,
  on_hub: true,
  gone_at: null,
  renamed_to: null,
  sha: null,
  likes,
  license: "mit",
  base_models: [],
  params: null,
  context_length: null,
});

/** Checked on a day, and missing since one; last known on another, or never. */
const gone = (checked: string, since: string, known?: ModelFacts): ModelFacts => ({
  ...(known ?? { ...there(checked, 0), likes: null, license: null, known_at: null }),
  checked_at: `${checked}T08:00:00Z`,
  on_hub: false,
  gone_at: since,
});

const first = there("2026-11-01", 1);

test.each<[string, ModelFacts, ModelFacts, Partial<ModelFacts>]>([
  ["of two that are there, the newer", first, there("2026-11-08", 2), there("2026-11-08", 2)],
  [
    "gone after all, with what was known",
    first,
    gone("2026-11-08", "2026-11-08", first),
    { on_hub: false, gone_at: "2026-11-08", likes: 1, known_at: first.known_at },
  ],
  [
    "gone, asked by somebody who never knew it: nothing is forgotten, nor the first day",
    gone("2026-11-08", "2026-11-08", first),
    gone("2026-11-20", "2026-11-20"),
    {
      on_hub: false,
      checked_at: "2026-11-20T08:00:00Z",
      gone_at: "2026-11-08",
      likes: 1,
      license: "mit",
      known_at: first.known_at,
    },
  ],
  [
    "gone, back, and gone again: the day of the second time",
    gone("2026-11-08", "2026-11-08", first),
    gone("2026-11-30", "2026-11-29", there("2026-11-22", 3)),
    { on_hub: false, gone_at: "2026-11-29", likes: 3 },
  ],
  [
    "back again",
    gone("2026-11-08", "2026-11-08", first),
    there("2026-11-09", 4),
    there("2026-11-09", 4),
  ],
  [
    "never there, for either",
    gone("2026-11-08", "2026-11-08"),
    gone("2026-11-09", "2026-11-09"),
    { on_hub: false, gone_at: "2026-11-08", known_at: null, likes: null },
  ],
])("%s", (_, a, b, expected) => {
  expect(newestFacts(a, b)).toMatchObject(expected);
  expect(newestFacts(b, a)).toEqual(newestFacts(a, b));
});
