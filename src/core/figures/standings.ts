import { standingChart } from "../charts/standing.ts";
import { shrunken } from "../suite/shrunken.ts";
import { interval } from "../suite/uncertainty.ts";
import { count, UNKNOWN } from "../table/format.ts";
import { fieldSql, RANGES, type Ranged, rangeWords, withRanges } from "./field.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
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
  options: () => [TOP, RANGES],
  sql: (context, view) => fieldSql(context, view),
  derive,
  draw,
  columns: () => [
    { name: "rank", label: "Rank", digits: 0 },
    { name: "model", label: "Model" },
    { name: "average", label: "Average", digits: 2 },
    { name: "low", label: "95 % from", digits: 2 },
    { name: "high", label: "95 % to", digits: 2 },
    { name: "expected", label: "Expected on new questions", digits: 2 },
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
function derive(_: Context, rows: Row[], settings: Settings): Row[] {
  const field = withRanges(rows, settings);
  const expected = expectedOf(field);
  const sizes = new Map<number, number>();
  for (const { tie_group } of field) sizes.set(tie_group, (sizes.get(tie_group) ?? 0) + 1);
  return field.slice(0, Number(settings.top)).map((row, i) => {
    const [low, high] = interval({ value: row.average, stderr: row.stderr });
    const tied = sizes.get(row.tie_group)!;
    return { ...row, low, high, expected: expected[i] ?? null, ranked: field.length, tied };
  });
}

/** A few scores do not tell how scores are spread. */
function expectedOf(field: readonly Ranged[]): number[] {
  if (field.length < FEWEST) return [];
  return shrunken(field.map((row) => ({ value: row.average, stderr: row.stderr })));
}

type Shown = Ranged & {
  low: number;
  high: number;
  /** Average to be expected on new questions. */
  expected: number | null;
  ranked: number;
  tied: number;
};

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
    note: luckOf(rows),
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

/** How much of the first's average, and of its lead, is luck to be expected of the best of many. */
function luckOf([first, second]: readonly Shown[]): string | undefined {
  if (!first || !second || first.expected === null || second.expected === null) return undefined;
  const [lead, left] = [first.average - second.average, first.expected - second.expected];
  const average =
    `Expect ${first.model} to average ${first.expected.toFixed(2)} on new questions, ` +
    `not ${first.average.toFixed(2)}`;
  const gone =
    left < 0.005
      ? `, and its lead of ${lead.toFixed(2)} over ${second.model} to be gone`
      : `, and to lead ${second.model} by ${left.toFixed(2)}, not ${lead.toFixed(2)}`;
  return `${average}${lead < 0.005 ? "" : gone}: the best of many is best partly by luck.`;
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
      ["Expected on new questions", row.expected?.toFixed(2) ?? UNKNOWN],
      ["Rank", count(row.rank)],
      ["Could be", rangeWords(row.rank_low, row.rank_high)],
      ["Tie group", count(row.tie_group)],
      ...(twice ? ([["Evaluation", row.eval_id.split("@").at(-1)!]] as [string, string][]) : []),
    ],
    model: row.model,
  };
}
