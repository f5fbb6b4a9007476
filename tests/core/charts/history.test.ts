import { expect, test } from "vitest";
import { historyChart } from "../../../src/core/charts/history.ts";

/** The labels below the line, which stand in its middle. */
const labels = (...days: string[]) =>
  [
    ...historyChart(
      [{ name: "", stretches: [{ first_day: days[0]!, last_day: days.at(-1)!, value: 40 }] }],
      { what: "Average", rules: [] },
    ).matchAll(/"middle">([^<]*)</g),
  ].map(([, label]) => label);

test("months are named, and days where a month would be named twice", () => {
  expect(labels("2024-07-13", "2025-03-13")).toEqual(["Oct 2024", "Jan 2025"]);
  // Seven months begin here: there is no room for all.
  expect(labels("2024-08-20", "2025-03-13")).toEqual([
    "Sep 2024",
    "Nov 2024",
    "Jan 2025",
    "Mar 2025",
  ]);
  expect(labels("2025-06-01", "2025-06-10")).toEqual(["1 Jun", "3 Jun", "5 Jun", "7 Jun", "9 Jun"]);
  expect(labels("2025-06-01", "2025-06-02")).toEqual(["1 Jun", "2 Jun"]);
});

const TWO = [
  { first_day: "2024-11-30", last_day: "2025-02-13", value: 41.2 },
  { first_day: "2025-02-14", last_day: "2025-03-21", value: 42.33 },
];
const lineOf = (svg: string) => /class="line line-0" d="([^"]*)"/.exec(svg)?.[1] ?? "";

test("no line is drawn through a day on which scores were formed anew, and the day is marked", () => {
  const what = "Average";
  const plain = historyChart([{ name: "", stretches: TWO }], { what, rules: [] });
  expect(lineOf(plain).match(/M/g)).toHaveLength(1);
  expect(plain).not.toContain("rescoring");
  const rules = [{ day: "2025-02-14", label: "MATH scored anew" }];
  const marked = historyChart([{ name: "", stretches: TWO }], { what, rules });
  expect(lineOf(marked).match(/M/g)).toHaveLength(2);
  expect(marked).toContain("<title>MATH scored anew, 2025-02-14</title>");
});

test("names are text, whatever they say", () => {
  const svg = historyChart(
    [
      { name: "<b>", stretches: TWO },
      { name: "B", stretches: TWO },
    ],
    {
      what: '"><script>',
      rules: [],
    },
  );
  expect(svg).not.toMatch(/<b>|<script>/);
});
