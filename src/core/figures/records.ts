import { rescoringRules } from "../charts/rules.ts";
import { type StepLine, stepChart } from "../charts/steps.ts";
import { dayWords } from "../charts/time.ts";

import { count } from "../table/format.ts";
import { literal } from "../view/quote.ts";
import { SIZES, sizeCondition, sizeWords } from "../view/sizes.ts";

import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { knowsAll } from "./known.ts";
import type { Settings } from "./option.ts";
import { believed, DOUBTFUL, doubtColumns, doubtSql, sizeLines } from "./stated-size.ts";
import { byOption, datedSql, datedTables, dayLabel, knowsDay } from "./timing.ts";

/** All sizes first, then each class. */
const CLASSES: { name: string; label: string; words: string; where: string }[] = [
  { name: "all", label: "All", words: "any size", where: "TRUE" },
  ...SIZES.map((size) => ({
    name: size.name,
    label: size.label,
    words: sizeWords(size),
    where: sizeCondition(size),
  })),
];

/** The best average over time, of all and of each class of size. */
export const recordsFigure: Figure = {
  name: "records",
  known: (context, knows) => knowsAll(context.main, knows, "average") && knowsDay(context, knows),
  tables: datedTables,
  options: (context) => [byOption(context), DOUBTFUL],
  sql,
  draw,
  columns: (context) => [
    { name: "class", label: "Class" },
    { name: "day", label: "Day" },
    { name: "model", label: "Model" },
    { name: "params_b", label: "Params, B", digits: 1 },
    ...doubtColumns(context),
    { name: "average", label: "Average", digits: 2 },
    { name: "again", label: "Scored anew" },
    { name: "n", label: "n of the class", digits: 0 },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/**
 * One row per record: an evaluation above all of earlier days in its class, and the best of its own
 * day. `n` counts the evaluations of the class.
 */
function sql(context: Context, view: View, { by, doubtful }: Settings): string {
  const classes = CLASSES.map(
    ({ name, where }, i) =>
      `  SELECT ${i} AS place, ${literal(name)} AS class, * FROM field WHERE ${name === "all" ? where : `${where} AND believable`}`,
  );
  return [
    "WITH field AS (",
    `  SELECT model, eval_id, params_b, ${doubtSql(context)}, average, day, again,`,
    `    ${believed(context, doubtful)} AS believable`,
    `  FROM ${datedSql(context, view, by)} AS dated`,
    "  WHERE flagged IS NOT TRUE AND average IS NOT NULL",
    "),",
    `classes AS (\n${classes.join("\n  UNION ALL\n")}\n),`,
    // No window: the DuckDB of the browser knows no DISTINCT in one.
    "counted AS (",
    "  SELECT place AS of, count(DISTINCT eval_id) AS n FROM classes GROUP BY place",
    "),",
    "running AS (",
    "  SELECT *,",
    "    max(average) OVER (",
    "      PARTITION BY place ORDER BY day, average DESC, eval_id",
    "      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    "    ) AS best_before",
    "  FROM classes",
    ")",
    "SELECT class, CAST(day AS VARCHAR) AS day, model, params_b, params_doubt, average,",
    "  again, n, eval_id",
    "FROM running JOIN counted ON counted.of = running.place",
    "WHERE best_before IS NULL OR average > best_before",
    "ORDER BY place, running.day",
  ].join("\n");
}

function draw({ main, asOf }: Context, rows: Row[], { by }: Settings): Drawing {
  const classes = CLASSES.map(({ name, label, words }, group) => {
    const records = rows.filter((r) => r.class === name);
    const n = Number(records[0]?.n ?? 0);
    return { label, words, group, n, records: n < FEWEST ? [] : records };
  });
  const title = findingOf(classes, by);
  const lines = classes.map(
    ({ label, group, records }): StepLine => ({
      name: `${label}: ${Number(records.at(-1)?.average).toFixed(1)}`,
      group,
      points: records.map((r) => ({ day: String(r.day), value: Number(r.average) })),
    }),
  );
  const days = lines.flatMap((l) => l.points.map((p) => p.day)).sort();
  const chart = stepChart(lines, {
    label: title,
    x: dayLabel(by),
    y: { label: "best average, points" },
    from: days[0] ?? asOf,
    until: asOf,
    rules: by === "table" ? rescoringRules(main, days[0] ?? asOf) : [],
  });
  return {
    title,
    count: countOf(classes),
    picture: chart.picture,
    marks: classes.flatMap(({ label, records }) =>
      records.map((row): Mark => {
        const [x, y] = chart.at({ day: String(row.day), value: Number(row.average) });
        return {
          x,
          y,
          title: String(row.model),
          lines: [
            ["Best of", label === "All" ? "all sizes" : label],
            ["Average", Number(row.average).toFixed(2)],
            ...sizeLines(row),
            ["Since", dayWords(String(row.day))],
            ...(row.again === true ? [["Score", "formed anew that day"] as [string, string]] : []),
          ],
          model: String(row.model),
        };
      }),
    ),
  };
}

interface Class {
  label: string;
  words: string;
  n: number;
  records: Row[];
}

/** How long the record stands, and which smaller class comes next to it. */
function findingOf([all, ...sizes]: Class[], by: string | undefined): string {
  const best = all?.records.at(-1);
  if (!best) {
    const n = all?.n ?? 0;
    return n === 0
      ? `No evaluation has a known ${dayLabel(by)}, so there are no records.`
      : `Only ${n} ${n === 1 ? "evaluation" : "evaluations"} with a known ${dayLabel(by)}: too few for a record (fewer than ${FEWEST}).`;
  }
  const stands = `The best average, ${Number(best.average).toFixed(2)}, has stood since ${dayWords(String(best.day))}${best.again === true ? ", when its answers were scored anew" : ""}`;
  const next = sizes
    .flatMap(({ words, records }) => (records.length > 0 ? [{ words, row: records.at(-1)! }] : []))
    .filter(({ row }) => Number(row.average) < Number(best.average))
    .sort((a, b) => Number(b.row.average) - Number(a.row.average))[0];
  if (!next) return `${stands}.`;
  const behind = Number(best.average) - Number(next.row.average);
  return `${stands}; models of ${next.words} are ${behind.toFixed(1)} points behind.`;
}

/** Classes with too few are named, not drawn. */
function countOf([all, ...sizes]: Class[]): string {
  const few = sizes.filter((c) => c.n < FEWEST).map((c) => c.label);
  const note = few.length > 0 ? ` (fewer than ${FEWEST}, not drawn: ${few.join(", ")})` : "";
  return `${count(all?.n ?? 0)} evaluations with a known day${note}`;
}
