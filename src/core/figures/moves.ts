import { type Bin, histogramChart, signed } from "../charts/histogram.ts";
import { count } from "../table/format.ts";
import { identifier, numberLiteral } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { knowsAll } from "./known.ts";

/** Bars at most, and movers named on each side. */
const BARS = 41;
const NAMED = 5;

/** How many ranks each evaluation moves between the average of raw scores and the normalised one. */
export const movesFigure: Figure = {
  name: "moves",
  known: ({ main }, knows) =>
    knowsAll(main, knows, "average", ...main.benchmarks.map((b) => `${b.key}_raw`)),
  tables: ({ main }) => [main.table],
  options: () => [],
  sql,
  draw,
  columns: () => [
    { name: "model", label: "Model" },
    { name: "moved", label: "Moved up by, ranks", digits: 0 },
    { name: "raw_rank", label: "Rank by raw", digits: 0 },
    { name: "normalized_rank", label: "Rank by normalised", digits: 0 },
    { name: "raw_average", label: "Raw average × 100", digits: 2 },
    { name: "average", label: "Normalised average", digits: 2 },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/**
 * One row per evaluation, the largest moves first. Both ranks are among the rows that the filters
 * let through and that are not flagged; equal averages share a rank. Averages are rounded as the
 * table's own are (`settle`), so that equal scores stay equal.
 */
function sql({ main, columns }: Context, view: View): string {
  const raws = main.benchmarks.map(({ key }) => identifier(`${key}_raw`));
  const mean = `(${raws.join(" + ")}) / ${numberLiteral(raws.length)} * 100`;
  return [
    "WITH field AS (",
    `  SELECT model, eval_id, average, round(${mean} * 1e11) / 1e11 AS raw_average`,
    `  FROM ${identifier(main.table)}`,
    "  WHERE flagged IS NOT TRUE AND average IS NOT NULL",
    `    AND ${filterOf(view, columns, main.table)}`,
    "),",
    "ranked AS (",
    "  SELECT *, rank() OVER (ORDER BY raw_average DESC) AS raw_rank,",
    "    rank() OVER (ORDER BY average DESC) AS normalized_rank",
    "  FROM field WHERE raw_average IS NOT NULL",
    ")",
    "SELECT *, raw_rank - normalized_rank AS moved",
    "FROM ranked",
    "ORDER BY abs(raw_rank - normalized_rank) DESC, normalized_rank, eval_id",
  ].join("\n");
}

function draw(_: Context, rows: Row[]): Drawing {
  const title = findingOf(rows);
  const few = rows.length < FEWEST;
  const bins = few ? [] : binsOf(rows.map((r) => Number(r.moved)));
  const named = few ? [] : moversOf(rows);
  const chart = histogramChart(
    title,
    bins,
    named.map((r, i) => dotOf(r, i === 0 || i === named.length - 1)),
    { x: "ranks moved by normalising (right: up)", y: "Evaluations" },
  );
  const barMarks = bins.map((bin): Mark => {
    const [left, right] = [chart.x(bin.low), chart.x(bin.high)];
    const top = Math.min(chart.y(bin.n), chart.frame.bottom - 8);
    return {
      x: (left + right) / 2,
      y: (top + chart.frame.bottom) / 2,
      reach: [(right - left) / 2, (chart.frame.bottom - top) / 2],
      title: spanOf(bin),
      lines: [["Evaluations", count(bin.n)]],
    };
  });
  const dotMarks = named.map(
    (row): Mark => ({
      x: chart.x(Number(row.moved)),
      y: chart.strip,
      title: String(row.model),
      lines: [
        ["Moved", `${signed(Number(row.moved))} ranks`],
        ["By raw", `${count(Number(row.raw_rank))} (${Number(row.raw_average).toFixed(2)})`],
        ["Normalised", `${count(Number(row.normalized_rank))} (${Number(row.average).toFixed(2)})`],
      ],
      model: String(row.model),
    }),
  );
  return {
    title,
    count: `${count(rows.length)} evaluations`,
    picture: chart.picture,
    marks: [...dotMarks, ...barMarks],
  };
}

function findingOf(rows: Row[]): string {
  if (rows.length < FEWEST) return `Too few evaluations for ranks (fewer than ${FEWEST}).`;
  const sizes = rows.map((r) => Math.abs(Number(r.moved))).sort((a, b) => a - b);
  const middle = sizes.length >> 1;
  const median = sizes.length % 2 ? sizes[middle]! : (sizes[middle - 1]! + sizes[middle]!) / 2;
  const first = rows[0]!;
  if (first.moved === 0) return "Normalising moves no evaluation to another rank.";
  const way = Number(first.moved) > 0 ? "up" : "down";
  return `Normalising moves half of all evaluations by ${count(Math.ceil(median))} ranks or more, and ${first.model} ${way} by ${count(sizes.at(-1)!)}.`;
}

/** The two ends are named. */
function dotOf(row: Row, end: boolean) {
  const x = Number(row.moved);
  const name = String(row.model).split("/").at(-1)!;
  const short = name.length > 28 ? `${name.slice(0, 27)}…` : name;
  return { x, group: x > 0 ? 1 : 2, ...(end ? { name: short } : {}) };
}

/** Bars of an odd number of ranks, the middle one around 0: no move falls on an edge. */
export function binsOf(moves: readonly number[]): Bin[] {
  const far = moves.reduce((most, m) => Math.max(most, Math.abs(m)), 0);
  const width = Math.floor((2 * far) / BARS / 2) * 2 + 1;
  const counts = new Map<number, number>();
  for (const move of moves) {
    const k = Math.round(move / width);
    counts.set(k, (counts.get(k) ?? 0) + 1);
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([k, n]) => ({ low: (k - 0.5) * width, high: (k + 0.5) * width, n }));
}

/** The largest movers down and up, from left to right. */
function moversOf(rows: Row[]): Row[] {
  const side = (sign: number) =>
    rows.filter((r) => Math.sign(Number(r.moved)) === sign).slice(0, NAMED);
  return [...side(-1), ...side(1)].sort((a, b) => Number(a.moved) - Number(b.moved));
}

/** The whole numbers within a bar. */
function spanOf({ low, high }: Bin): string {
  const [first, last] = [Math.ceil(low), Math.floor(high)];
  return first === last ? `${signed(first)} ranks` : `${signed(first)} to ${signed(last)} ranks`;
}
