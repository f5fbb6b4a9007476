/**
 * The example on the page about leaderboards of one's own. Its files lie in `examples/sailing` as they
 * would in the project's root; the tests run these commands over them.
 */

/** What the variable that names the own configuration is set to. */
export const EXAMPLE_CONFIG = "leaderboard.config.ts";

/** From result files on one's own machine to a site. */
export function fromFiles(config = EXAMPLE_CONFIG): string[] {
  return [
    "npm ci",
    `export LEADERBOARD_CONFIG=${config}`,
    "npm run data -- --source results --source contents.csv",
    "npm run build",
    "npm run preview",
  ];
}

/** The same from the datasets that the configuration names. */
export function fromHub(config = EXAMPLE_CONFIG): string[] {
  return [
    `export LEADERBOARD_CONFIG=${config}`,
    "npm run pull",
    "npm run data -- --hub",
    "npm run build",
    "npm run preview",
  ];
}

/** What `npm run data` prints, without numbers that any change of the tables' files would change. */
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
