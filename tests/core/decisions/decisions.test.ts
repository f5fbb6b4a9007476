import { expect, test } from "vitest";
import { decisionsOf, linkTitles, openDisputes } from "../../../src/core/decisions/decisions.ts";
import { flaggedSchema, maintainersChoiceSchema } from "../../../src/core/records/curated.ts";

const FLAG = { suite: "s", reason: "In doubt.", link: null };
const ending = (at: string) => ({ by: "Ada", at, reason: "Shown to be clean." });

const flags = flaggedSchema.parse([
  { ...FLAG, model: "o/z" },
  { ...FLAG, model: "o/a" },
  {
    ...{ ...FLAG, model: "o/m", by: "Bo", at: "2026-03-01", lifted: ending("2026-03-09") },
    link: "https://example.org/talk",
    evidence: ["https://example.org/1", "https://example.org/talk", "https://example.org/2"],
    disputes: [
      {
        ...{ by: "Cy", at: "2026-03-02", text: "Not so." },
        answer: { by: "Ada", at: "2026-03-09", text: "Right.", outcome: "lifted" },
      },
      { by: "Di", at: "2026-03-05", text: "Nor this." },
    ],
  },
]);
const stars = maintainersChoiceSchema.parse([
  "o/b",
  {
    ...{ model: "o/s", by: "Ada", at: "2026-03-09", reason: "Official." },
    ended: ending("2026-04-01"),
  },
]);

test("the newest first; of one day what came of a thing above it; without a day last, by name", () => {
  expect(decisionsOf(flags, stars).map((d) => [d.at, d.kind, d.model, d.by])).toEqual([
    ["2026-04-01", "ended", "o/s", "Ada"],
    ["2026-03-09", "lifted", "o/m", "Ada"],
    ["2026-03-09", "answered", "o/m", "Ada"],
    ["2026-03-09", "starred", "o/s", "Ada"],
    ["2026-03-05", "disputed", "o/m", "Di"],
    ["2026-03-02", "disputed", "o/m", "Cy"],
    ["2026-03-01", "flagged", "o/m", "Bo"],
    [null, "flagged", "o/a", null],
    [null, "starred", "o/b", null],
    [null, "flagged", "o/z", null],
  ]);
});

test("a link is called what it is, and stands once", () => {
  expect(linkTitles(flags[2]!).map(({ url, title }) => `${title} ${url.slice(20)}`)).toEqual([
    "Discussion talk",
    "Evidence 1 1",
    "Evidence 2 2",
  ]);
  expect(linkTitles({ link: null, evidence: ["https://example.org/1"] })[0]?.title).toBe(
    "Evidence",
  );
});

test("open disputes are those without an answer", () => {
  expect(openDisputes(flags).map(({ flag, dispute }) => [flag.model, dispute.by])).toEqual([
    ["o/m", "Di"],
  ]);
});
