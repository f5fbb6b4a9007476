import { words } from "../charts/axis.ts";
import { scatterChart } from "../charts/scatter.ts";
import { type Shape, shape } from "../charts/svg.ts";
import { count } from "../table/format.ts";
import { numberLiteral } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import {
  axisLabel,
  COMMIT,
  columnOf,
  commitWords,
  formerName,
  fromBoth,
  sameCommit,
  shortName,
  successorsOf,
  THEN,
} from "./both.ts";
import { familiesIn, ofFamilies, withFamilies } from "./family.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { scored } from "./known.ts";
import type { Option, Settings } from "./option.ts";

/**
 * A benchmark of the archive against one of today, with the models that one of the two seems to
 * wrong: `green` had next to nothing and has much, `red` had much and has next to nothing.
 */
export const outliersFigure: Figure = {
  name: "outliers",
  known: ({ main, archive }, knows) =>
    [main, archive!].every((suite) => scored(suite, knows).length > 0),
  tables: ({ main, archive }) => [main.table, archive!.table],
  options,
  sql,
  draw,
  columns: ({ main, archive }, settings) => [
    { name: "model", label: "Model" },
    { name: "mark", label: "Marked" },
    { name: "before", label: `${nameOf(archive!, settings.before)}, %`, digits: 2 },
    { name: "now", label: nameOf(main, settings.after), digits: 2 },
    { name: "same_commit", label: "Same commit" },
    { name: "then_model", label: "Named then" },
  ],
};

const MARKS = ["none", "green", "red"];
/** A group of up to so many is named in the picture; of a larger one, its most extreme model. */
const NAMED = 3;
/** Past the end of every axis here. */
const BEYOND = 1000;

/** The first benchmark of the archive that exactly one was made to succeed, and that one. */
export function initialPair(context: Context): { before: string; after: string } {
  const { main, archive } = context;
  const pair = archive!.benchmarks.flatMap(({ key }) => {
    const successors = successorsOf(context, key);
    return successors.length === 1 ? [{ before: key, after: successors[0]!.key }] : [];
  })[0];
  return pair ?? { before: archive!.benchmarks[0]!.key, after: main.benchmarks[0]!.key };
}

function options(context: Context): Option[] {
  const { before, after } = initialPair(context);
  const values = (suite: { benchmarks: { key: string; name: string }[] }) =>
    suite.benchmarks.map((b) => ({ value: b.key, label: b.name }));
  const limit = (name: string, label: string, initial: string): Option => {
    return { name, label, kind: "number", initial, min: 0, max: 100, step: 0.5 };
  };
  return [
    {
      name: "before",
      label: "Then",
      kind: "choice",
      initial: before,
      values: values(context.archive!),
    },
    { name: "after", label: "Now", kind: "choice", initial: after, values: values(context.main) },
    limit("zero", "Green: then ≤", "1"),
    limit("good", "and now ≥", "10"),
    limit("high", "Red: then ≥", "60"),
    limit("low", "and now ≤", "5"),
    COMMIT,
  ];
}

/** One row per model: `model, mark, before, now, family`; `mark` is green, red or none. */
function sql(context: Context, view: View, settings: Settings): string {
  const before = columnOf("archived", settings.before ?? "");
  const now = columnOf("present", settings.after ?? "");
  const limit = (name: string) => numberLiteral(Number(settings[name]));
  const rows = [
    "  SELECT model, present.base_model,",
    "    CASE",
    `      WHEN ${before} <= ${limit("zero")} AND ${now} >= ${limit("good")} THEN 'green'`,
    `      WHEN ${before} >= ${limit("high")} AND ${now} <= ${limit("low")} THEN 'red'`,
    "      ELSE 'none'",
    "    END AS mark,",
    `    ${before} AS before, ${now} AS now, ${THEN}`,
    `  ${fromBoth(context, view, settings)}`,
    `  WHERE ${before} IS NOT NULL AND ${now} IS NOT NULL`,
  ].join("\n");
  return [
    "SELECT model, mark, before, now, same_commit, then_model, family",
    `FROM (\n${withFamilies(context.main.table, rows)}\n) AS families`,
    "ORDER BY CASE mark WHEN 'green' THEN 1 WHEN 'red' THEN 2 ELSE 3 END,",
    "  abs(before - now) DESC, model",
  ].join("\n");
}

function draw({ main, archive }: Context, rows: Row[], settings: Settings): Drawing {
  const [old, next] = [nameOf(archive!, settings.before), nameOf(main, settings.after)];
  const title = findingOf(rows, old, next);
  const dots = rows.map((row) => ({
    x: Number(row.before),
    y: Number(row.now),
    group: MARKS.indexOf(String(row.mark)),
  }));
  const limit = (name: string) => Number(settings[name]);
  const top = (side: "x" | "y") => dots.reduce((most, dot) => Math.max(most, dot[side]), 1);
  const chart = scatterChart(dots, {
    label: title,
    x: { label: axisLabel(archive!, old), domain: [0, top("x")] },
    y: { label: axisLabel(main, next), domain: [0, top("y")] },
    groups: [
      "Other models",
      `${old} ≤ ${limit("zero")}, ${next} ≥ ${limit("good")}`,
      `${old} ≥ ${limit("high")}, ${next} ≤ ${limit("low")}`,
    ],
  });
  const zones = [
    zone(chart, [0, limit("zero")], [limit("good"), BEYOND]),
    zone(chart, [limit("high"), BEYOND], [0, limit("low")]),
  ];
  const { picture } = chart;
  return {
    title,
    count: `${count(rows.length)} models in both${commitWords(sameCommit(rows), rows.length)}`,
    picture: {
      ...picture,
      content: [...zones, ...(picture.content as Shape[]), ...namesOf(rows, dots, chart)],
    },
    marks: rows.map((row, i) => {
      const [x, y] = chart.place(dots[i]!);
      return {
        x,
        y,
        title: String(row.model),
        lines: [
          ...formerName(row),
          [old, Number(row.before).toFixed(2)],
          [next, Number(row.now).toFixed(2)],
        ],
        model: String(row.model),
      };
    }),
  };
}

type Chart = ReturnType<typeof scatterChart>;

/** The rectangle that a rule speaks of, within the frame. */
function zone({ place, frame }: Chart, [x0, x1]: number[], [y0, y1]: number[]): Shape {
  const [left, bottom] = place({ x: Number(x0), y: Number(y0) });
  const [right, top] = place({ x: Number(x1), y: Number(y1) });
  const clampX = (value: number) => Math.min(Math.max(value, frame.left), frame.right);
  const clampY = (value: number) => Math.min(Math.max(value, frame.top), frame.bottom);
  return shape("rect", {
    class: "zone",
    x: clampX(left),
    y: clampY(top),
    width: clampX(right) - clampX(left),
    height: clampY(bottom) - clampY(top),
  });
}

/** Names of the marked models that stand out most. */
function namesOf(rows: Row[], dots: { x: number; y: number; group: number }[], chart: Chart) {
  const middle = (chart.frame.left + chart.frame.right) / 2;
  return [1, 2].flatMap((group) => {
    const members = dots.flatMap((dot, i) => (dot.group === group ? [{ ...dot, i }] : []));
    members.sort((a, b) => Math.abs(b.y - b.x) - Math.abs(a.y - a.x));
    return members.slice(0, members.length <= NAMED ? NAMED : 1).map((dot) => {
      const [x, y] = chart.place(dot);
      const name = shortName(String(rows[dot.i]!.model), 34);
      return x < middle
        ? words(x + 10, y + 4, name, "start", "name over")
        : words(x + 6, y - 8, name, "end", "name over");
    });
  });
}

function nameOf(suite: { benchmarks: { key: string; name: string }[] }, key = ""): string {
  return suite.benchmarks.find((b) => b.key === key)?.name ?? "";
}

function findingOf(rows: readonly Row[], old: string, next: string): string {
  if (rows.length < FEWEST)
    return `${old} and ${next}: too few models in both (fewer than ${FEWEST}).`;
  const marked = (mark: string) => rows.filter((row) => row.mark === mark);
  const [green, red] = [marked("green"), marked("red")];
  return (
    `${membersOf(green)} ${green.length === 1 ? "scores" : "score"} next to nothing on ${old} yet ` +
    `well on ${next}; ${membersOf(red)} well on ${old} yet next to nothing on ${next}.`
  );
}

/** Models of one family may owe their scores to the same base: `17 models of 8 families`. */
function membersOf(rows: readonly Row[]): string {
  const words = `${count(rows.length)} ${rows.length === 1 ? "model" : "models"}`;
  return rows.length < 2 ? words : ofFamilies(words, familiesIn(rows));
}
