import { scatterChart } from "../charts/scatter.ts";
import type { Benchmark } from "../records/suite.ts";
import { clustersOf, holdsZero, type Interval } from "../suite/cluster.ts";
import { correlate } from "../suite/correlation.ts";
import { count } from "../table/format.ts";
import { literal } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import {
  axisLabel,
  COMMIT,
  columnOf,
  commitWords,
  formerName,
  fromBoth,
  sameCommit,
  successorsOf,
  THEN,
} from "./both.ts";
import {
  correlationWords,
  familiesIn,
  ofFamilies,
  withFamilies,
  withInterval,
  zeroWords,
} from "./family.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { scored } from "./known.ts";
import type { Option, Settings } from "./option.ts";

/** A benchmark of the archive against those made to succeed it, one group of dots for each. */
export const successorsFigure: Figure = {
  name: "successors",
  known: ({ main, archive }, knows) =>
    [main, archive!].every((suite) => scored(suite, knows).length > 0),
  tables: ({ main, archive }) => [main.table, archive!.table],
  options: (context) => [optionOf(context), COMMIT],
  sql,
  draw,
  columns: ({ main, archive }, settings) => [
    { name: "model", label: "Model" },
    { name: "benchmark", label: "Successor" },
    { name: "before", label: `${nameOf(archive!, settings.of)}, %`, digits: 2 },
    { name: "now", label: `Successor, ${main.normalized ? "points" : "%"}`, digits: 2 },
    { name: "same_commit", label: "Same commit" },
    { name: "then_model", label: "Named then" },
  ],
};

/** The archive's benchmarks that have successors, that with the most first. */
function optionOf(context: Context): Option {
  const { benchmarks } = context.archive!;
  const number = (key: string) => successorsOf(context, key).length;
  const followed = benchmarks.filter((b) => number(b.key) > 0);
  followed.sort((a, b) => number(b.key) - number(a.key));
  const values = (followed.length > 0 ? followed : benchmarks).map((b) => ({
    value: b.key,
    label: b.name,
  }));
  return {
    name: "of",
    label: "Benchmark of the archive",
    kind: "choice",
    initial: values[0]?.value ?? "",
    values,
  };
}

/** One row per model and successor: `model, benchmark, before, now, family`. */
function sql(context: Context, view: View, settings: Settings): string {
  const { of: old = "" } = settings;
  const successors = successorsOf(context, old);
  const before = columnOf("archived", old);
  const list = successors.map(({ key }, i) => `, ${columnOf("present", key)} AS now_${i}`);
  const rows = [
    `  SELECT model, present.base_model, ${before} AS before${list.join("")}, ${THEN}`,
    `  ${fromBoth(context, view, settings)}`,
    `  WHERE ${before} IS NOT NULL`,
  ].join("\n");
  const select = (benchmark: string, now: string, where: string) =>
    `SELECT model, ${benchmark} AS benchmark, before, ${now} AS now, same_commit, then_model, family\n` +
    `FROM pairs WHERE ${where}`;
  const selects = successors.map(({ key }, i) =>
    select(literal(key), `now_${i}`, `now_${i} IS NOT NULL`),
  );
  return [
    `WITH pairs AS (\n${withFamilies(context.main.table, rows)}\n)`,
    `${selects.join("\nUNION ALL ") || select("''", "before", "FALSE")}`,
    "ORDER BY before DESC, model, benchmark",
  ].join("\n");
}

function draw(context: Context, rows: Row[], { of: old = "" }: Settings): Drawing {
  const { main, archive } = context;
  const { groups, told } = correlationsOf(successorsOf(context, old), rows);
  const name = nameOf(archive!, old);
  const title = findingOf(name, groups, told);
  const dots = rows.map((row) => ({
    x: Number(row.before),
    y: Number(row.now),
    group: groups.findIndex((g) => g.key === row.benchmark),
  }));
  const top = (side: "x" | "y") => dots.reduce((most, dot) => Math.max(most, dot[side]), 1);
  const chart = scatterChart(dots, {
    label: title,
    x: { label: axisLabel(archive!, name), domain: [0, top("x")] },
    y: {
      label: axisLabel(main, groups.map((g) => g.name).join(" and ")),
      domain: [0, top("y")],
    },
    groups: groups.map((g) => (g.r === null ? g.name : `${g.name} (r = ${g.r.toFixed(2)})`)),
  });
  const label = (key: unknown) => groups.find((g) => g.key === key)?.name ?? "";
  return {
    title,
    count: countWords(rows),
    picture: {
      ...chart.picture,
      attributes: { ...chart.picture.attributes, class: "chart peers" },
    },
    marks: rows.map((row, i) => {
      const [x, y] = chart.place(dots[i]!);
      return {
        x,
        y,
        title: String(row.model),
        lines: [
          ...formerName(row),
          [name, Number(row.before).toFixed(2)],
          [label(row.benchmark), Number(row.now).toFixed(2)],
        ],
        model: String(row.model),
      };
    }),
  };
}

function nameOf(suite: { benchmarks: { key: string; name: string }[] }, key = ""): string {
  return suite.benchmarks.find((b) => b.key === key)?.name ?? "";
}

function countWords(rows: readonly Row[]): string {
  const models = new Map(rows.map((row) => [row.model, row]));
  const same = sameCommit([...models.values()]);
  const all = ofFamilies(`${count(models.size)} models in both`, familiesIn(rows));
  return `${all}${commitWords(same, models.size)}`;
}

interface Group extends Benchmark {
  r: number | null;
  interval: Interval | null;
}

/** Each successor's r, and whether the closest can be told from the most distant. */
function correlationsOf(
  successors: readonly Benchmark[],
  rows: readonly Row[],
): { groups: Group[]; told: boolean } {
  const models = new Map<string, { before: number; family: string; now: Map<string, number> }>();
  for (const row of rows) {
    const model = String(row.model);
    const known = models.get(model) ?? {
      before: Number(row.before),
      family: String(row.family),
      now: new Map(),
    };
    known.now.set(String(row.benchmark), Number(row.now));
    models.set(model, known);
  }
  const list = [...models.values()];
  const columns = [
    Float64Array.from(list, (m) => m.before),
    ...successors.map(({ key }) => Float64Array.from(list, (m) => m.now.get(key) ?? Number.NaN)),
  ];
  const { pairs, differences } = correlate(
    columns,
    successors.map((_, i) => [0, i + 1] as const),
    clustersOf(list.map((m) => m.family)),
    "pearson",
    (r) => [[r.indexOf(Math.max(...r)), r.indexOf(Math.min(...r))] as const],
  );
  const difference = successors.length > 1 ? differences[0] : null;
  return {
    groups: successors.map((benchmark, i) => {
      const { r, n, interval } = pairs[i]!;
      return { ...benchmark, ...(n < FEWEST ? { r: null, interval: null } : { r, interval }) };
    }),
    told: !difference || !holdsZero(difference),
  };
}

function findingOf(name: string, groups: readonly Group[], told: boolean): string {
  if (groups.length === 0) return "No benchmark here was made to succeed one of the archive.";
  const known = groups.flatMap((g) => (g.r === null ? [] : [{ ...g, r: g.r }]));
  known.sort((a, b) => b.r - a.r);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last)
    return `${name}: too few models in both for a correlation (fewer than ${FEWEST}).`;
  const value = ({ r, interval }: { r: number; interval: Interval | null }, what?: string) =>
    `r = ${withInterval(r, interval, correlationWords, what)}`;
  const start = `${name} goes along with ${first.name} (${value(first)})`;
  if (known.length === 1) return `${start}${zeroWords(first.interval)}.`;
  return told
    ? `${start} more than with ${last.name} (${value(last, "")}).`
    : `${start} and ${last.name} (${value(last, "")}); which more cannot be told.`;
}
