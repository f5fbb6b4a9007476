/**
 * The example on the page about leaderboards of one's own. Its files lie in `examples/sailing`; the tests run these
 * commands over them, with the package as `npm pack` makes it.
 */

/** The package as it is made of this project, and put into a folder of one's own. */
export const PACKAGE = "open-leaderboard-0.1.0.tgz";

/** In a copy of this project: makes the package. */
export const PACK = ["npm ci", "npm pack"];

/** In an empty folder: brings the package there. */
export function install(tarball = `../open-leaderboard/${PACKAGE}`): string[] {
  return ["npm init -y", "npm pkg set type=module", `npm install ${tarball}`];
}

/** What a suite's file names as its JSON Schema: what the package that lies beside it holds. */
export const SUITE_SCHEMA = "../node_modules/open-leaderboard/schema/suite.json";

/** From result files on one's own machine to a site. */
export function fromFiles(): string[] {
  return [
    "npx leaderboard data --source results --source contents.csv",
    "npx leaderboard build",
    "npx leaderboard serve",
  ];
}

/** What is read of one of the example's files; what it prints is `explained.txt`. */
export const EXPLAIN =
  "npx leaderboard data --explain results/quay/Clipper-30B/results_2026-01-12T09-30-00.000000.json";

/** The same from the datasets that the configuration names. */
export function fromHub(): string[] {
  return [
    "npx leaderboard pull",
    "npx leaderboard data --hub",
    "npx leaderboard build",
    "npx leaderboard serve",
  ];
}

/** What any machine with a timetable runs, in the folder, to publish what its datasets have. */
export function publishing(): string[] {
  return [
    "npm ci",
    "npx leaderboard restore --from https://you.example/   # the first time, add --first",
    "npx leaderboard pull --prune",
    "npx leaderboard data --hub     # says changed=true or changed=false; ends with 3 when held back",
    "SITE=https://you.example npx leaderboard build",
    "npm install --no-save playwright-core @sparticuz/chromium   # a browser, for the check",
    "SITE=https://you.example npx leaderboard check",
  ];
}

/** A page of one's own, and a style sheet. */
export const OWN_PAGE = `---
layout: open-leaderboard/Page.astro
title: About this board
description: Who makes it, and how to send in results.
---
We are a sailing club.`;
export const OWN_COLOURS = `:root { --accent: #14507f; }
:root[data-theme="dark"] { --accent: #86bdea; }
@media (prefers-color-scheme: dark) {
  :root:not([data-theme="light"]) { --accent: #86bdea; }
}`;

/** What `leaderboard data` prints, without numbers that any change of the tables' files would change. */
export function withoutSizes(printed: string): string {
  return printed.replace(/\d+ bytes/g, "… bytes");
}

/** A row of the example's table. */
export interface Seen {
  rank: number | null;
  model: string;
  average: number;
  tides: number;
  knots: number;
  star: boolean;
}

/** The rows that come out. */
export const SEEN: readonly Seen[] = [
  { rank: 1, model: "quay/Clipper-30B", average: 81, tides: 80, knots: 82, star: true },
  { rank: 2, model: "harbour/Skiff-7B", average: 57, tides: 50, knots: 64, star: false },
  { rank: 3, model: "harbour/Barge-1B", average: 45, tides: 50, knots: 40, star: false },
  { rank: 4, model: "harbour/Sloop-3B", average: 27, tides: 24, knots: 30, star: false },
  { rank: null, model: "quay/Oracle-7B", average: 100, tides: 100, knots: 100, star: false },
];
