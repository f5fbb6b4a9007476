import type { About } from "../../../src/core/describe/about.ts";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import {
  HISTORY_COLUMNS,
  modelsColumns,
  REQUESTS_COLUMNS,
  VOTES_COLUMNS,
} from "../../../src/core/table/schema.ts";
import tinyConfig from "../../fixtures/tiny.config.ts";

const tiny = leaderboardSchema.parse(tinyConfig);
const SHA = "0123456789abcdef".repeat(4);

/** Text that breaks out of whatever does not escape it. */
export const HOSTILE =
  "</script><script>alert(1)</script> <img src=x onerror=alert(1)> \"quoted\" 'single' `tick` ```fence | cell " +
  "\n---\nlicense: mit\n- no: yes # not a comment\n=HYPERLINK(1) {brace} } \\end{document} 100% $x$ a_b ^ ~ & é 榜 [x](javascript:alert(1))";

/** A small snapshot of nobody's leaderboard. */
export const MANIFEST: Manifest = {
  schema: 1,
  title: "Kitchen Leaderboard",
  as_of: "2025-03-09",
  suites: [{ id: "kitchen-sense", version: "0.1.0", name: "Kitchen Sense", table: "models" }],
  sources: [{ source: "kitchen.csv", sha256: SHA, rows: 14, note: "made up" }],
  rejected: 0,
  documents: {},
  files: {
    "models.parquet": {
      rows: 14,
      bytes: 1234,
      sha256: SHA,
      columns: modelsColumns(tiny.suites[0]!),
    },
    "models.csv": { rows: 14, bytes: 2345, sha256: SHA, columns: modelsColumns(tiny.suites[0]!) },
    "history.parquet": { rows: 32, bytes: 345, sha256: SHA, columns: HISTORY_COLUMNS },
  },
};

export const COMMIT = "0123456789".repeat(4);
const dataset = (name: string, rows: number, note: string) => ({
  source: `hf://datasets/kitchen/${name}`,
  commit: COMMIT,
  sha256: null,
  rows,
  note,
});

/** One made of datasets of the Hub, with the queue, and without history. */
export const PULLED: Manifest = {
  ...MANIFEST,
  sources: [
    dataset("results", 1234, "1234 result files"),
    dataset("queue", 4, "3 requests, 1 votes"),
    { source: "facts", sha256: SHA, rows: 9, note: "model facts from the Hub, checked a to b" },
  ],
  files: {
    ...MANIFEST.files,
    "history.parquet": { ...MANIFEST.files["history.parquet"]!, rows: 0 },
    "requests.parquet": { rows: 3, bytes: 99, sha256: SHA, columns: REQUESTS_COLUMNS },
    "votes.parquet": { rows: 1, bytes: 88, sha256: SHA, columns: VOTES_COLUMNS },
  },
};

/** Nothing is known but the title. */
export const BARE: About = { title: "Kitchen Leaderboard", tagline: "", references: [] };

/** Everything is known. */
export const FULL: About = {
  title: "Kitchen Leaderboard",
  tagline: "Synthetic models, for tests only",
  homepage: "https://kitchen.example/board",
  license: { id: "CC-BY-4.0", url: "https://creativecommons.org/licenses/by/4.0/" },
  authors: [{ given: "Ada", family: "Cook" }, { name: "The Kitchen Team" }],
  languages: ["en", "no"],
  references: [
    {
      title: "On Knives",
      authors: [{ given: "Bo", family: "Smith & Sons" }],
      year: 2020,
      publisher: "Press",
      url: "https://press.example/knives_and_forks",
    },
  ],
};

/** Every text that somebody else may have written is hostile. */
export const ATTACK: { about: About; manifest: Manifest } = {
  about: {
    ...FULL,
    title: HOSTILE,
    tagline: HOSTILE,
    authors: [{ given: HOSTILE, family: HOSTILE }, { name: HOSTILE }],
    references: [
      { title: HOSTILE, authors: [{ name: HOSTILE }], year: 2020, url: "https://x.example/)(" },
    ],
  },
  manifest: {
    ...MANIFEST,
    title: HOSTILE,
    suites: [{ ...MANIFEST.suites[0]!, name: HOSTILE }],
    sources: [{ source: HOSTILE, sha256: SHA, rows: 1, note: HOSTILE }],
    files: {
      ...MANIFEST.files,
      "models.parquet": {
        ...MANIFEST.files["models.parquet"]!,
        columns: [{ name: "eval_id", type: "VARCHAR", description: HOSTILE }],
      },
    },
  },
};
