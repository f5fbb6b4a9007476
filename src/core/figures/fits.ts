import { type Place, rankingChart } from "../charts/ranking.ts";
import { count } from "../table/format.ts";
import { identifier, numberLiteral } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { knowsAll } from "./known.ts";
import { MEMORY_OPTIONS, memorySql, roomOf, roomWords } from "./memory.ts";
import type { Settings } from "./option.ts";
import { scoreLabel, scoreOption, scoreWords } from "./score.ts";
import { DOUBTFUL, doubtColumns, doubtSql, LEAST, sizeLines } from "./stated-size.ts";

/** So many are drawn; the table has all. */
const DRAWN = 20;
/** Letters of a name that leave room for the note. */
const LETTERS = 46;

/** The best models whose weights fit a card, best first; a model's best evaluation that fits. */
export const fitsFigure: Figure = {
  name: "fits",
  known: ({ main }, knows) => knowsAll(main, knows, "average", "params_b"),
  tables: ({ main }) => [main.table],
  options: (context) => [...MEMORY_OPTIONS, scoreOption(context), LEAST, DOUBTFUL],
  sql,
  draw,
  columns: (context, settings) => [
    { name: "model", label: "Model" },
    { name: "score", label: scoreLabel(context, settings), digits: 2 },
    { name: "gb", label: "Memory, GB", digits: 1 },
    { name: "params_b", label: "Params, B", digits: 2 },
    ...doubtColumns(context),
    { name: "precision", label: "Evaluated in" },
    { name: "on_hub", label: "On the Hub" },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/** Each row also carries `unknown`: evaluations of an unknown memory, which are left out. */
function sql(context: Context, view: View, settings: Settings): string {
  const { main, columns } = context;
  const score = identifier(settings.score ?? "average");
  return [
    "WITH sized AS (",
    `  SELECT model, eval_id, ${score} AS score, params_b, precision, on_hub, flagged,`,
    `    ${doubtSql(context)}, ${memorySql(context, settings)} AS gb`,
    `  FROM ${identifier(main.table)}`,
    `  WHERE ${score} IS NOT NULL AND ${filterOf(view, columns, main.table)}`,
    "),",
    "counted AS (",
    "  SELECT *, count(CASE WHEN gb IS NULL THEN 1 END) OVER () AS unknown",
    "  FROM sized",
    ")",
    "SELECT model, score, gb, params_b, params_doubt, precision, on_hub, eval_id, unknown",
    "FROM counted",
    `WHERE gb <= ${numberLiteral(roomOf(settings))} AND flagged IS NOT TRUE`,
    "QUALIFY row_number() OVER (PARTITION BY model ORDER BY score DESC, eval_id) = 1",
    "ORDER BY score DESC, eval_id",
  ].join("\n");
}

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const title = findingOf(context, rows, settings);
  const drawn = rows.slice(0, DRAWN);
  const label = scoreLabel(context, settings);
  const chart = rankingChart(drawn.map(placeOf), title, `${label}, points`);
  const unknown = Number(rows[0]?.unknown ?? 0);
  const left = unknown > 0 ? `; ${count(unknown)} evaluations of unknown memory left out` : "";
  const best = rows.length > DRAWN ? `, the best ${DRAWN} drawn` : "";
  return {
    title,
    count: `${count(rows.length)} models that fit${best}${left}`,
    picture: chart.picture,
    marks: drawn.map((row, i) => ({
      ...chart.place(i),
      title: String(row.model),
      lines: [
        [label, Number(row.score).toFixed(2)],
        ["Memory", gigabytes(row)],
        ...sizeLines(row),
        ["Evaluated in", String(row.precision ?? "unknown")],
        ["On the Hub", { true: "Yes", false: "No" }[String(row.on_hub)] ?? "unknown"],
      ],
      model: String(row.model),
    })),
  };
}

/** Equal scores share the better rank. */
function placeOf(row: Row, _: number, rows: readonly Row[]): Place {
  const name = String(row.model);
  const short = name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name;
  const gone = row.on_hub === false ? " · gone from the Hub" : "";
  return {
    rank: String(rows.findIndex((r) => r.score === row.score) + 1),
    name: short,
    value: Number(row.score),
    note: gigabytes(row) + gone,
  };
}

function gigabytes(row: Row): string {
  return `${Number(row.gb).toFixed(1)} GB`;
}

function findingOf(context: Context, rows: Row[], settings: Settings): string {
  const room = roomWords(settings);
  const how = { "8bit": " in 8 bit", "4bit": " in 4 bit" }[settings.load ?? ""] ?? "";
  const [first] = rows;
  if (!first) return `No model of known size fits ${room}${how}.`;
  const fit = rows.length === 1 ? "One model fits" : `${count(rows.length)} models fit`;
  const score = `${scoreWords(context, settings)} ${Number(first.score).toFixed(1)}`;
  return `${fit} ${room}${how}; the best is ${first.model} (${score}, about ${gigabytes(first)}).`;
}
