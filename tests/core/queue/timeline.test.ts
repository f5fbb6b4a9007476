import { expect, test } from "vitest";
import {
  lastChange,
  momentWords,
  ordinal,
  roughMoment,
  type Told,
  timelineOf,
} from "../../../src/core/queue/timeline.ts";

const NOTHING: Told = {
  status: "PENDING",
  submitted_at: null,
  started_at: null,
  ended_at: null,
  job_id: null,
  tries: null,
  why: null,
  progress: null,
  pull_request: null,
  earlier: [],
};
const SUBMITTED = "2026-11-01T08:00:00Z";
const BEGUN = "2026-11-02T09:30:00Z";
const ENDED = "2026-11-02T15:00:00Z";

test("a request that waits was submitted, and by which pull request", () => {
  expect(timelineOf({ ...NOTHING, submitted_at: SUBMITTED, pull_request: 12 })).toEqual([
    { at: SUBMITTED, text: "Submitted by pull request 12.", pull_request: 12 },
  ]);
});

test("what is not known is not made up", () => {
  expect(timelineOf(NOTHING)).toEqual([{ at: null, text: "Submitted." }]);
  expect(timelineOf({ ...NOTHING, status: "FINISHED" })).toEqual([
    { at: null, text: "Submitted." },
    { at: null, text: "Finished." },
  ]);
});

test("one that was put back says how often it was begun, and why it came back", () => {
  const why = "The Hub could not be reached.";
  const texts = (tries: number, reason: string | null) =>
    timelineOf({ ...NOTHING, tries, why: reason }).map((s) => s.text);
  expect(texts(1, why)).toEqual(["Submitted.", `Begun once, and put back. ${why}`]);
  expect(texts(2, null)).toEqual(["Submitted.", "Begun 2 times, and put back."]);
});

test("one that runs says since when, as which job, at which try and how far it is", () => {
  const steps = timelineOf({
    ...NOTHING,
    status: "RUNNING",
    submitted_at: SUBMITTED,
    started_at: BEGUN,
    job_id: "kran-1",
    tries: 2,
    progress: "3 of 6 commands",
  });
  expect(steps).toEqual([
    { at: SUBMITTED, text: "Submitted." },
    { at: BEGUN, text: "Begun by a runner, as job kran-1, for the 2nd time." },
    { at: null, text: "3 of 6 commands" },
  ]);
});

test.each([
  ["FINISHED", "Finished."],
  ["FAILED", "Failed."],
  ["CANCELLED", "Withdrawn."],
])("%s is an end", (status, text) => {
  const told = { ...NOTHING, status, submitted_at: SUBMITTED, ended_at: ENDED };
  expect(timelineOf(told).at(-1)).toEqual({ at: ENDED, text });
});

test("earlier requests come first, each with how it ended and why", () => {
  const earlier = [
    {
      revision: "0123456789abcdef0123456789abcdef01234567",
      status: "FAILED",
      submitted_at: "2026-10-01T00:00:00Z",
      ended_at: "2026-10-02T00:00:00Z",
      why: "It did not fit.",
    },
    { revision: null, status: "RERUN", submitted_at: BEGUN, ended_at: null, why: null },
  ];
  expect(timelineOf({ ...NOTHING, earlier, submitted_at: SUBMITTED })).toEqual([
    {
      at: "2026-10-02T00:00:00Z",
      text: "An earlier request for 0123456: failed. It did not fit.",
    },
    { at: BEGUN, text: "An earlier request: ended." },
    { at: SUBMITTED, text: "Submitted." },
  ]);
});

test("a status that is not known ends nothing", () => {
  expect(timelineOf({ ...NOTHING, status: "RERUN" }).map((s) => s.text)).toEqual(["Submitted."]);
});

test("the last change is the latest step whose time is known", () => {
  expect(lastChange({ ...NOTHING, submitted_at: SUBMITTED })).toBe(SUBMITTED);
  expect(lastChange({ ...NOTHING, submitted_at: SUBMITTED, started_at: BEGUN })).toBe(BEGUN);
  expect(lastChange({ ...NOTHING, started_at: BEGUN, ended_at: ENDED })).toBe(ENDED);
  expect(lastChange(NOTHING)).toBeNull();
});

test("ordinals end as English has them", () => {
  const numbers = [1, 2, 3, 4, 10, 11, 12, 13, 21, 22, 111, 112, 101];
  expect(numbers.map(ordinal).join(" ")).toBe(
    "1st 2nd 3rd 4th 10th 11th 12th 13th 21st 22nd 111th 112th 101st",
  );
});

test("moments are written to the minute; rough ones to the hour, later ones to the day", () => {
  expect(momentWords("2026-11-30T17:05:59Z")).toBe("2026-11-30 17:05");
  const now = "2026-11-30T17:20:00Z";
  expect(roughMoment(now, 0)).toBe("2026-11-30 17:00");
  expect(roughMoment(now, 6.5)).toBe("2026-12-01 00:00");
  expect(roughMoment(now, 35.9)).toBe("2026-12-02 05:00");
  expect(roughMoment(now, 36)).toBe("2026-12-02");
  expect(roughMoment(now, 24 * 40)).toBe("2027-01-09");
});
