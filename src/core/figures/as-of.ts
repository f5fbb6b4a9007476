import { rankingChart } from "../charts/ranking.ts";
import { dayWords } from "../charts/time.ts";
import { count, formatParams } from "../table/format.ts";
import { identifier, literal } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { knowsAll } from "./known.ts";
import type { Settings } from "./option.ts";
import { dayNumber, dayOf } from "./option.ts";

const SHOWN = 20;

/** A dated table speaks for its own day and for so many after it. */
export const VALID_DAYS = 7;

/**
 * The top of the board as of a day: from the dated table that speaks for that day, else from today's
 * scores of what had been submitted by then.
 */
export const asOfFigure: Figure = {
  name: "as-of",
  known: ({ main }, knows) => knowsAll(main, knows, "average"),
  tables: ({ main }) => [main.table, "history"],
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
    { name: "source", label: "From" },
    { name: "table_day", label: "Table of" },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/**
 * The first rows by average: `source` is `dated` (a table of `table_day`) or `submitted`. `known`:
 * whether the evaluation is still in today's table, and so has a page; `n` counts all rows.
 */
function sql(context: Context, view: View, settings: Settings): string {
  const { main, columns, asOf } = context;
  const day = settings.day ?? asOf;
  const where = filterOf(view, columns);
  const board = day === asOf ? todaySql(main.table, asOf, where) : pastSql(main.table, day, where);
  return [
    ...board,
    "SELECT source, CAST(table_day AS VARCHAR) AS table_day,",
    "  rank() OVER (ORDER BY average DESC) AS rank,",
    "  model, params_b, average, known, count(*) OVER () AS n, eval_id",
    "FROM board",
    `QUALIFY row_number() OVER (ORDER BY average DESC, eval_id) <= ${SHOWN}`,
    "ORDER BY board.average DESC, eval_id",
  ].join("\n");
}

const COLUMNS = "eval_id, model, params_b, average";

function todaySql(table: string, asOf: string, where: string): string[] {
  return [
    "WITH board AS (",
    `  SELECT 'dated' AS source, DATE ${literal(asOf)} AS table_day, ${COLUMNS}, TRUE AS known`,
    `  FROM ${identifier(table)}`,
    "  WHERE flagged IS NOT TRUE AND average IS NOT NULL",
    `    AND ${where}`,
    ")",
  ];
}

function pastSql(table: string, day: string, where: string): string[] {
  const earliest = dayOf(dayNumber(day) - VALID_DAYS);
  return [
    "WITH dated AS (",
    "  SELECT max(as_of) AS table_day FROM history",
    `  WHERE as_of BETWEEN DATE ${literal(earliest)} AND DATE ${literal(day)}`,
    "),",
    "past AS (",
    "  SELECT history.as_of, history.eval_id, history.average,",
    "    now.eval_id IS NOT NULL AS known,",
    "    coalesce(now.model, split_part(history.eval_id, '@', 1)) AS model,",
    "    now.* EXCLUDE (eval_id, model, average)",
    "  FROM history JOIN dated ON history.as_of = dated.table_day",
    `  LEFT JOIN ${identifier(table)} AS now ON now.eval_id = history.eval_id`,
    "  WHERE history.rank IS NOT NULL",
    "),",
    "board AS (",
    `  SELECT 'dated' AS source, as_of AS table_day, ${COLUMNS}, known`,
    "  FROM past",
    "  WHERE flagged IS NOT TRUE AND average IS NOT NULL",
    `    AND ${where}`,
    "  UNION ALL",
    `  SELECT 'submitted', NULL, ${COLUMNS}, TRUE`,
    `  FROM ${identifier(table)}`,
    "  WHERE (SELECT table_day FROM dated) IS NULL",
    `    AND submitted_at <= DATE ${literal(day)}`,
    "    AND flagged IS NOT TRUE AND average IS NOT NULL",
    `    AND ${where}`,
    ")",
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
    count: countOf(rows, day),
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
        ],
        ...(row.known === true ? { model: String(row.model) } : {}),
      }),
    ),
  };
}

function findingOf(rows: Row[], day: string): string {
  const [first] = rows;
  if (!first) return `No evaluation here as of ${dayWords(day)}.`;
  const from =
    first.source === "dated"
      ? `in the table of ${dayWords(String(first.table_day))}`
      : "by today’s scores of what was submitted by then";
  return `As of ${dayWords(day)}, ${first.model} led with ${Number(first.average).toFixed(2)}, ${from}.`;
}

/** How many there are, and where they come from. */
function countOf(rows: Row[], day: string): string {
  const n = count(Number(rows[0]?.n ?? 0));
  if (rows[0]?.source === "submitted")
    return `${n} evaluations submitted by ${day}, with today’s scores (no dated table of that day or the ${VALID_DAYS} before)`;
  return `${n} evaluations in the dated table of ${rows[0]?.table_day ?? day}`;
}
