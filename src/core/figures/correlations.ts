import { matrixChart } from "../charts/matrix.ts";
import type { Benchmark } from "../records/suite.ts";
import { clustersOf, holdsZero, type Interval } from "../suite/cluster.ts";
import { correlate, type Method } from "../suite/correlation.ts";
import { count } from "../table/format.ts";
import type { Value } from "../table/grid.ts";
import { identifier } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { fromBoth } from "./both.ts";
import {
  correlationWords,
  familiesIn,
  intervalWords,
  ofFamilies,
  withFamilies,
  withInterval,
} from "./family.ts";
import { type Context, type Drawing, FEWEST, type Figure, type Row } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { scored } from "./known.ts";
import type { Option, Settings } from "./option.ts";

type Block = "main" | "archive" | "cross";

/** Correlations of the benchmarks of the main suite, of the archive's, or of one with the other. */
export function correlationFigure(block: Block): Figure {
  return {
    name: { main: "correlations", archive: "correlations-archive", cross: "correlations-cross" }[
      block
    ],
    known: ({ main, archive }, knows) => {
      const [own, old] = [main, archive].map((suite) => (suite ? scored(suite, knows).length : 0));
      return block === "main" ? own! > 1 : block === "archive" ? old! > 1 : own! > 0 && old! > 0;
    },
    tables: ({ main, archive }) =>
      block === "main"
        ? [main.table]
        : block === "archive"
          ? [archive!.table]
          : [main.table, archive!.table],
    options: () => [METHOD],
    sql: (context, view) => sqlOf(block, context, view),
    derive: (context, rows, settings) => correlationsOf(block, context, rows, settings),
    draw: (context, rows, settings) => draw(block, context, rows, settings),
    columns: () => [
      { name: "x", label: "Benchmark" },
      { name: "y", label: "Benchmark" },
      { name: "r", label: "Correlation", digits: 4 },
      { name: "low", label: "95 % from", digits: 4 },
      { name: "high", label: "95 % to", digits: 4 },
      { name: "next", label: "Told from the next below" },
      { name: "n", label: "n", digits: 0 },
      { name: "families", label: "Families", digits: 0 },
    ],
  };
}

const METHOD: Option = {
  name: "method",
  label: "Correlation",
  kind: "choice",
  initial: "pearson",
  values: [
    { value: "pearson", label: "Pearson (of scores)" },
    { value: "spearman", label: "Spearman (of ranks)" },
  ],
};

/**
 * One row per evaluation: its family and the scores. In the cross block a model's best-placed
 * evaluation in each table stands for it.
 */
function sqlOf(block: Block, context: Context, view: View): string {
  const { left, right } = sidesOf(block, context);
  const keys = [...new Set([...left, ...right].map((b) => b.key))];
  const of = block === "archive" ? context.archive! : context.main;
  const rows = withFamilies(of.table, fieldOf(block, context, view, keys));
  return `SELECT family, ${keys.map(identifier).join(", ")}\nFROM (\n${rows}\n) AS families`;
}

/**
 * One row per pair, the closest first: `x, y, r, n`, the interval by resampling families, and `next`,
 * whether the interval of its difference from the pair below leaves out 0.
 */
function correlationsOf(block: Block, context: Context, rows: Row[], settings: Settings): Row[] {
  const { left, right } = sidesOf(block, context);
  const keys = [...new Set([...left, ...right].map((b) => b.key))];
  const at = (benchmark: Benchmark) => keys.indexOf(benchmark.key);
  const pairs = left.flatMap((x, i) =>
    right.flatMap((y, j) => (block === "cross" || j > i ? [{ x, y }] : [])),
  );
  const numbers = keys.map((key) =>
    Float64Array.from(rows, (row) => (typeof row[key] === "number" ? row[key] : Number.NaN)),
  );
  let order: number[] = [];
  const found = correlate(
    numbers,
    pairs.map(({ x, y }) => [at(x), at(y)] as const),
    clustersOf(rows.map((row) => String(row.family))),
    settings.method as Method,
    (r) => {
      const height = (i: number) => (Number.isNaN(r[i]!) ? -2 : r[i]!);
      order = pairs.map((_, i) => i).sort((a, b) => height(b) - height(a) || a - b);
      return order.slice(1).map((below, i) => [order[i]!, below] as const);
    },
  );
  const families = familiesIn(rows);
  return order.map((i, place) => {
    const { r, n, interval } = found.pairs[i]!;
    const known = r !== null && n >= FEWEST;
    const difference = known ? (found.differences[place] ?? null) : null;
    return {
      x: pairs[i]!.x.key,
      y: pairs[i]!.y.key,
      r: known ? r : null,
      low: known ? (interval?.low ?? null) : null,
      high: known ? (interval?.high ?? null) : null,
      next: difference && !holdsZero(difference),
      n,
      families,
    };
  });
}

function sidesOf(
  block: Block,
  { main, archive }: Context,
): { left: Benchmark[]; right: Benchmark[] } {
  if (block === "main") return { left: main.benchmarks, right: main.benchmarks };
  if (block === "archive") return { left: archive!.benchmarks, right: archive!.benchmarks };
  return { left: archive!.benchmarks, right: main.benchmarks };
}

function fieldOf(block: Block, context: Context, view: View, keys: string[]): string {
  const { main, archive, columns, archiveColumns } = context;
  const list = keys.map(identifier).join(", ");
  if (block === "cross")
    return `  SELECT model, present.base_model, ${list}\n  ${fromBoth(context, view)}`;
  const [{ table }, known] = block === "main" ? [main, columns] : [archive!, archiveColumns];
  return (
    `  SELECT model, base_model, ${list}\n  FROM ${identifier(table)}\n` +
    `  WHERE ${filterOf(view, known, table)}`
  );
}

function draw(block: Block, context: Context, rows: Row[], settings: Settings): Drawing {
  const { left, right } = sidesOf(block, context);
  const value = new Map<string, Row>();
  for (const row of rows) {
    value.set(`${row.x} ${row.y}`, row);
    if (block !== "cross") value.set(`${row.y} ${row.x}`, row);
  }
  const r = (x: string, y: string) => {
    const known = value.get(`${x} ${y}`)?.r;
    return typeof known === "number" ? known : null;
  };
  const tall = block === "cross" ? left : seriate(left, r);
  const wide = block === "cross" ? right : tall;
  const method = settings.method === "spearman" ? "Spearman" : "Pearson";
  const cells = tall.flatMap((y, row) =>
    wide.flatMap((x, column) =>
      block !== "cross" && row === column ? [] : [{ row, column, value: r(y.key, x.key) }],
    ),
  );
  const title = findingOf(block, context, rows);
  const chart = matrixChart(
    `${title} ${method} correlations.`,
    tall.map(nameOf),
    wide.map(nameOf),
    cells,
  );
  const largest = Math.max(0, ...rows.map((row) => Number(row.n ?? 0)));
  return {
    title,
    count: ofFamilies(
      `${count(largest)} ${block === "cross" ? "models in both" : "evaluations"}`,
      Number(rows[0]?.families ?? 0),
    ),
    picture: chart.picture,
    marks: cells.map((cell) => {
      const [y, x] = [tall[cell.row]!, wide[cell.column]!];
      const entry = value.get(`${y.key} ${x.key}`);
      const [cx, cy] = chart.centre(cell);
      return {
        x: cx,
        y: cy,
        reach: chart.reach,
        title: `${y.name} and ${x.name}`,
        lines: linesOf(method, entry),
        settings: { x: x.key, y: y.key },
      };
    }),
  };
}

function nameOf(benchmark: Benchmark): string {
  return benchmark.name;
}

function linesOf(method: string, row: Row | undefined): [string, string][] {
  const interval = intervalOf(row);
  return [
    [method, typeof row?.r === "number" ? row.r.toFixed(4) : `not given below n = ${FEWEST}`],
    [
      "95 % interval",
      interval ? intervalWords(interval, (r) => correlationWords(r)) : "too few families",
    ],
    ["n", count(Number(row?.n ?? 0))],
  ];
}

function intervalOf(row: Row | undefined): Interval | null {
  const { low, high } = row ?? {};
  return typeof low === "number" && typeof high === "number" ? { low, high } : null;
}

/** The closest pair, and the most distant, each with the next where it cannot be told from that. */
function findingOf(block: Block, context: Context, rows: readonly Row[]): string {
  const { left, right } = sidesOf(block, context);
  if (block !== "cross" && left.length === 1)
    return `${left[0]!.name} is the only benchmark: there is none to set it against.`;
  const known = rows.filter((row) => typeof row.r === "number");
  const [first, last] = [known[0], known.at(-1)];
  if (!first || !last) return `Too few evaluations for a correlation (fewer than ${FEWEST}).`;
  const nameIn = (side: Benchmark[], key: unknown) => side.find((b) => b.key === key)?.name ?? "";
  const pair = (row: Row) => `${nameIn(left, row.x)} and ${nameIn(right, row.y)}`;
  const value = (row: Row, what?: string) =>
    withInterval(Number(row.r), intervalOf(row), correlationWords, what);
  if (known.length === 1) return `The correlation of ${pair(first)} is ${value(first)}.`;
  const rival = (row: Row | undefined, told: Value | undefined) =>
    row && told === false && row !== first && row !== last ? `; not told from ${pair(row)}` : "";
  const second = known.at(-2);
  return (
    `${pair(first)} agree most (${value(first)}${rival(known[1], first.next)}), ` +
    `${pair(last)} least (${value(last, "")}${rival(second, second?.next)}).`
  );
}

/** Up to this many benchmarks every order is tried; beyond, the nearest is put next each time. */
const EXHAUSTIVE = 7;

/**
 * Puts related benchmarks side by side: the order with the largest sum of correlations between
 * neighbours; the first of equals in the suite's own order.
 */
export function seriate(
  benchmarks: readonly Benchmark[],
  r: (x: string, y: string) => number | null,
): Benchmark[] {
  const near = (a: Benchmark, b: Benchmark) => r(a.key, b.key) ?? 0;
  if (benchmarks.length > EXHAUSTIVE) return greedy([...benchmarks], near);
  let best: { order: Benchmark[]; sum: number } = {
    order: [...benchmarks],
    sum: Number.NEGATIVE_INFINITY,
  };
  const visit = (order: Benchmark[], rest: Benchmark[], sum: number) => {
    if (rest.length === 0 && sum > best.sum + 1e-12) best = { order, sum };
    rest.forEach((next, i) => {
      const last = order.at(-1);
      visit([...order, next], rest.toSpliced(i, 1), sum + (last ? near(last, next) : 0));
    });
  };
  visit([], [...benchmarks], 0);
  return best.order;
}

function greedy(rest: Benchmark[], near: (a: Benchmark, b: Benchmark) => number): Benchmark[] {
  const order = rest.splice(0, 1);
  while (rest.length > 0) {
    const last = order.at(-1)!;
    let next = 0;
    rest.forEach((b, i) => {
      if (near(last, b) > near(last, rest[next]!)) next = i;
    });
    order.push(...rest.splice(next, 1));
  }
  return order;
}
