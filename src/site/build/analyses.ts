import type { Leaderboard } from "../../core/records/leaderboard.ts";

/** An analysis as the overview lists it: the question that its page answers. */
export interface Analysis {
  path: string;
  /** The question. */
  title: string;
  /** Its first figure: the finding and the picture of its card. Where that is none, the next. */
  figure: string;
  /** Its other figures, in order, of those that the leaderboard has. */
  others: string[];
  /** Only where the configuration has an announcement. */
  needsAnnouncement?: true;
}

/** All analyses, in the order of the overview. */
export const ANALYSES: Analysis[] = [
  {
    path: "/analysis/correlations/",
    title: "Do benchmarks agree?",
    figure: "correlations",
    others: ["pair", "correlations-archive", "correlations-cross"],
  },
  {
    path: "/analysis/v1-vs-v2/",
    title: "What did the new benchmarks change?",
    figure: "rank-changes",
    others: ["successors", "outliers"],
  },
  {
    path: "/analysis/normalization/",
    title: "What does normalising change?",
    figure: "distributions",
    others: ["moves"],
  },
  {
    path: "/analysis/trends/",
    title: "How did scores develop?",
    figure: "records",
    others: ["sizes", "smallest", "as-of", "archive-over-time"],
  },
  {
    path: "/analysis/efficiency/",
    title: "What does a score cost?",
    figure: "efficiency",
    others: ["fits", "context-length", "context-by-size"],
  },
  {
    path: "/analysis/chat-vs-base/",
    title: "What does tuning change?",
    figure: "tuning-changes",
    others: ["tuning-extremes"],
  },
  {
    path: "/analysis/uncertainty/",
    title: "Which differences are real?",
    figure: "standings",
    others: ["better", "neighbours", "rank-ranges"],
  },
  {
    path: "/analysis/announcement/",
    title: "The announcement, claim by claim",
    figure: "archive-over-time",
    others: [],
    needsAnnouncement: true,
  },
];

/** An analysis as a leaderboard has it, with its figures in order: at least one. */
export interface OwnAnalysis extends Pick<Analysis, "path" | "title"> {
  figures: [string, ...string[]];
}

/**
 * The analyses of a leaderboard: those of which it has a figure.
 *
 * @param known the figures that it has
 */
export function analysesOf(
  known: readonly { name: string }[],
  { announcement }: Pick<Leaderboard, "announcement">,
): OwnAnalysis[] {
  const names = new Set(known.map((f) => f.name));
  return ANALYSES.flatMap(({ path, title, figure, others, needsAnnouncement }) => {
    if (needsAnnouncement && announcement === undefined) return [];
    const [first, ...rest] = [figure, ...others].filter((name) => names.has(name));
    return first ? [{ path, title, figures: [first, ...rest] }] : [];
  });
}

/** Path of the page that a figure stands on, at the figure. */
export function placeOf(figure: string): string {
  const page = ANALYSES.find((a) => a.figure === figure || a.others.includes(figure));
  if (!page) throw new Error(`No analysis has the figure "${figure}"`);
  return `${page.path}#figure-${figure}`;
}
