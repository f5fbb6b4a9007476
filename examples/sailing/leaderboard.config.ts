import suite from "./data/suites/sailing.json" with { type: "json" };

export default {
  title: "Sailing Leaderboard",
  tagline: "Language models at sea",
  suites: [suite],
  curated: "data/sailing",
  license: { id: "CC-BY-4.0", url: "https://creativecommons.org/licenses/by/4.0/" },
  hub: { results: "harbour/results", contents: "harbour/contents" },
};
