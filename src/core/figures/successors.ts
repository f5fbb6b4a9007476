import { scatterChart } from "../charts/scatter.ts";
import { count } from "../table/format.ts";
import { literal } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { axisLabel, columnOf, fromBoth, successorsOf } from "./both.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { scored } from "./known.ts";
import type { Option, Settings } from "./option.ts";
import { pearson } from "./pair.ts";

/** A benchmark of the archive against those made to succeed it, one group of dots for each. */
export const successorsFigure: Figure = {
  name: "successors",
  known: ({ main, archive }, knows) =>
    [main, archive!].every((suite) => scored(suite, knows).length > 0),
  tables: ({ main, archive }) => [main.table, archive!.table],
  options: (context) => [optionOf(context)],
  sql,
  draw,
  columns: ({ main, archive }, settings) => [
    { name: "model", label: "Model" },
    { name: "benchmark", label: "Successor" },
    { name: "before", label: `${nameOf(archive!, settings.of)}, %`, digits: 2 },
    { name: "now", label: `Successor, ${main.normalized ? "points" : "%"}`, digits: 2 },
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

/** One row per model and successor: `model, benchmark, before, now`. */
function sql(context: Context, view: View, { of: old = "" }: Settings): string {
  const successors = successorsOf(context, old);
  const before = columnOf("archived", old);
  const selects = successors.map(
    ({ key }, i) =>
      `SELECT model, ${literal(key)} AS benchmark, before, now_${i} AS now\n` +
      `FROM pairs WHERE now_${i} IS NOT NULL`,
  );
  const none = "SELECT model, '' AS benchmark, before, before AS now\nFROM pairs WHERE FALSE";
  const list = successors.map(({ key }, i) => `, ${columnOf("present", key)} AS now_${i}`);
  return [
    "WITH pairs AS (",
    `  SELECT model, ${before} AS before${list.join("")}`,
    `  ${fromBoth(context, view)}`,
    `  WHERE ${before} IS NOT NULL`,
    ")",
    `${selects.join("\nUNION ALL ") || none}`,
    "ORDER BY before DESC, model, benchmark",
  ].join("\n");
}

function draw(context: Context, rows: Row[], { of: old = "" }: Settings): Drawing {
  const { main, archive } = context;
  const groups = successorsOf(context, old).map((benchmark) => {
    const dots = rows.flatMap((row) =>
      row.benchmark === benchmark.key ? [{ x: Number(row.before), y: Number(row.now) }] : [],
    );
    return { ...benchmark, dots, r: dots.length < FEWEST ? null : pearson(dots) };
  });
  const name = nameOf(archive!, old);
  const title = findingOf(name, groups);
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
    count: `${count(new Set(rows.map((r) => r.model)).size)} models in both`,
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

function findingOf(name: string, groups: readonly { name: string; r: number | null }[]): string {
  if (groups.length === 0) return "No benchmark here was made to succeed one of the archive.";
  const known = groups.flatMap((g) => (g.r === null ? [] : [{ name: g.name, r: g.r }]));
  known.sort((a, b) => b.r - a.r);
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last)
    return `${name}: too few models in both for a correlation (fewer than ${FEWEST}).`;
  if (known.length === 1)
    return `${name} goes along with ${first.name} (r = ${first.r.toFixed(2)}).`;
  return (
    `${name} goes along with ${first.name} (r = ${first.r.toFixed(2)}) ` +
    `more than with ${last.name} (r = ${last.r.toFixed(2)}).`
  );
}
