/** The pages of documentation, in the order in which their links stand on each of them. */
export const DOCS: readonly { path: string; label: string }[] = [
  { path: "/docs/scores/", label: "How a score is made" },
  { path: "/docs/repeat/", label: "Repeating a run" },
  { path: "/docs/leaderboard/", label: "A leaderboard of your own" },
  { path: "/docs/formats/", label: "Other programs’ files" },
  { path: "/docs/queue/", label: "Submitting a model" },
  { path: "/docs/queue/maintainers/", label: "Keeping a queue" },
  { path: "/docs/decisions/", label: "Decisions" },
  { path: "/docs/runner/", label: "Running models" },
  { path: "/docs/publish/", label: "Publish" },
  { path: "/docs/api/", label: "API" },
  { path: "/docs/embed/", label: "Embed" },
];
