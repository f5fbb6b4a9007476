import { expect, test } from "vitest";
import type { ModelFacts } from "../../../src/core/records/facts.ts";
import { type Checked, hasGone, tooManyGone } from "../../../src/pipeline/hub/gone.ts";

const model = (on_hub: boolean) => ({ model: "o/m", on_hub }) as ModelFacts;

/** So many models, of which some are gone now. */
function checked(before: boolean | undefined, of: number, gone: number): Checked[] {
  return Array.from({ length: of }, (_, i) => ({
    before: before === undefined ? undefined : model(before),
    now: model(i >= gone),
  }));
}

test.each<[string, Checked[], boolean]>([
  ["ten may go, be they all", checked(true, 10, 10), false],
  ["eleven of many", checked(true, 220, 11), false],
  ["eleven of a few less", checked(true, 219, 11), true],
  [
    "all of those that were there, few beside the gone",
    [...checked(true, 40, 40), ...checked(false, 9000, 9000)],
    true,
  ],
  ["those that had gone before", checked(false, 100, 100), false],
  ["half of those never seen", checked(undefined, 1000, 500), false],
  ["next to all of those never seen", checked(undefined, 1000, 901), true],
  ["nothing", [], false],
])("too many at once: %s", (_, all, expected) => {
  expect(tooManyGone(all, "https://hub.example") !== null).toBe(expected);
});

test("the sentence says how many, which, by whom, and what to do", () => {
  expect(tooManyGone(checked(true, 40, 12), "https://hub.example")?.message).toBe(
    "Of 40 models that were on the Hub the last time, 12 are gone (o/m, o/m, o/m, …), says https://hub.example. " +
      "That many at once are more likely a fault of the Hub, or another Hub in HF_ENDPOINT: what was " +
      "known of the models that are said to be gone stays, the other facts are kept. Run the same " +
      "command again later; if it is true, with --allow-gone.",
  );
});

test("a model has newly gone when it was there, or was not known", () => {
  expect(hasGone({ before: undefined, now: model(false) })).toBe(true);
  expect(hasGone({ before: model(true), now: model(false) })).toBe(true);
  expect(hasGone({ before: model(false), now: model(false) })).toBe(false);
  expect(hasGone({ before: undefined, now: model(true) })).toBe(false);
});
