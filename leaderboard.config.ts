import announcement from "./data/curated/announcement.json" with { type: "json" };
import v1 from "./data/suites/open-llm-v1.json" with { type: "json" };
import v2 from "./data/suites/open-llm-v2.json" with { type: "json" };
import { defineLeaderboard } from "./src/core/records/define.ts";

/**
 * The leaderboard this site is, and that the tests test. Another community depends on the package and has its own:
 * see `/docs/leaderboard/`.
 */
export default defineLeaderboard({
  title: "Open LLM Leaderboard",
  tagline: "Open models, asked the same questions in the same way",
  /** The first suite is the table at `/`; the second, where there is one, is at `/archive/`. */
  suites: [v2, v1],
  /** Folder of the embedded snapshot, and of the curated lists, from the project's root. */
  snapshot: "data/snapshot",
  curated: "data/curated",
  /** Of the tables that the figures were imported from: see data/snapshot/provenance.json. */
  license: { id: "MPL-2.0", url: "https://www.mozilla.org/MPL/2.0/" },
  languages: ["en"],
  /** As the leaderboard asked to be cited, on its own page. */
  references: [
    {
      title: "Open LLM Leaderboard v2",
      authors: [
        { given: "Clémentine", family: "Fourrier" },
        { given: "Nathan", family: "Habib" },
        { given: "Alina", family: "Lozovskaya" },
        { given: "Konrad", family: "Szafer" },
        { given: "Thomas", family: "Wolf" },
      ],
      year: 2024,
      publisher: "Hugging Face",
      url: "https://huggingface.co/spaces/open-llm-leaderboard/open_llm_leaderboard",
    },
  ],
  /** Datasets that `npm run pull` brings from the Hub. */
  hub: {
    results: "open-llm-leaderboard/results",
    contents: "open-llm-leaderboard/contents",
    requests: "open-llm-leaderboard/requests",
    votes: "open-llm-leaderboard/votes",
  },
  /** What it was announced with, held against the tables at `/analysis/announcement/`. */
  announcement,
});
