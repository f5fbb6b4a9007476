import { differencesChart } from "../charts/differences.ts";
import { chanceBetter, type Estimate, unpairedStderr, Z95 } from "../suite/uncertainty.ts";
import { count, signed, UNKNOWN } from "../table/format.ts";
import { identifier, literal } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { averageStderrSql } from "./field.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { eachName, filterOf } from "./filter.ts";
import { knowsErrors } from "./known.ts";
import type { Option, Settings } from "./option.ts";

/** The first row's benchmark: all of them together. */
const ALL = "average";

const model = (name: string, label: string, placeholder: string): Option => ({
  name,
  label,
  kind: "text",
  initial: "",
  maxLength: 200,
  placeholder,
});

/** Any two models: the chance that one is better, by average and by benchmark. */
export const betterFigure: Figure = {
  name: "better",
  known: ({ main }, knows) => knowsErrors(main, knows),
  tables: ({ main }) => [main.table],
  options: () => [model("a", "Is", "the best"), model("b", "better than", "the next best")],
  sql,
  derive,
  draw,
  columns: () => [
    { name: "name", label: "Score" },
    { name: "a", label: "First" },
    { name: "b", label: "Second" },
    { name: "score_a", label: "First’s score", digits: 2 },
    { name: "score_b", label: "Second’s score", digits: 2 },
    { name: "difference", label: "Difference", digits: 2 },
    { name: "stderr", label: "Standard error", digits: 2 },
    { name: "chance", label: "Chance that the first is better", digits: 4 },
    { name: "id_a", label: "First’s evaluation" },
    { name: "id_b", label: "Second’s evaluation" },
  ],
};

/**
 * One row for the average and one per benchmark. A name stands for the model's best evaluation
 * among those filtered for, an `eval_id` for itself; capitals do not matter. Without a name it is
 * the best that is not flagged, and the best of another model.
 */
function sql({ main, columns }: Context, view: View, { a = "", b = "" }: Settings): string {
  const scores = [
    { key: ALL, score: ALL, stderr: "average_stderr" },
    ...main.benchmarks.map(({ key }) => ({
      key,
      score: identifier(key),
      stderr: identifier(`${key}_stderr`),
    })),
  ];
  const lists: [string, string[]][] = [
    ["benchmark", scores.map(({ key }) => literal(key))],
    ["score_a", scores.map(({ score }) => `one.${score}`)],
    ["score_b", scores.map(({ score }) => `two.${score}`)],
    ["stderr_a", scores.map(({ stderr }) => `one.${stderr}`)],
    ["stderr_b", scores.map(({ stderr }) => `two.${stderr}`)],
  ];
  const first = { name: "one", where: whereOf(a, "two"), free: a.trim() === "" };
  const second = { name: "two", where: whereOf(b, "one"), free: b.trim() === "" };
  // Who is left to chance comes after who is named; the first of two that are, simply first.
  const isNamed = !first.free || !second.free;
  const order = first.free && !second.free ? [second, first] : [first, second];
  if (first.free && second.free) first.where = "flagged IS NOT TRUE AND average IS NOT NULL";
  return [
    "WITH field AS (",
    `  SELECT *, ${averageStderrSql(main)} AS average_stderr`,
    `  FROM ${identifier(main.table)}`,
    `  WHERE ${filterOf(isNamed ? eachName(view) : view, columns, main.table).replaceAll("\n", "\n  ")}`,
    order
      .map(
        ({ name, where }) =>
          `), ${name} AS (\n  SELECT * FROM field\n  WHERE ${where}\n` +
          "  ORDER BY average DESC NULLS LAST, eval_id\n  LIMIT 1",
      )
      .join("\n"),
    ")",
    "SELECT one.model AS a, two.model AS b, one.eval_id AS id_a, two.eval_id AS id_b,",
    `  ${lists.map(([name, values]) => `unnest([${values.join(", ")}]) AS ${name}`).join(",\n  ")}`,
    "FROM (SELECT 1) AS line LEFT JOIN one ON TRUE LEFT JOIN two ON TRUE",
  ].join("\n");
}

function whereOf(name: string, other: string): string {
  return name.trim() === ""
    ? `flagged IS NOT TRUE AND average IS NOT NULL AND model NOT IN (SELECT model FROM ${other})`
    : `lower(${literal(name.trim())}) IN (lower(model), lower(eval_id))`;
}

/** A row with what follows from its two scores; null where one of them is unknown. */
interface Compared {
  benchmark: string;
  name: string;
  a: string | null;
  b: string | null;
  score_a: number | null;
  score_b: number | null;
  stderr_a: number | null;
  stderr_b: number | null;
  id_a: string | null;
  id_b: string | null;
  difference: number | null;
  stderr: number | null;
  chance: number | null;
}

/** DuckDB 0.9 has no normal distribution. */
function derive({ main }: Context, rows: Row[]): Row[] {
  return rows.map((row) => {
    const name = main.benchmarks.find((b) => b.key === row.benchmark)?.name ?? "Average";
    const [a, b] = [estimateOf(row.score_a, row.stderr_a), estimateOf(row.score_b, row.stderr_b)];
    const both = a && b;
    return {
      ...row,
      name,
      difference: both ? a.value - b.value : null,
      stderr: both ? unpairedStderr(a, b) : null,
      chance: both ? chanceBetter(a, b) : null,
    };
  });
}

function estimateOf(value: unknown, stderr: unknown): Estimate | null {
  return typeof value === "number" && typeof stderr === "number" ? { value, stderr } : null;
}

function draw(_: Context, found: Row[], settings: Settings): Drawing {
  const all = found as unknown as Compared[];
  const problem = problemOf(all[0], settings);
  const rows = problem ? [] : all;
  const [first] = rows;
  const title = problem ?? titleOf(first!);
  const [a, b] = [shortName(first?.a), shortName(first?.b)];
  const chart = differencesChart(
    rows.map((row) => ({
      name: row.name,
      note: chanceWords(row.chance),
      value:
        row.difference === null || row.stderr === null
          ? null
          : {
              at: row.difference,
              low: row.difference - Z95 * row.stderr,
              high: row.difference + Z95 * row.stderr,
            },
      strong: row.benchmark === ALL,
    })),
    title,
    {
      axis: "Difference of the scores with its 95 % interval, points",
      left: b && `← ${b}`,
      right: a && `${a} →`,
      note: rows.length > 0 ? "Chance" : "",
    },
  );
  return {
    title,
    count:
      rows.length > 0 ? `2 evaluations, ${count(rows.length - 1)} benchmarks` : "0 evaluations",
    picture: chart.picture,
    marks: rows.map((row, i) => ({
      ...chart.place(i),
      title: row.name,
      lines: [
        [row.a!, scoreWords(row.score_a, row.stderr_a)],
        [row.b!, scoreWords(row.score_b, row.stderr_b)],
        ["Difference", scoreWords(row.difference, row.stderr, signed)],
        ["Chance that the first is better", chanceWords(row.chance)],
      ],
      model: (row.difference ?? 0) < 0 ? row.b! : row.a!,
    })),
  };
}

/** Why there is nothing to compare, where that is so. */
function problemOf(row: Compared | undefined, { a = "", b = "" }: Settings): string | null {
  for (const [name, found] of [
    [a.trim(), row?.id_a],
    [b.trim(), row?.id_b],
  ]) {
    if (found) continue;
    return name
      ? `There is no evaluation of “${name}” among those filtered for.`
      : "There are no two models among those filtered for.";
  }
  if (row!.id_a === row!.id_b) return `Both are the same evaluation of ${row!.a}: name two.`;
  if (row!.chance === null)
    return "The average of one of the two, or its standard error, is unknown.";
  return null;
}

function titleOf({ a, b, chance, difference, stderr }: Compared): string {
  const [better, other] = chance! >= 0.5 ? [a, b] : [b, a];
  return (
    `${better} is better than ${other} with a chance of ` +
    `${chanceWords(Math.max(chance!, 1 - chance!))}: by ${Math.abs(difference!).toFixed(2)} ± ` +
    `${(Z95 * stderr!).toFixed(2)} points.`
  );
}

/** `79.2 %`; never 0 or 100, which no number of questions can show. */
function chanceWords(chance: number | null): string {
  if (chance === null) return "unknown";
  if (chance > 0.9995) return "over 99.9 %";
  if (chance < 0.0005) return "under 0.1 %";
  return `${(100 * chance).toFixed(1)} %`;
}

function scoreWords(
  value: number | null,
  stderr: number | null,
  format = (v: number) => v.toFixed(2),
): string {
  if (value === null) return UNKNOWN;
  return stderr === null ? format(value) : `${format(value)} ± ${(Z95 * stderr).toFixed(2)}`;
}

/** Letters of a name beside the line at 0. */
const LETTERS = 24;

function shortName(model: string | null | undefined): string {
  const name = model?.split("/").at(-1) ?? "";
  return name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name;
}
