import { standingChart } from "../charts/standing.ts";
import { interval } from "../suite/uncertainty.ts";
import { count } from "../table/format.ts";
import { fieldSql, type Ranged, rangeWords, withRanges } from "./field.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { knowsErrors } from "./known.ts";
import type { Option, Settings } from "./option.ts";

const TOP: Option = {
  name: "top",
  label: "Show the best",
  kind: "choice",
  initial: "20",
  values: [
    { value: "20", label: "20" },
    { value: "50", label: "50" },
  ],
};

/** The best evaluations with their intervals, the ranks each could hold, and the tie groups. */
export const standingsFigure: Figure = {
  name: "standings",
  known: ({ main }, knows) => knowsErrors(main, knows),
  tables: ({ main }) => [main.table],
  options: () => [TOP],
  sql: (context, view) => fieldSql(context, view),
  derive,
  draw,
  columns: () => [
    { name: "rank", label: "Rank", digits: 0 },
    { name: "model", label: "Model" },
    { name: "average", label: "Average", digits: 2 },
    { name: "low", label: "95 % from", digits: 2 },
    { name: "high", label: "95 % to", digits: 2 },
    { name: "rank_low", label: "Rank from", digits: 0 },
    { name: "rank_high", label: "Rank to", digits: 0 },
    { name: "tie_group", label: "Tie group", digits: 0 },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/**
 * All are needed to place a few; those below are only counted: each row says how many were
 * ranked, and how many are in its tie group.
 */
function derive(_: Context, rows: Row[], { top }: Settings): Row[] {
  const field = withRanges(rows);
  const sizes = new Map<number, number>();
  for (const { tie_group } of field) sizes.set(tie_group, (sizes.get(tie_group) ?? 0) + 1);
  return field.slice(0, Number(top)).map((row) => {
    const [low, high] = interval({ value: row.average, stderr: row.stderr });
    return { ...row, low, high, ranked: field.length, tied: sizes.get(row.tie_group)! };
  });
}

type Shown = Ranged & { low: number; high: number; ranked: number; tied: number };

function draw(_: Context, found: Row[]): Drawing {
  const rows = found as unknown as Shown[];
  const title = titleOf(rows);
  const chart = standingChart(
    rows.map((row) => ({
      rank: count(row.rank),
      ranks: rangeWords(row.rank_low, row.rank_high),
      name: row.model,
      value: row.average,
      low: row.low,
      high: row.high,
      group: groupWords(row),
    })),
    title,
    "Average with its 95 % interval, points",
  );
  const ranked = rows[0]?.ranked ?? 0;
  return {
    title,
    count: `${count(rows.length)} of ${count(ranked)} evaluations`,
    picture: chart.picture,
    marks: rows.map((row, i): Mark => ({ ...chart.place(i), ...wordsOf(row, rows) })),
  };
}

function titleOf(rows: readonly Shown[]): string {
  const [first] = rows;
  if (!first) return "No evaluation left whose average has a standard error.";
  const others = first.tied - 1;
  if (first.ranked === 1) return `${first.model} is alone: there is nothing to tell it from.`;
  if (others === 0) return `${first.model} is told apart from all the others.`;
  return (
    `${count(others)} other${others === 1 ? "" : "s"} of ${count(first.ranked - 1)} cannot be ` +
    `told from the best, ${first.model}.`
  );
}

function groupWords({ tie_group, tied }: Shown): string {
  return `Tie group ${count(tie_group)}: ${count(tied)} evaluation${tied === 1 ? "" : "s"}`;
}

function wordsOf(row: Shown, rows: readonly Shown[]): Pick<Mark, "title" | "lines" | "model"> {
  const twice = rows.filter((r) => r.model === row.model).length > 1;
  return {
    title: row.model,
    lines: [
      ["Average", row.average.toFixed(2)],
      ["95 % interval", `${row.low.toFixed(2)}–${row.high.toFixed(2)}`],
      ["Rank", count(row.rank)],
      ["Could be", rangeWords(row.rank_low, row.rank_high)],
      ["Tie group", count(row.tie_group)],
      ...(twice ? ([["Evaluation", row.eval_id.split("@").at(-1)!]] as [string, string][]) : []),
    ],
    model: row.model,
  };
}
