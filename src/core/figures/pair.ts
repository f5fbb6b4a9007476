import { scatterChart } from "../charts/scatter.ts";
import { count } from "../table/format.ts";
import { identifier } from "../view/quote.ts";
import {
  correlationOf,
  correlationWords,
  familiesIn,
  ofFamilies,
  withFamilies,
  withInterval,
  zeroWords,
} from "./family.ts";
import type { Context, Figure, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { scored } from "./known.ts";
import type { Option } from "./option.ts";

/** Two benchmarks of the main suite against each other, one dot per evaluation. */
export const pairFigure: Figure = {
  name: "pair",
  known: ({ main }, knows) => scored(main, knows).length > 1,
  tables: ({ main }) => [main.table],
  options: axes,
  sql({ main, columns }, view, { x, y }) {
    const rows = [
      "  SELECT model, eval_id, base_model, average,",
      `    ${identifier(x!)} AS x, ${identifier(y!)} AS y`,
      `  FROM ${identifier(main.table)}`,
      `  WHERE ${identifier(x!)} IS NOT NULL AND ${identifier(y!)} IS NOT NULL`,
      `    AND ${filterOf(view, columns, main.table)}`,
    ].join("\n");
    return [
      "SELECT model, eval_id, x, y, family",
      `FROM (\n${withFamilies(main.table, rows)}\n) AS families`,
      "ORDER BY average DESC NULLS LAST, eval_id",
    ].join("\n");
  },
  draw(context, rows, settings) {
    const [x, y] = [nameOf(context, settings.x), nameOf(context, settings.y)];
    const dots = rows.map((row) => ({ x: Number(row.x), y: Number(row.y) }));
    const isOnly = context.main.benchmarks.length === 1;
    const title = isOnly ? `${x} is the only benchmark.` : findingOf(x, y, rows);
    const chart = scatterChart(dots, {
      label: title,
      x: { label: `${x}, points`, domain: [0, 100] },
      y: { label: `${y}, points`, domain: [0, 100] },
    });
    return {
      title,
      count: ofFamilies(`${count(rows.length)} evaluations`, familiesIn(rows)),
      picture: chart.picture,
      marks: rows.map((row, i) => {
        const [px, py] = chart.place(dots[i]!);
        return {
          x: px,
          y: py,
          title: String(row.model),
          lines: [
            [x, Number(row.x).toFixed(2)],
            [y, Number(row.y).toFixed(2)],
          ],
          model: String(row.model),
        };
      }),
    };
  },
  columns: (context, settings) => [
    { name: "model", label: "Model" },
    { name: "x", label: nameOf(context, settings.x), digits: 2 },
    { name: "y", label: nameOf(context, settings.y), digits: 2 },
  ],
};

function axes({ main }: Context): Option[] {
  const values = main.benchmarks.map((b) => ({ value: b.key, label: b.name }));
  const first = values.at(-1)?.value ?? "";
  // Never one benchmark against itself, as long as there are two.
  const second = values[values.length > 2 ? 1 : 0]?.value ?? "";
  return [
    { name: "x", label: "Across", kind: "choice", initial: first, values },
    { name: "y", label: "Up", kind: "choice", initial: second, values },
  ];
}

function findingOf(x: string, y: string, rows: readonly Row[]): string {
  if (x === y) return `${x} against itself: choose another for one of them.`;
  if (rows.length < FEWEST) {
    return `${x} and ${y}: too few evaluations for a correlation (fewer than ${FEWEST}).`;
  }
  const { r, interval } = correlationOf(
    rows,
    (row) => Number(row.x),
    (row) => Number(row.y),
  );
  if (r === null)
    return `${x} and ${y}: no correlation, for one of them has the same score throughout.`;
  const value = withInterval(r, interval, correlationWords);
  return `${x} and ${y} go together with r = ${value}${zeroWords(interval)}.`;
}

function nameOf({ main }: Context, key: string | undefined): string {
  return main.benchmarks.find((b) => b.key === key)?.name ?? "";
}

/** Pearson's r of the dots; null when one side does not vary. */
export function pearson(dots: readonly { x: number; y: number }[]): number | null {
  const n = dots.length;
  const mx = dots.reduce((sum, d) => sum + d.x, 0) / n;
  const my = dots.reduce((sum, d) => sum + d.y, 0) / n;
  let [xy, xx, yy] = [0, 0, 0];
  for (const d of dots) {
    xy += (d.x - mx) * (d.y - my);
    xx += (d.x - mx) ** 2;
    yy += (d.y - my) ** 2;
  }
  return xx === 0 || yy === 0 ? null : xy / Math.sqrt(xx * yy);
}
