import { rescoringRules } from "../charts/rules.ts";
import { type StepLine, stepChart } from "../charts/steps.ts";
import { dayWords } from "../charts/time.ts";
import { count, formatParams } from "../table/format.ts";
import { numberLiteral } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { knowsAll } from "./known.ts";
import type { Option, Settings } from "./option.ts";
import { DOUBTFUL, doubtColumns, doubtSql, LEAST, sizedFrom, sizeLines } from "./stated-size.ts";
import { byOption, datedSql, datedTables, dayLabel, knowsDay } from "./timing.ts";

const goal = (name: string, label: string, initial: string): Option => ({
  name,
  label,
  kind: "number",
  initial,
  min: 0,
  max: 100,
  step: 1,
});

const GOALS = [goal("g1", "Averages of", "20"), goal("g2", "and", "30"), goal("g3", "and", "40")];

/** The smallest model so far that reaches an average, over time, for several averages. */
export const smallestFigure: Figure = {
  name: "smallest",
  known: (context, knows) =>
    knowsAll(context.main, knows, "average", "params_b") && knowsDay(context, knows),
  tables: datedTables,
  options: (context) => [...GOALS, byOption(context), LEAST, DOUBTFUL],
  sql,
  draw,
  columns: (context) => [
    { name: "goal", label: "Average of at least" },
    { name: "day", label: "Day" },
    { name: "model", label: "Model" },
    { name: "params_b", label: "Params, B", digits: 2 },
    ...doubtColumns(context),
    { name: "average", label: "Average", digits: 2 },
    { name: "n", label: "Reach it", digits: 0 },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/** The goals asked for, ascending, each once. */
export function goalsOf(settings: Settings): number[] {
  const goals = GOALS.map((g) => Number(settings[g.name]));
  return [...new Set(goals)].sort((a, b) => a - b);
}

/**
 * One row per record: an evaluation that reaches the goal with fewer parameters than all of earlier
 * days. `n` counts those that reach it at all.
 */
function sql(context: Context, view: View, settings: Settings): string {
  const reached = goalsOf(settings).map(
    (g) =>
      `  SELECT ${numberLiteral(g)} AS goal, * FROM field WHERE average >= ${numberLiteral(g)}`,
  );
  return [
    "WITH field AS (",
    `  SELECT model, eval_id, params_b, ${doubtSql(context)}, average, day`,
    sizedFrom(context, `${datedSql(context, view, settings.by)} AS dated`, "TRUE", settings),
    "),",
    `reached AS (\n${reached.join("\n  UNION ALL\n")}\n),`,
    // No window: the DuckDB of the browser knows no DISTINCT in one.
    "counted AS (",
    "  SELECT goal AS of, count(DISTINCT eval_id) AS n FROM reached GROUP BY goal",
    "),",
    "running AS (",
    "  SELECT *,",
    "    min(params_b) OVER (",
    "      PARTITION BY goal ORDER BY day, params_b, average DESC, eval_id",
    "      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    "    ) AS least_before",
    "  FROM reached",
    ")",
    "SELECT CAST(goal AS DOUBLE) AS goal, CAST(day AS VARCHAR) AS day, model, params_b, params_doubt,",
    "  average, n, eval_id",
    "FROM running JOIN counted ON counted.of = running.goal",
    "WHERE least_before IS NULL OR params_b < least_before",
    "ORDER BY goal, running.day",
  ].join("\n");
}

function draw({ main, asOf }: Context, rows: Row[], settings: Settings): Drawing {
  const goals = goalsOf(settings).map((g, group) => ({
    goal: g,
    group: group + 1,
    records: rows.filter((r) => r.goal === g),
  }));
  const title = findingOf(goals, settings.by);
  const lines = goals.map(
    ({ goal, group, records }): StepLine => ({
      name: `≥ ${goal}: ${formatParams(Number(records.at(-1)?.params_b))}`,
      group,
      points: records.map((r) => ({ day: String(r.day), value: Number(r.params_b) })),
    }),
  );
  const days = rows.map((r) => String(r.day)).sort();
  const chart = stepChart(lines, {
    label: title,
    x: dayLabel(settings.by),
    y: { label: "parameters, log scale", log: true, format: (v) => `${v}B` },
    from: days[0] ?? asOf,
    until: asOf,
    rules: settings.by === "table" ? rescoringRules(main, days[0] ?? asOf) : [],
  });
  return {
    title,
    count: countOf(goals),
    picture: chart.picture,
    marks: goals.flatMap(({ goal, records }) =>
      records.map((row): Mark => {
        const [x, y] = chart.at({ day: String(row.day), value: Number(row.params_b) });
        return {
          x,
          y,
          title: String(row.model),
          lines: [
            ["Smallest with", `an average of ${goal}`],
            ...sizeLines(row),
            ["Average", Number(row.average).toFixed(2)],
            ["Since", dayWords(String(row.day))],
          ],
          model: String(row.model),
        };
      }),
    ),
  };
}

interface Goal {
  goal: number;
  records: Row[];
}

/** The goal whose smallest model has shrunk by the largest factor. */
function findingOf(goals: Goal[], by: string | undefined): string {
  const shrunk = goals
    .flatMap(({ goal, records }) => {
      const [first, last] = [records[0], records.at(-1)];
      return first && last
        ? [{ goal, first, last, factor: Number(first.params_b) / Number(last.params_b) }]
        : [];
    })
    .sort((a, b) => b.factor - a.factor)[0];
  if (!shrunk) {
    return `No evaluation with a known size and ${dayLabel(by)} reaches an average of ${goals[0]?.goal}.`;
  }
  const { goal, first, last } = shrunk;
  const [from, to] = [first, last].map((r) => formatParams(Number(r.params_b)));
  if (shrunk.factor <= 1)
    return `An average of ${goal} takes ${to}, since ${dayWords(String(last.day))}.`;
  return `An average of ${goal} took ${from} on ${dayWords(String(first.day))}; since ${dayWords(String(last.day))} it takes ${to}.`;
}

function countOf(goals: Goal[]): string {
  const parts = goals.map(({ goal, records }, i) => {
    const n = count(Number(records[0]?.n ?? 0));
    return `${n} ${i === 0 ? "evaluations " : ""}with ${goal}`;
  });
  return `${parts.join(", ")} points or more`;
}
