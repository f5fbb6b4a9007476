import { matrixChart } from "../charts/matrix.ts";
import type { Benchmark } from "../records/suite.ts";
import { count } from "../table/format.ts";
import { identifier, literal } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { fromBoth } from "./both.ts";
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
    sql: (context, view, settings) => sqlOf(block, context, view, settings),
    draw: (context, rows, settings) => draw(block, context, rows, settings),
    columns: () => [
      { name: "x", label: "Benchmark" },
      { name: "y", label: "Benchmark" },
      { name: "r", label: "Correlation", digits: 4 },
      { name: "n", label: "n", digits: 0 },
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
 * One row per pair: `x, y, r, n`. Pearson is DuckDB's `corr`; Spearman is the same over ranks, where
 * equal scores share the mean of their ranks. In the cross block a model's best-placed evaluation
 * in each table stands for it.
 */
function sqlOf(block: Block, context: Context, view: View, settings: Settings): string {
  const { left, right } = sidesOf(block, context);
  const pairs = left.flatMap((x, i) =>
    right.flatMap((y, j) => (block === "cross" || j > i ? [[x, y] as const] : [])),
  );
  if (pairs.length === 0) return NO_PAIRS;
  const names = [...new Set([...left, ...right].map((b) => b.key))];
  const spearman = settings.method === "spearman";
  const lines = [`WITH field AS (\n${fieldOf(block, context, view, names)}\n)`];
  if (spearman)
    lines.push(`, ranked AS (\n  SELECT\n${names.map(meanRank).join(",\n")}\n  FROM field\n)`);
  const source = spearman ? "ranked" : "field";
  const each = (write: (x: string, y: string, i: number) => string, end = ", ") =>
    pairs.map(([x, y], i) => write(x.key, y.key, i)).join(end);
  // All pairs in one pass over the rows, then one row for each.
  lines.push(
    `, pairs AS (\n  SELECT\n    ${each(
      (x, y, i) =>
        `corr(${identifier(x)}, ${identifier(y)}) AS r${i}, ` +
        `regr_count(${identifier(x)}, ${identifier(y)}) AS n${i}`,
      ",\n    ",
    )}\n  FROM ${source}\n)`,
  );
  return [
    lines.join(""),
    `SELECT unnest([${each((x) => literal(x))}]) AS x,`,
    `  unnest([${each((_, y) => literal(y))}]) AS y,`,
    `  unnest([${each((_x, _y, i) => `r${i}`)}]) AS r,`,
    `  unnest([${each((_x, _y, i) => `n${i}`)}]) AS n`,
    "FROM pairs",
  ].join("\n");
}

/** What is asked where there is one benchmark, with none to set it against. */
const NO_PAIRS = "SELECT NULL AS x, NULL AS y, NULL AS r, NULL AS n WHERE false";

function sidesOf(
  block: Block,
  { main, archive }: Context,
): { left: Benchmark[]; right: Benchmark[] } {
  if (block === "main") return { left: main.benchmarks, right: main.benchmarks };
  if (block === "archive") return { left: archive!.benchmarks, right: archive!.benchmarks };
  return { left: archive!.benchmarks, right: main.benchmarks };
}

function fieldOf(block: Block, context: Context, view: View, names: string[]): string {
  const list = names.map(identifier).join(", ");
  const { main, archive, columns, archiveColumns } = context;
  const of = (table: string, where: string) =>
    `  SELECT ${list}\n  FROM ${identifier(table)}\n  WHERE ${where}`;
  if (block === "main") return of(main.table, filterOf(view, columns));
  if (block === "archive") return of(archive!.table, filterOf(view, archiveColumns));
  return `  SELECT ${list}\n  ${fromBoth(context, view)}`;
}

/** Rank with ties at their mean; unknown stays unknown. */
function meanRank(name: string): string {
  const id = identifier(name);
  return (
    `    CASE WHEN ${id} IS NOT NULL THEN rank() OVER (ORDER BY ${id} NULLS LAST)\n` +
    `      + (count(*) OVER (PARTITION BY ${id}) - 1) / 2.0 END AS ${id}`
  );
}

function draw(block: Block, context: Context, rows: Row[], settings: Settings): Drawing {
  const { left, right } = sidesOf(block, context);
  const value = new Map<string, { r: number | null; n: number }>();
  for (const row of rows) {
    const n = Number(row.n ?? 0);
    const known = typeof row.r === "number" && Number.isFinite(row.r) && n >= FEWEST;
    const entry = { r: known ? (row.r as number) : null, n };
    value.set(`${row.x} ${row.y}`, entry);
    if (block !== "cross") value.set(`${row.y} ${row.x}`, entry);
  }
  const r = (x: string, y: string) => value.get(`${x} ${y}`)?.r ?? null;
  const tall = block === "cross" ? left : seriate(left, r);
  const wide = block === "cross" ? right : tall;
  const method = settings.method === "spearman" ? "Spearman" : "Pearson";
  const cells = tall.flatMap((y, row) =>
    wide.flatMap((x, column) =>
      block !== "cross" && row === column ? [] : [{ row, column, value: r(y.key, x.key) }],
    ),
  );
  const title = findingOf(tall, wide, r, block === "cross");
  const chart = matrixChart(
    `${title} ${method} correlations.`,
    tall.map(nameOf),
    wide.map(nameOf),
    cells,
  );
  const largest = Math.max(0, ...rows.map((row) => Number(row.n ?? 0)));
  return {
    title,
    count: `${count(largest)} ${block === "cross" ? "models in both" : "evaluations"}`,
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
        lines: [
          [method, entry?.r == null ? `not given below n = ${FEWEST}` : entry.r.toFixed(4)],
          ["n", count(entry?.n ?? 0)],
        ],
        settings: { x: x.key, y: y.key },
      };
    }),
  };
}

function nameOf(benchmark: Benchmark): string {
  return benchmark.name;
}

/** The closest pair, and the most distant. */
function findingOf(
  tall: Benchmark[],
  wide: Benchmark[],
  r: (x: string, y: string) => number | null,
  cross: boolean,
): string {
  const pairs = tall.flatMap((y, i) =>
    wide.flatMap((x, j) => {
      const value = r(y.key, x.key);
      return value === null || (!cross && j <= i)
        ? []
        : [{ words: `${y.name} and ${x.name}`, value }];
    }),
  );
  pairs.sort((a, b) => b.value - a.value);
  const [first, last] = [pairs[0], pairs.at(-1)];
  if (!cross && tall.length === 1)
    return `${tall[0]!.name} is the only benchmark: there is none to set it against.`;
  if (!first || !last) return `Too few evaluations for a correlation (fewer than ${FEWEST}).`;
  if (pairs.length === 1) {
    return `The correlation of ${first.words} is ${first.value.toFixed(2)}.`;
  }
  return `${first.words} agree most (${first.value.toFixed(2)}), ${last.words} least (${last.value.toFixed(2)}).`;
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
