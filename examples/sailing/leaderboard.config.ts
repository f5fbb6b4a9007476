import { defineLeaderboard } from "open-leaderboard";
import sailing from "./suites/sailing.json" with { type: "json" };

export default defineLeaderboard({
  title: "Sailing Leaderboard",
  tagline: "Language models at sea",
  suites: [sailing],
  curated: "curated",
  license: { id: "CC-BY-4.0", url: "https://creativecommons.org/licenses/by/4.0/" },
  hub: { results: "harbour/results", contents: "harbour/contents" },
});
