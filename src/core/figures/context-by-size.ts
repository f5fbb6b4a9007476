import { differencesChart } from "../charts/differences.ts";
import { holdsZero, type Interval } from "../suite/cluster.ts";
import type { RankCorrelation } from "../suite/partial.ts";
import { count } from "../table/format.ts";
import type { Value } from "../table/grid.ts";
import { SIZES } from "../view/sizes.ts";
import { contextPartial, contextSql, sizedRows, taskName, taskOption } from "./context-field.ts";
import { correlationWords, familiesIn, intervalWords } from "./family.ts";
import { type Context, type Drawing, FEWEST, type Figure, type Row } from "./figure.ts";
import { scored } from "./known.ts";
import type { Settings } from "./option.ts";
import { DOUBTFUL } from "./stated-size.ts";

/** How a benchmark of long texts goes with context length: as it is, with size held equal, and by class. */
export const contextBySizeFigure: Figure = {
  name: "context-by-size",
  known: ({ main }, knows) =>
    knows(main.table, "context_length") &&
    knows(main.table, "params_b") &&
    scored(main, knows).length > 0,
  tables: ({ main }) => [main.table],
  options: (context) => [taskOption(context), DOUBTFUL],
  sql: contextSql,
  derive,
  draw,
  columns: () => [
    { name: "which", label: "Models" },
    { name: "held", label: "Size held equal" },
    { name: "rho", label: "Rank correlation", digits: 3 },
    { name: "low", label: "From", digits: 3 },
    { name: "high", label: "To (95 %)", digits: 3 },
    { name: "n", label: "Evaluations", digits: 0 },
    { name: "families", label: "Families", digits: 0 },
  ],
};

/** A row for all without and with size held equal, then one for each class, within which it is held too. */
function derive(_: Context, found: Row[]): Row[] {
  const all = sizedRows(found);
  const whole = contextPartial(all);
  const classes = SIZES.map(({ label, from, below }) => {
    const own = all.filter((r) => Number(r.size) >= from && Number(r.size) < below);
    return rowOf(label, true, own, contextPartial(own)?.partial);
  });
  return [
    rowOf("All sizes", false, all, whole?.plain),
    rowOf("All sizes", true, all, whole?.partial),
    ...classes,
  ];
}

function rowOf(
  which: string,
  held: boolean,
  rows: readonly Row[],
  found: RankCorrelation | undefined,
): Record<string, Value> {
  return {
    which,
    held,
    rho: found?.rho ?? null,
    low: found?.interval?.low ?? null,
    high: found?.interval?.high ?? null,
    n: rows.length,
    families: familiesIn(rows),
  };
}

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const name = taskName(context, settings);
  const title = findingOf(name, rows);
  const chart = differencesChart(
    rows.map((row) => ({
      name: row.held === true ? String(row.which) : "All, as is",
      note: `n = ${count(Number(row.n))}`,
      value: intervalOf(row) && { at: Number(row.rho), ...intervalOf(row)! },
      strong: row.which === "All sizes" && row.held === true,
    })),
    title,
    {
      axis: `rank correlation of ${name} with context length`,
      left: "shorter, better",
      right: "longer, better",
      note: "",
    },
  );
  return {
    title,
    count: `${count(Number(rows[0]?.n ?? 0))} evaluations of known size and context length`,
    picture: chart.picture,
    marks: rows.map((row, i) => ({
      ...chart.place(i),
      title: `${row.which}${row.held === true ? ", size held equal" : ", as they are"}`,
      lines: [
        ["Rank correlation", wordsOf(row)],
        ["n", `${count(Number(row.n))} of ${count(Number(row.families))} families`],
      ],
    })),
  };
}

function intervalOf({ low, high }: Row): Interval | null {
  return typeof low === "number" && typeof high === "number" ? { low, high } : null;
}

function wordsOf(row: Row): string {
  if (typeof row.rho !== "number") return `not given of fewer than ${FEWEST}`;
  const interval = intervalOf(row);
  const about = interval
    ? intervalWords(interval, correlationWords)
    : "too few families for an interval";
  return `${correlationWords(row.rho)} (${about})`;
}

/** Which classes have an interval that leaves 0 out. */
function findingOf(name: string, rows: readonly Row[]): string {
  const classes = rows.slice(2).filter((row) => intervalOf(row));
  if (classes.length === 0)
    return `${name} and context length: too few of each class of size (fewer than ${FEWEST}).`;
  const told = classes.filter((row) => !holdsZero(intervalOf(row)!));
  if (told.length === 0)
    return `In no class of size can the correlation of ${name} with context length be told from 0.`;
  const named = (sign: number) =>
    told
      .filter((row) => Number(row.rho) * sign > 0)
      .map((row) => `${row.which} (${correlationWords(Number(row.rho))})`)
      .join(" and ");
  const sides = [
    ["higher", named(1)],
    ["lower", named(-1)],
  ].flatMap(([word, which]) =>
    which ? [`${word} scores on ${name} among models of ${which}`] : [],
  );
  const rest =
    told.length < classes.length ? "; in the other classes it cannot be told from 0" : "";
  return `Longer contexts go with ${sides.join(" and with ")}${rest}.`;
}
