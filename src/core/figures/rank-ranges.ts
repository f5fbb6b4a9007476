import { bandChart } from "../charts/band.ts";
import { count } from "../table/format.ts";
import { fieldSql, RANGES, type Ranged, rangeWords, withRanges } from "./field.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { knowsErrors } from "./known.ts";

/** The ranks that every evaluation could hold, against the rank it has. */
export const rankRangesFigure: Figure = {
  name: "rank-ranges",
  known: ({ main }, knows) => knowsErrors(main, knows),
  tables: ({ main }) => [main.table],
  options: () => [RANGES],
  sql: (context, view) => fieldSql(context, view),
  derive: (_, rows, settings) => withRanges(rows, settings).map((row) => ({ ...row })),
  draw,
  columns: () => [
    { name: "rank", label: "Rank", digits: 0 },
    { name: "model", label: "Model" },
    { name: "rank_low", label: "Rank from", digits: 0 },
    { name: "rank_high", label: "Rank to", digits: 0 },
    { name: "tie_group", label: "Tie group", digits: 0 },
    { name: "average", label: "Average", digits: 2 },
    { name: "stderr", label: "Standard error", digits: 3 },
    { name: "eval_id", label: "Evaluation" },
  ],
};

function draw(_: Context, found: Row[]): Drawing {
  const rows = found as unknown as Ranged[];
  const enough = rows.length >= FEWEST;
  const shown = enough ? rows : [];
  const title = enough ? titleOf(rows) : `Too few evaluations for this (fewer than ${FEWEST}).`;
  const reaches = shown.map((r) => ({ rank: r.rank, low: r.rank_low, high: r.rank_high }));
  const chart = bandChart(reaches, title, ["Rank by average", "Ranks it could hold"]);
  return {
    title,
    count: `${count(rows.length)} evaluations`,
    picture: chart.picture,
    marks: shown.map((row, i) => ({
      ...chart.place(reaches[i]!),
      title: row.model,
      lines: [
        ["Rank", count(row.rank)],
        ["Could be", rangeWords(row.rank_low, row.rank_high)],
        ["Tie group", count(row.tie_group)],
        ["Average", `${row.average.toFixed(2)} ± ${row.stderr.toFixed(2)}`],
      ],
      model: row.model,
    })),
  };
}

function titleOf(rows: readonly Ranged[]): string {
  const spans = rows.map((r) => r.rank_high - r.rank_low + 1).sort((a, b) => b - a);
  const median = spans[Math.floor((spans.length - 1) / 2)]!;
  const groups = rows.reduce((most, r) => Math.max(most, r.tie_group), 0);
  const words = groups === 1 ? "all are one tie group" : `there are ${count(groups)} tie groups`;
  return `Half of the rank ranges span ${count(median)} ranks or more; ${words}.`;
}
