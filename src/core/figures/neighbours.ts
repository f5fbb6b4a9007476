import { gapsChart } from "../charts/gaps.ts";
import type { Bin } from "../charts/histogram.ts";
import { Z95 } from "../suite/uncertainty.ts";
import { count } from "../table/format.ts";
import { numberLiteral } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { fieldSql } from "./field.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { knowsErrors } from "./known.ts";
import type { Option, Settings } from "./option.ts";

const APART: Option = {
  name: "apart",
  label: "Places apart",
  kind: "choice",
  initial: "1",
  values: ["1", "10", "100", "500"].map((value) => ({
    value,
    label: value === "1" ? "1 (neighbours)" : value,
  })),
};

/** At most so many bars in all, and before the border between told apart and not. */
const BARS = 60;
const BEFORE = 40;

/** How far, in standard errors, each evaluation is above the one some places below. */
export const neighboursFigure: Figure = {
  name: "neighbours",
  known: ({ main }, knows) => knowsErrors(main, knows),
  tables: ({ main }) => [main.table],
  options: () => [APART],
  sql,
  draw,
  columns: () => [
    { name: "place", label: "Place", digits: 0 },
    { name: "model", label: "Model" },
    { name: "below", label: "Model below" },
    { name: "difference", label: "Difference", digits: 2 },
    { name: "z", label: "In standard errors", digits: 2 },
    { name: "told", label: "Told apart at 5 %" },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/** One row per pair, best first; places count on where ranks are shared. */
function sql(context: Context, view: View, { apart }: Settings): string {
  const below = (name: string) =>
    `lead(${name}, ${numberLiteral(Number(apart))}) OVER best AS ${name}_2`;
  return [
    "WITH field AS (",
    fieldSql(context, view),
    "), pairs AS (",
    "  SELECT CAST(row_number() OVER best AS INTEGER) AS place, model, eval_id, average, stderr,",
    `    ${["model", "average", "stderr"].map(below).join(",\n    ")}`,
    "  FROM field",
    "  WINDOW best AS (ORDER BY average DESC, eval_id)",
    "), apart AS (",
    "  SELECT *, average - average_2 AS difference,",
    "    (average - average_2) / nullif(sqrt(stderr * stderr + stderr_2 * stderr_2), 0) AS z",
    "  FROM pairs",
    "  WHERE model_2 IS NOT NULL",
    ")",
    "SELECT place, model, model_2 AS below, difference, z,",
    `  z > ${numberLiteral(Z95)} AS told, eval_id`,
    "FROM apart",
    "WHERE z IS NOT NULL",
    "ORDER BY place",
  ].join("\n");
}

function draw(_: Context, rows: Row[], { apart }: Settings): Drawing {
  const enough = rows.length >= FEWEST;
  const pairs = enough ? rows : [];
  const told = pairs.filter((row) => row.told === true).length;
  const words = apart === "1" ? "neighbours in rank" : `evaluations ${apart} places apart`;
  const title = enough
    ? `${count(told)} of ${count(rows.length)} pairs of ${words} can be told apart at 5 %.`
    : `Too few pairs of ${words} to say anything (fewer than ${FEWEST}).`;
  const bins = binsOf(pairs);
  const chart = gapsChart(bins, { at: Z95, below: "not told apart", above: "told apart" }, title, {
    x: "Difference of the averages, in its standard errors",
    y: "Pairs, logarithmic scale",
  });
  return {
    title,
    count: `${count(rows.length)} pairs`,
    picture: chart.picture,
    marks: bins.flatMap((bin): Mark[] =>
      bin.widest ? [{ ...chart.place(bin), ...wordsOf(bin, bin.widest) }] : [],
    ),
  };
}

interface Gaps extends Bin {
  widest: Row | null;
}

/** Bars from 0, of such a width that one ends at the border between not told apart and told. */
function binsOf(pairs: readonly Row[]): Gaps[] {
  const far = pairs.reduce((most, row) => Math.max(most, Number(row.z)), Z95);
  const before = Math.min(BEFORE, Math.max(1, Math.floor((BARS * Z95) / far)));
  const edge = (i: number) => (i * Z95) / before;
  const bins: Gaps[] = Array.from({ length: Math.ceil((far * before) / Z95) }, (_, i) => ({
    low: edge(i),
    high: edge(i + 1),
    n: 0,
    widest: null,
  }));
  for (const row of pairs) {
    const z = Number(row.z);
    // A difference of exactly the border is not told apart.
    const at =
      z > Z95
        ? Math.max(before, Math.ceil(z / edge(1)) - 1)
        : Math.min(before - 1, Math.floor(z / edge(1)));
    const bin = bins[Math.min(bins.length - 1, at)]!;
    bin.n++;
    if (!bin.widest || z > Number(bin.widest.z)) bin.widest = row;
  }
  return bins;
}

function wordsOf(bin: Gaps, widest: Row): Pick<Mark, "title" | "lines" | "model"> {
  return {
    title: `${count(bin.n)} ${bin.n === 1 ? "pair" : "pairs"}, ${bin.low.toFixed(2)} to ${bin.high.toFixed(2)} standard errors`,
    lines: [
      ["Widest", `${Number(widest.z).toFixed(2)}, ${Number(widest.difference).toFixed(2)} points`],
      ["Above", String(widest.model)],
      ["Below", String(widest.below)],
    ],
    model: String(widest.model),
  };
}
