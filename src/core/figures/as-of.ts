import { rankingChart } from "../charts/ranking.ts";
import { dayWords } from "../charts/time.ts";
import { count, formatParams } from "../table/format.ts";
import { identifier, literal } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { eachName, filterOf } from "./filter.ts";
import { knowsAll } from "./known.ts";
import type { Settings } from "./option.ts";
import { hasPast, ofPast } from "./timing.ts";

const SHOWN = 20;

/**
 * The top of the board as of a day: of the newest table that is known up to that day, with the scores
 * and ranks of then.
 */
export const asOfFigure: Figure = {
  name: "as-of",
  known: (context, knows) => knowsAll(context.main, knows, "average") && hasPast(context),
  tables: ({ main }) => [main.table, "intervals", "days"],
  options: ({ since, asOf }) => [
    { name: "day", label: "As of", kind: "day", initial: asOf, min: since, max: asOf },
  ],
  sql,
  draw,
  columns: () => [
    { name: "rank", label: "Rank", digits: 0 },
    { name: "model", label: "Model" },
    { name: "average", label: "Average", digits: 2 },
    { name: "params_b", label: "Params, B", digits: 1 },
    { name: "table_day", label: "Table of" },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/**
 * The first rows by average, each with its rank in the whole table of that day, under every name. `known`: whether the
 * evaluation is still in today's table, and so has a page; `n` counts those that the filters leave.
 * Filters go by what is known of models today. What was in that table stood there, also where its
 * model has gone since.
 */
function sql(context: Context, view: View, settings: Settings): string {
  const { main, columns, asOf } = context;
  const day = settings.day ?? asOf;
  const board = day === asOf ? todaySql(main.table, asOf) : pastSql(main.table, day);
  return [
    "WITH board AS (",
    ...board,
    "),",
    "shown AS (",
    "  SELECT *, count(*) OVER () AS n FROM board",
    "  WHERE rank IS NOT NULL",
    `    AND ${filterOf(eachName(ofPast(view)), columns, main.table)}`,
    ")",
    "SELECT CAST(table_day AS VARCHAR) AS table_day, CAST(rank AS INTEGER) AS rank,",
    "  model, now_model, params_b, average, known, n, eval_id",
    "FROM shown",
    `QUALIFY row_number() OVER (ORDER BY average DESC, eval_id) <= ${SHOWN}`,
    "ORDER BY shown.average DESC, eval_id",
  ].join("\n");
}

function todaySql(table: string, asOf: string): string[] {
  return [
    `  SELECT *, DATE ${literal(asOf)} AS table_day, TRUE AS known, model AS now_model`,
    `  FROM ${identifier(table)}`,
  ];
}

/** Ranks by the averages as they were published, which had two digits at first. */
function pastSql(table: string, day: string): string[] {
  return [
    "  SELECT past.* EXCLUDE (published, name), published AS average,",
    "    CASE WHEN published IS NOT NULL AND NOT left_out",
    "      THEN rank() OVER (PARTITION BY left_out OR published IS NULL ORDER BY published DESC) END AS rank,",
    "    now.eval_id IS NOT NULL AS known,",
    // As it was called then.
    "    coalesce(CASE WHEN past.name = past.eval_id THEN now.model END, split_part(past.eval_id, '@', 1)) AS model,",
    "    now.model AS now_model,",
    "    now.* EXCLUDE (eval_id, model, average, rank)",
    "  FROM (",
    "    SELECT intervals.eval_id, coalesce(renamed_to, intervals.eval_id) AS name,",
    "      days.as_of AS table_day, intervals.flagged IS TRUE AS left_out,",
    "      CASE WHEN days.digits IS NULL THEN intervals.average ELSE round(intervals.average, days.digits) END AS published",
    "    FROM days JOIN intervals ON days.as_of BETWEEN intervals.first_day AND intervals.last_day",
    `    WHERE days.as_of = (SELECT max(as_of) FROM days WHERE as_of <= DATE ${literal(day)})`,
    "  ) AS past",
    `  LEFT JOIN ${identifier(table)} AS now ON now.eval_id = past.name`,
  ];
}

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const day = settings.day ?? context.asOf;
  const title = findingOf(rows, day);
  const chart = rankingChart(
    rows.map((r) => ({
      rank: String(r.rank),
      name: String(r.model),
      value: Number(r.average),
    })),
    title,
    "average, points",
  );
  return {
    title,
    count: countOf(rows, context, day),
    picture: chart.picture,
    marks: rows.map(
      (row, i): Mark => ({
        ...chart.place(i),
        title: String(row.model),
        lines: [
          ["Rank", String(row.rank)],
          ["Average", Number(row.average).toFixed(2)],
          row.known === true
            ? ["Size", formatParams(row.params_b as number | null)]
            : ["Now", "no longer in the table"],
          ...(row.known === true && row.now_model !== row.model
            ? [["Now called", String(row.now_model)] as [string, string]]
            : []),
        ],
        ...(row.known === true ? { model: String(row.now_model) } : {}),
      }),
    ),
  };
}

function findingOf(rows: Row[], day: string): string {
  const [first] = rows;
  if (!first) return `No evaluation here as of ${dayWords(day)}.`;
  const table = String(first.table_day);
  const from = table === day ? "in the table of that day" : `in the table of ${dayWords(table)}`;
  return `As of ${dayWords(day)}, ${first.model} led with ${Number(first.average).toFixed(2)}, ${from}.`;
}

/** How many there are, and what is not known. */
function countOf(rows: Row[], { since, asOf }: Context, day: string): string {
  const n = count(Number(rows[0]?.n ?? 0));
  const before = since < asOf ? `; no table before ${dayWords(since)} is known` : "";
  return `${n} evaluations in the table of ${rows[0]?.table_day ?? day}${before}`;
}
