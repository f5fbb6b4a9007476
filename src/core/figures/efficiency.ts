import { scatterChart } from "../charts/scatter.ts";
import { count, formatParams, UNKNOWN } from "../table/format.ts";
import type { Value } from "../table/grid.ts";
import { identifier } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { sizeSql } from "./memory.ts";
import type { Option, Settings } from "./option.ts";
import { scoreLabel, scoreOption, scoreWords } from "./score.ts";
import { believed, DOUBTFUL, doubtColumns, doubtSql, LEAST, sizeLines } from "./stated-size.ts";

/** Share of the best score whose cost is told. */
const NEARLY = 0.9;

interface Cost {
  /** Column of the table. */
  value: string;
  /** In the list of choices, on the axis, and why an evaluation is left out. */
  label: string;
  axis: string;
  missing: string;
  /** Above 0, or null. */
  sql(context: Context, settings: Settings): string;
  write(value: number): string;
}

const COSTS: Cost[] = [
  {
    value: "co2_kg",
    label: "CO₂ of the run",
    axis: "kilograms of CO₂ for the evaluation, log scale",
    missing: "of unknown CO₂",
    sql: () => "nullif(co2_kg, 0)",
    write: (kg) => `${Number(kg.toPrecision(2))} kg of CO₂`,
  },
  {
    value: "params_b",
    label: "Parameters",
    axis: "billions of parameters, log scale",
    missing: "of a size unknown, doubtful or below the least",
    sql: sizeSql,
    write: formatParams,
  },
];

/** Score against what it costs, with those that nothing as cheap beats. */
export const efficiencyFigure: Figure = {
  name: "efficiency",
  known: ({ main }, knows) =>
    knows(main.table, "average") && COSTS.some((cost) => knows(main.table, cost.value)),
  tables: ({ main }) => [main.table],
  options: (context) => [costOption(context), scoreOption(context), LEAST, DOUBTFUL],
  sql,
  draw,
  columns: (context, settings) => [
    { name: "model", label: "Model" },
    { name: "score", label: scoreLabel(context, settings), digits: 2 },
    { name: "co2_kg", label: "CO₂, kg", digits: 2 },
    { name: "per_kg", label: "Points per kg", digits: 2 },
    { name: "params_b", label: "Params, B", digits: 2 },
    ...doubtColumns(context),
    { name: "per_b", label: "Points per B", digits: 2 },
    { name: "best", label: "Best for its cost" },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/** Starts with the first cost that the table knows something of. */
function costOption({ columns }: Context): Option {
  const known = COSTS.find((cost) => columns.some((c) => c.name === cost.value));
  return {
    name: "cost",
    label: "Cost",
    kind: "choice",
    initial: (known ?? COSTS[0]!).value,
    values: COSTS.map(({ value, label }) => ({ value, label })),
  };
}

function costOf({ cost }: Settings): Cost {
  return COSTS.find((c) => c.value === cost) ?? COSTS[0]!;
}

/**
 * One row per evaluation; `cost` is null where it is unknown (or a size is not believed), and
 * `best` says that nothing as cheap scores as high. Flagged scores beat nobody.
 */
function sql(context: Context, view: View, settings: Settings): string {
  const { main, columns } = context;
  const score = identifier(settings.score ?? "average");
  const cost = costOf(settings).sql(context, settings);
  return [
    "WITH field AS (",
    `  SELECT model, eval_id, flagged, ${score} AS score, co2_kg, params_b,`,
    `    ${doubtSql(context)}, ${believed(context, settings.doubtful)} AS believable,`,
    `    ${cost} AS cost`,
    `  FROM ${identifier(main.table)}`,
    `  WHERE ${score} IS NOT NULL AND ${filterOf(view, columns, main.table)}`,
    "),",
    "running AS (",
    "  SELECT *, max(CASE WHEN flagged IS NOT TRUE THEN score END) OVER (",
    "    ORDER BY cost NULLS LAST, score DESC, eval_id",
    "    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    "  ) AS best_before",
    "  FROM field",
    ")",
    "SELECT model, score, cost, co2_kg, params_b, params_doubt,",
    "  score / nullif(co2_kg, 0) AS per_kg,",
    "  CASE WHEN believable THEN score / nullif(params_b, 0) END AS per_b,",
    "  cost IS NOT NULL AND flagged IS NOT TRUE",
    "    AND (best_before IS NULL OR score > best_before) AS best, eval_id",
    "FROM running",
    "ORDER BY best DESC, CASE WHEN best THEN cost END, score / cost DESC NULLS LAST, eval_id",
  ].join("\n");
}

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const cost = costOf(settings);
  const label = scoreLabel(context, settings);
  const known = rows.filter((r) => r.cost !== null);
  const few = known.length < FEWEST;
  const title = few
    ? `Too few evaluations of a known cost (${known.length}, fewer than ${FEWEST}).`
    : findingOf(known, cost, scoreWords(context, settings));
  const dots = known.map((r) => ({
    x: Number(r.cost),
    y: Number(r.score),
    group: r.best === true && !few ? 1 : 0,
  }));
  const chart = scatterChart(dots, {
    label: title,
    x: { label: cost.axis, log: true },
    y: { label: `${label}, points`, domain: [0, Math.max(10, ...dots.map((d) => d.y))] },
    groups: ["evaluations", "best for what they cost"],
    stepped: 1,
  });
  const left = rows.length - known.length;
  return {
    title,
    count: `${count(known.length)} evaluations${left > 0 ? `; left out: ${count(left)} ${cost.missing}` : ""}`,
    picture: chart.picture,
    marks: known.map((row, i): Mark => {
      const [x, y] = chart.place(dots[i]!);
      return { x, y, title: String(row.model), lines: linesOf(row, label), model: `${row.model}` };
    }),
  };
}

function linesOf(row: Row, label: string): [string, string][] {
  return [
    [label, digits(row.score)],
    ["CO₂, kg", digits(row.co2_kg)],
    ["Points per kg", digits(row.per_kg)],
    ...sizeLines(row),
    ["Points per billion", digits(row.per_b)],
  ];
}

function digits(value: Value | undefined): string {
  return typeof value === "number" ? value.toFixed(2) : UNKNOWN;
}

/** What most of the best score costs, beside what the best one did. */
function findingOf(rows: Row[], { write }: Cost, of: string): string {
  const best = rows.filter((r) => r.best === true).sort((a, b) => Number(a.cost) - Number(b.cost));
  const top = best.at(-1);
  if (!top) return "All of these evaluations are flagged: none is best for its cost.";
  const near = best.find((r) => Number(r.score) >= NEARLY * Number(top.score))!;
  const all = `the best ${of}, ${Number(top.score).toFixed(1)} (${write(Number(top.cost))})`;
  return near === top
    ? `Nothing cheaper comes within a tenth of ${all}.`
    : `Nine tenths of ${all}, take no more than ${write(Number(near.cost))}.`;
}
