import { type SizeDot, sizeChart } from "../charts/sizes.ts";
import { count, formatParams } from "../table/format.ts";
import { identifier } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { knowsAll } from "./known.ts";
import type { Settings } from "./option.ts";
import { scoreLabel, scoreOption } from "./score.ts";
import { DOUBTFUL, doubtColumns, doubtSql, LEAST, sizedFrom, sizeLines } from "./stated-size.ts";

/** Share of the best score whose price in parameters is told. */
const NEARLY = 0.9;

/** Size against score, with those that no model of their size or smaller beats. */
export const sizesFigure: Figure = {
  name: "sizes",
  known: ({ main }, knows) => knowsAll(main, knows, "average", "params_b"),
  tables: ({ main }) => [main.table],
  options: (context) => [scoreOption(context), LEAST, DOUBTFUL],
  sql,
  draw,
  columns: (context, settings) => [
    { name: "model", label: "Model" },
    { name: "params_b", label: "Params, B", digits: 2 },
    ...doubtColumns(context),
    { name: "score", label: scoreLabel(context, settings), digits: 2 },
    { name: "best", label: "Best for its size" },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/** One row per evaluation, from the smallest to the largest; `best`: none as small scores as high. */
function sql(context: Context, view: View, settings: Settings): string {
  const column = identifier(settings.score ?? "average");
  return [
    "WITH field AS (",
    `  SELECT model, eval_id, params_b, ${doubtSql(context)}, ${column} AS score`,
    sizedFrom(
      context,
      identifier(context.main.table),
      `${column} IS NOT NULL AND ${filterOf(view, context.columns, context.main.table)}`,
      settings,
    ),
    "),",
    "running AS (",
    "  SELECT *, max(score) OVER (",
    "    ORDER BY params_b, score DESC, eval_id",
    "    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    "  ) AS best_before",
    "  FROM field",
    ")",
    "SELECT model, params_b, params_doubt, score,",
    "  best_before IS NULL OR score > best_before AS best, eval_id",
    "FROM running",
    "ORDER BY best DESC, params_b, score DESC, eval_id",
  ].join("\n");
}

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const label = scoreLabel(context, settings);
  const few = rows.length < FEWEST;
  const title = few
    ? `Too few evaluations of a known size (fewer than ${FEWEST}).`
    : findingOf(rows, label);
  const dots = rows.map(
    (r): SizeDot => ({
      size: Number(r.params_b),
      score: Number(r.score),
      best: !few && r.best === true,
    }),
  );
  const chart = sizeChart(dots, title, `${label}, points`);
  return {
    title,
    count: `${count(rows.length)} evaluations of a known size`,
    picture: chart.picture,
    marks: rows.map((row, i): Mark => {
      const [x, y] = chart.at(dots[i]!);
      return {
        x,
        y,
        title: String(row.model),
        lines: [
          ...sizeLines(row),
          [label, Number(row.score).toFixed(2)],
          ...(dots[i]!.best ? [["Best", "for its size"] as [string, string]] : []),
        ],
        model: String(row.model),
      };
    }),
  };
}

/** What most of the best score takes in parameters. */
function findingOf(rows: Row[], label: string): string {
  const best = rows.filter((r) => r.best === true);
  const top = best.at(-1)!;
  const goal = NEARLY * Number(top.score);
  const near = best.find((r) => Number(r.score) >= goal)!;
  const of = label === "Average" ? "average" : `score on ${label}`;
  const all = `${Number(top.score).toFixed(1)} (${formatParams(Number(top.params_b))})`;
  if (near === top)
    return `The best ${of} is ${all}, and nothing smaller comes within a tenth of it.`;
  return `Nine tenths of the best ${of}, ${all}, take no more than ${formatParams(Number(near.params_b))}.`;
}
