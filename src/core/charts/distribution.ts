import { bin } from "d3-array";

const WIDTH = 200;
const HEIGHT = 30;
const BINS = 40;

/** The field of one benchmark, worked out once and drawn on many pages. */
export interface Field {
  /** Scores of all ranked evaluations, ascending. */
  sorted: Float64Array;
  /** Upper end of the axis; the lower is 0. */
  top: number;
  /** SVG path of the histogram. */
  path: string;
}

/**
 * The distribution of a benchmark's scores.
 *
 * @param scores 0–100, in any order
 */
export function fieldOf(scores: number[]): Field {
  const sorted = Float64Array.from(scores).sort();
  const best = sorted.at(-1) ?? 0;
  const top = Math.min(100, Math.max(10, Math.ceil(best / 10) * 10));
  const bins = bin()
    .domain([0, top])
    .thresholds(Array.from({ length: BINS - 1 }, (_, i) => ((i + 1) * top) / BINS))(sorted);
  const most = Math.max(1, ...bins.map((b) => b.length));
  const tops = bins.map((b) => Math.round(HEIGHT - 1 - (b.length / most) * (HEIGHT - 2)));
  return { sorted, top, path: outline(tops) };
}

/** Bars as one path, those of one height together: it stands on ten thousand pages, six times each. */
function outline(tops: number[]): string {
  const step = WIDTH / tops.length;
  const bars = tops.map(
    (y, i) => (y === tops[i - 1] ? "" : `V${y}`) + (y === tops[i + 1] ? "" : `H${(i + 1) * step}`),
  );
  return `M0 ${HEIGHT}${bars.join("")}V${HEIGHT}Z`;
}

/** Share of the field that scored below `score`, 0–1. */
export function shareBelow(field: Field, score: number): number {
  let low = 0;
  let high = field.sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (field.sorted[middle]! < score) low = middle + 1;
    else high = middle;
  }
  return field.sorted.length === 0 ? 0 : low / field.sorted.length;
}

/** Place of a score in the field, 1 for the best; equal scores share the better place. */
export function placeOf(field: Field, score: number): number {
  let low = 0;
  let high = field.sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (field.sorted[middle]! <= score) low = middle + 1;
    else high = middle;
  }
  return field.sorted.length - low + 1;
}

/**
 * A strip with the field's histogram and a mark at one score. It holds numbers only, no text from
 * outside; the label is for screen readers.
 */
export function distributionStrip(field: Field, score: number): string {
  const x = Math.round((Math.min(score, field.top) / field.top) * WIDTH);
  return (
    `<svg class="strip" viewBox="-3 0 ${WIDTH + 6} ${HEIGHT}" width="${WIDTH + 6}" height="${HEIGHT}" aria-hidden="true">` +
    `<path class="field" d="${field.path}"/><path class="mark" d="M${x} 0V${HEIGHT}"/></svg>`
  );
}
