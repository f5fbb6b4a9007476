import { expect, test } from "vitest";
import { historyChart } from "../../../src/core/charts/history.ts";

/** The labels below the line, which stand in its middle. */
const labels = (...days: string[]) =>
  [...historyChart(days.map((day) => ({ day, average: 40 }))).matchAll(/"middle">([^<]*)</g)].map(
    ([, label]) => label,
  );

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
