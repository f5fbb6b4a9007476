/** An analysis as the overview lists it: the question that its page answers. */
export interface Analysis {
  path: string;
  /** The question. */
  title: string;
  /** Its first figure: the finding and the picture of its card. Where there is none, no card. */
  figure: string;
}

/** All analyses, in the order of the overview. */
export const ANALYSES: Analysis[] = [
  { path: "/analysis/correlations/", title: "Do benchmarks agree?", figure: "correlations" },
  {
    path: "/analysis/v1-vs-v2/",
    title: "What did the new benchmarks change?",
    figure: "rank-changes",
  },
  {
    path: "/analysis/normalization/",
    title: "What does normalising change?",
    figure: "distributions",
  },
  { path: "/analysis/trends/", title: "How did scores develop?", figure: "records" },
  { path: "/analysis/efficiency/", title: "What does a score cost?", figure: "efficiency" },
  { path: "/analysis/chat-vs-base/", title: "What does tuning change?", figure: "tuning-changes" },
  { path: "/analysis/uncertainty/", title: "Which differences are real?", figure: "standings" },
];
