import { archiveOverTimeFigure } from "./archive-over-time.ts";
import { asOfFigure } from "./as-of.ts";
import { betterFigure } from "./better.ts";
import { contextBySizeFigure } from "./context-by-size.ts";
import { contextFigure } from "./context-length.ts";
import { correlationFigure } from "./correlations.ts";
import { distributionsFigure } from "./distributions.ts";
import { efficiencyFigure } from "./efficiency.ts";
import type { Figure, Known } from "./figure.ts";
import { fitsFigure } from "./fits.ts";
import type { Knows } from "./known.ts";
import { movesFigure } from "./moves.ts";
import { neighboursFigure } from "./neighbours.ts";
import { outliersFigure } from "./outliers.ts";
import { pairFigure } from "./pair.ts";
import { rankChangesFigure } from "./rank-changes.ts";
import { rankRangesFigure } from "./rank-ranges.ts";
import { recordsFigure } from "./records.ts";
import { sizesFigure } from "./sizes.ts";
import { smallestFigure } from "./smallest.ts";
import { standingsFigure } from "./standings.ts";
import { successorsFigure } from "./successors.ts";
import { tuningChangesFigure } from "./tuning-changes.ts";
import { tuningExtremesFigure } from "./tuning-extremes.ts";

/** All figures, by name. Each is asked for only where the leaderboard has what it needs. */
const FIGURES: { figure: Figure; needsArchive: boolean; needsNormalized?: true }[] = [
  { figure: correlationFigure("main"), needsArchive: false },
  { figure: pairFigure, needsArchive: false },
  { figure: correlationFigure("archive"), needsArchive: true },
  { figure: correlationFigure("cross"), needsArchive: true },
  { figure: distributionsFigure, needsArchive: false, needsNormalized: true },
  { figure: movesFigure, needsArchive: false, needsNormalized: true },
  { figure: recordsFigure, needsArchive: false },
  { figure: sizesFigure, needsArchive: false },
  { figure: smallestFigure, needsArchive: false },
  { figure: asOfFigure, needsArchive: false },
  { figure: archiveOverTimeFigure, needsArchive: true },
  { figure: efficiencyFigure, needsArchive: false },
  { figure: fitsFigure, needsArchive: false },
  { figure: contextFigure, needsArchive: false },
  { figure: contextBySizeFigure, needsArchive: false },
  { figure: rankChangesFigure, needsArchive: true },
  { figure: successorsFigure, needsArchive: true },
  { figure: outliersFigure, needsArchive: true },
  { figure: tuningChangesFigure, needsArchive: false },
  { figure: tuningExtremesFigure, needsArchive: false },
  { figure: standingsFigure, needsArchive: false, needsNormalized: true },
  { figure: rankRangesFigure, needsArchive: false, needsNormalized: true },
  { figure: neighboursFigure, needsArchive: false, needsNormalized: true },
  { figure: betterFigure, needsArchive: false, needsNormalized: true },
];

/**
 * The figures of a leaderboard: those of two suites, or of normalised scores, only where there are; and
 * each only where something is known of what it is about.
 */
export function figuresOf(context: Known, knows: Knows): Figure[] {
  const { main, archive } = context;
  return FIGURES.flatMap(({ figure, needsArchive, needsNormalized }) =>
    (needsArchive && !archive) ||
    (needsNormalized && !main.normalized) ||
    !figure.known(context, knows)
      ? []
      : [figure],
  );
}

export function figureNamed(name: string): Figure | undefined {
  return FIGURES.find(({ figure }) => figure.name === name)?.figure;
}
