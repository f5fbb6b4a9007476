import { defineLeaderboard } from "open-leaderboard";
import norsk from "./suites/norsk.json" with { type: "json" };

export default defineLeaderboard({
  title: "Norsk tavle",
  tagline: "How well do language models know Norwegian? An example with made-up models",
  introduction:
    "Five benchmarks ask what a language model makes of Norwegian, in bokmål and nynorsk: reading, common sense, " +
    "knowledge, spelling and arithmetic. This board is an example: its models, their owners and all scores are made up.",
  suites: [norsk],
  curated: "curated",
  theme: "theme.css",
  links: [{ label: "Om tavlen", path: "/om/" }],
  license: { id: "CC-BY-4.0", url: "https://creativecommons.org/licenses/by/4.0/" },
  languages: ["nb", "nn"],
  authors: [{ name: "Tavledugnaden" }],
  hub: { results: "norsk-tavle/results", requests: "norsk-tavle/requests" },
});
