import { words } from "../charts/axis.ts";
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
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { filterOf } from "./filter.ts";
import { scored } from "./known.ts";
import type { Option, Settings } from "./option.ts";

/** Powers of two: context lengths are such. 1k … 8M tokens. */
const TICKS = Array.from({ length: 14 }, (_, i) => 1024 * 2 ** i);

/** A benchmark of long texts against the context length that the model's config allows. */
export const contextFigure: Figure = {
  name: "context-length",
  known: ({ main }, knows) => knows(main.table, "context_length") && scored(main, knows).length > 0,
  tables: ({ main }) => [main.table],
  options: (context) => [taskOption(context)],
  sql({ main, columns }, view, { task }) {
    const score = identifier(task ?? "");
    const rows = [
      `  SELECT model, base_model, context_length, ${score} AS score, eval_id`,
      `  FROM ${identifier(main.table)}`,
      `  WHERE ${score} IS NOT NULL AND ${filterOf(view, columns, main.table)}`,
    ].join("\n");
    return [
      "SELECT model, context_length, score, eval_id, family",
      `FROM (\n${withFamilies(main.table, rows)}\n) AS families`,
      "ORDER BY context_length IS NULL, score DESC, eval_id",
    ].join("\n");
  },
  draw,
  columns: (context, settings) => [
    { name: "model", label: "Model" },
    { name: "context_length", label: "Context, tokens", digits: 0 },
    { name: "score", label: nameOf(context, settings), digits: 2 },
    { name: "eval_id", label: "Evaluation" },
  ],
};

/** Any benchmark, starting with the first that the suite says is of long texts. */
function taskOption({ main }: Context): Option {
  return {
    name: "task",
    label: "Score",
    kind: "choice",
    initial: (main.benchmarks.find((b) => b.context) ?? main.benchmarks[0]!).key,
    values: main.benchmarks.map((b) => ({ value: b.key, label: b.name })),
  };
}

function nameOf({ main }: Context, { task }: Settings): string {
  return main.benchmarks.find((b) => b.key === task)?.name ?? "";
}

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const name = nameOf(context, settings);
  const known = rows.filter((r) => r.context_length !== null);
  const left = rows.length - known.length;
  const dots = known.map((r) => ({ x: Number(r.context_length), y: Number(r.score) }));
  const title = findingOf(name, known, rows.length);
  const chart = scatterChart(dots, {
    label: title,
    x: {
      label: "tokens of context in the model's config, log scale",
      log: true,
      ...domainOf(dots.map((d) => d.x)),
      format: tokens,
    },
    y: { label: `${name}, points`, domain: [0, 100] },
  });
  if (known.length === 0 && typeof chart.picture.content !== "string")
    chart.picture.content = [
      ...chart.picture.content,
      words(335, 200, `unknown for all ${count(rows.length)} evaluations`, "middle", "name over"),
    ];
  return {
    title,
    count: `${ofFamilies(`${count(known.length)} evaluations`, familiesIn(known))}; context length unknown for ${count(left)}`,
    picture: chart.picture,
    marks: known.map((row, i) => {
      const [x, y] = chart.place(dots[i]!);
      return {
        x,
        y,
        title: String(row.model),
        lines: [
          [name, Number(row.score).toFixed(2)],
          ["Context", `${count(Number(row.context_length))} tokens`],
        ],
        model: String(row.model),
      };
    }),
  };
}

/** The powers of two around the values; where none are known, those that are common. */
function domainOf(values: readonly number[]): { domain: [number, number]; ticks: number[] } {
  const [low, high] =
    values.length === 0 ? [2048, 131_072] : [Math.min(...values), Math.max(...values)];
  const domain: [number, number] = [low / 1.3, high * 1.3];
  return { domain, ticks: TICKS.filter((t) => t >= domain[0] && t <= domain[1]) };
}

/** 4096 → 4k, 1048576 → 1M */
function tokens(value: number): string {
  return value < 2 ** 20 ? `${value / 1024}k` : `${value / 2 ** 20}M`;
}

function findingOf(name: string, known: readonly Row[], all: number): string {
  if (known.length === 0)
    return `Context length is unknown for all ${count(all)} evaluations: ${name} cannot be set against it.`;
  const { r, interval } = correlationOf(
    known,
    (row) => Math.log2(Number(row.context_length)),
    (row) => Number(row.score),
  );
  if (r === null || known.length < FEWEST)
    return `${name} and context length: too few known for a correlation (${known.length}, fewer than ${FEWEST}, or all the same).`;
  const value = withInterval(r, interval, correlationWords);
  return `${name} and the logarithm of context length go together with r = ${value}${zeroWords(interval)}.`;
}
