import { type Panel, panelChart } from "../charts/histogram.ts";
import { count } from "../table/format.ts";
import { identifier, literal } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { scored } from "./known.ts";

/** Points per bar. */
const BIN = 2;

const FORMS = ["raw", "normalized"] as const;
const FORM_LABELS = { raw: "Raw × 100", normalized: "Normalised" };

/** Every benchmark's scores before and after normalisation, as histograms side by side. */
export const distributionsFigure: Figure = {
  name: "distributions",
  known: ({ main }, knows) => scored(main, knows).some((key) => knows(main.table, `${key}_raw`)),
  tables: ({ main }) => [main.table],
  options: () => [],
  sql,
  draw,
  columns: () => [
    { name: "benchmark", label: "Benchmark" },
    { name: "form", label: "Form" },
    { name: "low", label: "From, points", digits: 0 },
    { name: "n", label: "Evaluations", digits: 0 },
    { name: "median", label: "Median", digits: 2 },
    { name: "zeros", label: "At 0", digits: 0 },
    { name: "total", label: "n", digits: 0 },
  ],
};

/**
 * One row per bar that is not empty: `benchmark, form, low, n`, with the `median`, the number of
 * scores at exactly 0 and the `total` of its panel.
 */
function sql({ main, columns }: Context, view: View): string {
  const names = main.benchmarks.flatMap(({ key }) => [literal(key), literal(key)]);
  const forms = main.benchmarks.flatMap(() => FORMS.map(literal));
  const points = main.benchmarks.flatMap(({ key }) => [
    `${identifier(`${key}_raw`)} * 100`,
    identifier(key),
  ]);
  return [
    // One pass over the rows, each turned into one row per benchmark and form.
    "WITH long AS (",
    `  SELECT unnest([${names.join(", ")}]) AS benchmark,`,
    `    unnest([${forms.join(", ")}]) AS form,`,
    `    unnest([${points.join(", ")}]) AS points`,
    `  FROM ${identifier(main.table)}`,
    `  WHERE ${filterOf(view, columns, main.table)}`,
    "),",
    "panels AS (",
    "  SELECT benchmark, form, median(points) AS median, count(*) AS total,",
    "    count(*) FILTER (WHERE points = 0) AS zeros",
    "  FROM long WHERE points IS NOT NULL GROUP BY benchmark, form\n)",
    `SELECT benchmark, form, least(${100 - BIN}, floor(points / ${BIN}) * ${BIN}) AS low,`,
    "  count(*) AS n, any_value(median) AS median, any_value(zeros) AS zeros, any_value(total) AS total",
    "FROM long JOIN panels USING (benchmark, form)",
    "WHERE points IS NOT NULL",
    "GROUP BY benchmark, form, low",
    "ORDER BY benchmark, form, low",
  ].join("\n");
}

function draw({ main }: Context, rows: Row[]): Drawing {
  const benchmarks = main.benchmarks.map(({ key, name }) => ({
    name,
    panels: FORMS.map((form) => panelOf(rows, key, form)) as [Told, Told],
  }));
  const title = findingOf(benchmarks);
  const chart = panelChart(
    title,
    [FORM_LABELS.raw, FORM_LABELS.normalized],
    benchmarks,
    "points, 0–100",
  );
  const most = Math.max(0, ...rows.map((r) => Number(r.total)));
  return {
    title,
    count: `${count(most)} evaluations`,
    picture: chart.picture,
    marks: benchmarks.flatMap(({ name, panels }, row) =>
      panels.map(
        (panel, column): Mark => ({
          ...chart.place(row, column),
          title: `${name}, ${FORM_LABELS[FORMS[column]!].toLowerCase()}`,
          lines: linesOf(panel),
        }),
      ),
    ),
  };
}

interface Told extends Panel {
  total: number;
  zeros: number;
}

function panelOf(rows: Row[], key: string, form: string): Told {
  const own = rows.filter((r) => r.benchmark === key && r.form === form);
  const total = Number(own[0]?.total ?? 0);
  return {
    bins: own.map((r) => ({ low: Number(r.low), high: Number(r.low) + BIN, n: Number(r.n) })),
    median: total < FEWEST ? null : Number(own[0]!.median),
    total,
    zeros: Number(own[0]?.zeros ?? 0),
  };
}

function linesOf({ median, zeros, total }: Told): [string, string][] {
  return [
    ["Median", median === null ? `not given below n = ${FEWEST}` : median.toFixed(2)],
    ["At 0", count(zeros)],
    ["n", count(total)],
  ];
}

/** The benchmark whose median falls most. */
function findingOf(benchmarks: { name: string; panels: [Told, Told] }[]): string {
  const known = benchmarks.flatMap(({ name, panels: [raw, normalized] }) =>
    raw.median === null || normalized.median === null
      ? []
      : [{ name, from: raw.median, to: normalized.median }],
  );
  known.sort((a, b) => b.from - b.to - (a.from - a.to));
  const [first] = known;
  if (!first) return `Too few evaluations for a distribution (fewer than ${FEWEST}).`;
  const same = known.filter((k) => Math.abs(k.from - k.to) < 0.005).map((k) => k.name);
  const stay = same.length > 1 ? "stay as they were" : "stays as it was";
  const rest = same.length > 0 ? `; ${listed(same)} ${stay}` : "";
  return `Without the points for guessing, the median on ${first.name} is ${first.to.toFixed(1)}, not ${first.from.toFixed(1)}${rest}.`;
}

function listed(names: string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
