import { stepChart } from "../charts/steps.ts";
import { dayWords, timeOf } from "../charts/time.ts";
import { medianOf } from "../suite/median.ts";
import type { Column } from "../table/columns.ts";
import { count, formatParams } from "../table/format.ts";
import { identifier, literal } from "../view/quote.ts";
import { SIZES, sizeCondition } from "../view/sizes.ts";
import type { View } from "../view/view.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { knowsAll } from "./known.ts";
import type { Settings } from "./option.ts";
import { believed, DOUBTFUL } from "./stated-size.ts";

/** Days that may lie between the archive's last evaluation and the main board's first table for it to be marked. */
const NEAR_DAYS = 120;

/**
 * Every evaluation of the archive by the day it was submitted, coloured by its class of size, with the
 * best average so far of each class, and the day of the first table known of the main board.
 */
export const archiveOverTimeFigure: Figure = {
  name: "archive-over-time",
  known: ({ archive }, knows) => knowsAll(archive!, knows, "average", "submitted_at", "params_b"),
  tables: ({ archive }) => [archive!.table],
  options: () => [DOUBTFUL],
  sql: ({ archive, archiveColumns }, view, settings) =>
    overTimeSql(archive!.table, archiveColumns, view, settings),
  draw,
  columns: () => [
    { name: "class", label: "Class" },
    { name: "record", label: "Record of its class" },
    { name: "day", label: "Day" },
    { name: "model", label: "Model" },
    { name: "params_b", label: "Params, B", digits: 1 },
    { name: "average", label: "Average", digits: 2 },
  ],
};

/**
 * One row per evaluation with a known day and average that is not flagged, records first: `class` is
 * unknown where the size is unknown or in doubt. `record`: above all of its class that were submitted
 * earlier, and the best of its own day. Models that have gone from the Hub since are counted, for they
 * were there on that day.
 */
export function overTimeSql(
  table: string,
  columns: readonly Column[],
  view: View,
  { doubtful }: Settings,
): string {
  const then: View = view.unavailable === "hide" ? { ...view, unavailable: "all" } : view;
  const classes = SIZES.map(
    (size) => `      WHEN ${sizeCondition(size)} THEN ${literal(size.name)}`,
  );
  return [
    "WITH field AS (",
    "  SELECT model, eval_id, params_b, average, submitted_at AS day,",
    `    CASE\n      WHEN params_b IS NULL OR NOT (${believed({ columns }, doubtful)}) THEN NULL`,
    `${classes.join("\n")}\n    END AS class`,
    `  FROM ${identifier(table)}`,
    "  WHERE flagged IS NOT TRUE AND average IS NOT NULL AND submitted_at IS NOT NULL",
    `    AND ${filterOf(then, columns, table)}`,
    "),",
    "running AS (",
    "  SELECT *, max(average) OVER (",
    "    PARTITION BY class ORDER BY day, average DESC, eval_id",
    "    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING",
    "  ) AS best_before",
    "  FROM field",
    ")",
    "SELECT class, class IS NOT NULL AND (best_before IS NULL OR average > best_before) AS record,",
    "  CAST(day AS VARCHAR) AS day, model, params_b, average",
    "FROM running",
    "ORDER BY record DESC, running.day, average DESC, eval_id",
  ].join("\n");
}

interface Class {
  label: string;
  group: number;
  rows: Row[];
  records: Row[];
}

function draw({ archive, main, since, asOf }: Context, rows: Row[]): Drawing {
  const classes = SIZES.map(({ name, label }, i): Class => {
    const own = rows.filter((r) => r.class === name);
    const few = own.length < FEWEST;
    return { label, group: i + 1, rows: own, records: few ? [] : own.filter((r) => r.record) };
  });
  const unsized = rows.filter((r) => r.class === null);
  const days = rows.map((r) => String(r.day)).sort();
  const [first = asOf, last = asOf] = [days[0], days.at(-1)];
  const begins = startOf(since, first, last);
  const title = findingOf(archive!.name, rows);
  const chart = stepChart(
    classes.map(({ label, group, records }) => ({
      name: `${label}: ${Number(records.at(-1)?.average).toFixed(1)}`,
      group,
      points: records.map(pointOf),
    })),
    {
      label: title,
      x: "day of submission",
      y: { label: `average, ${archive!.normalized ? "points" : "%"}` },
      from: first,
      until: begins && begins > last ? begins : last,
      // Large classes have few dots: above the others they are seen.
      clouds: [
        { group: null, points: unsized.map(pointOf) },
        ...classes.map(({ group, rows }) => ({ group, points: rows.map(pointOf) })),
      ],
      ...(begins
        ? { mark: { day: begins, label: `First table known of ${main.name}, ${dayWords(begins)}` } }
        : {}),
    },
  );
  return {
    title,
    count: countOf(rows.length, unsized.length, classes),
    picture: chart.picture,
    marks: classes.flatMap(({ label, records }) =>
      records.map((row): Mark => {
        const [x, y] = chart.at(pointOf(row));
        return {
          x,
          y,
          title: String(row.model),
          lines: [
            ["Best of", label],
            ["Average", Number(row.average).toFixed(2)],
            ["Size", formatParams(row.params_b as number | null)],
            ["Since", dayWords(String(row.day))],
          ],
          model: String(row.model),
        };
      }),
    ),
  };
}

function pointOf(row: Row): { day: string; value: number } {
  return { day: String(row.day), value: Number(row.average) };
}

/** The day of the main board's first table, where it is within the archive's time or soon after. */
function startOf(since: string, first: string, last: string): string | null {
  const after = (timeOf(since) - timeOf(last)) / 86_400_000;
  return since >= first && after <= NEAR_DAYS ? since : null;
}

/** What was submitted in three months, of known size. */
export interface Quarter {
  /** `Q3 2023` */
  name: string;
  n: number;
  /** Medians; sizes in billions of parameters. */
  params: number;
  average: number;
  meanParams: number;
}

export function quarterOf({ day }: Row): string {
  const [year, month] = String(day).split("-");
  return `Q${Math.ceil(Number(month) / 3)} ${year}`;
}

/** Quarters with enough evaluations of a known size, in their order. */
export function quartersOf(rows: readonly Row[]): Quarter[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    if (row.class === null) continue;
    const name = quarterOf(row);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  const inTime = (quarter: string) => quarter.slice(3) + quarter.slice(0, 2);
  return [...groups]
    .filter(([, own]) => own.length >= FEWEST)
    .sort(([a], [b]) => (inTime(a) < inTime(b) ? -1 : 1))
    .map(([name, own]) => ({
      name,
      n: own.length,
      params: medianOf(own.map((r) => Number(r.params_b))),
      average: medianOf(own.map((r) => Number(r.average))),
      meanParams: own.reduce((sum, r) => sum + Number(r.params_b), 0) / own.length,
    }));
}

function findingOf(archive: string, rows: readonly Row[]): string {
  const quarters = quartersOf(rows);
  const [first, last] = [quarters[0], quarters.at(-1)];
  if (!first || !last || first === last)
    return `${archive}: too few quarters of a year with ${FEWEST} evaluations of known size and day to tell a trend.`;
  const sizes = [first, last].map((q) => formatParams(q.params)) as [string, string];
  return (
    `${archive}, ${first.name} to ${last.name}: the median size ${changeWords(...sizes)}, ` +
    `the median average ${changeWords(first.average.toFixed(1), last.average.toFixed(1))}.`
  );
}

/** Of figures as they are written. */
export function changeWords(from: string, to: string): string {
  return from === to ? `stayed at ${from}` : `went from ${from} to ${to}`;
}

function countOf(all: number, unsized: number, classes: readonly Class[]): string {
  const few = classes.filter((c) => c.rows.length < FEWEST).map((c) => c.label);
  const notes = [
    unsized > 0 ? `${count(unsized)} of unknown or doubtful size in grey` : "",
    few.length > 0 ? `no line for fewer than ${FEWEST}: ${few.join(", ")}` : "",
  ].filter(Boolean);
  const note = notes.length > 0 ? ` (${notes.join("; ")})` : "";
  return `${count(all)} evaluations with a known day${note}`;
}
