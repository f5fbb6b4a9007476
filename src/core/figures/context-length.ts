import { words } from "../charts/axis.ts";
import { scatterChart } from "../charts/scatter.ts";
import { count } from "../table/format.ts";
import { contextPartial, contextSql, sizedRows, taskName, taskOption } from "./context-field.ts";
import { correlationWords, familiesIn, ofFamilies, withInterval, zeroWords } from "./family.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { scored } from "./known.ts";
import type { Settings } from "./option.ts";
import { DOUBTFUL, doubtColumns, sizeLines } from "./stated-size.ts";

/** Powers of two: context lengths are such. 1k … 8M tokens. */
const TICKS = Array.from({ length: 14 }, (_, i) => 1024 * 2 ** i);

/** A benchmark of long texts against the context length that a model was made for. */
export const contextFigure: Figure = {
  name: "context-length",
  known: ({ main }, knows) => knows(main.table, "context_length") && scored(main, knows).length > 0,
  tables: ({ main }) => [main.table],
  options: (context) => [taskOption(context), DOUBTFUL],
  sql: contextSql,
  draw,
  columns: (context, settings) => [
    { name: "model", label: "Model" },
    { name: "context_length", label: "Context, tokens", digits: 0 },
    { name: "params_b", label: "Params, B", digits: 2 },
    ...doubtColumns(context),
    { name: "score", label: taskName(context, settings), digits: 2 },
    { name: "family", label: "Family" },
    { name: "eval_id", label: "Evaluation" },
  ],
};

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const name = taskName(context, settings);
  const known = rows.filter((r) => r.context_length !== null);
  const left = rows.length - known.length;
  const dots = known.map((r) => ({ x: Number(r.context_length), y: Number(r.score) }));
  const title = findingOf(name, known, rows.length);
  const chart = scatterChart(dots, {
    label: title,
    x: {
      label: "tokens of context that the model was made for, log scale",
      log: true,
      ...domainOf(dots.map((d) => d.x)),
      format: tokens,
    },
    y: { label: `${name}, points`, domain: [0, Math.max(10, ...dots.map((d) => d.y))] },
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
          ...sizeLines(row),
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

/** With size held equal: large models have long contexts, and score more anyway. */
function findingOf(name: string, known: readonly Row[], all: number): string {
  if (known.length === 0)
    return `Context length is unknown for all ${count(all)} evaluations: ${name} cannot be set against it.`;
  const sized = sizedRows(known);
  const { plain, partial } = contextPartial(sized) ?? {};
  if (!partial || partial.rho === null)
    return `${name} and context length: too few of a known size for a correlation with size held equal (${sized.length}, fewer than ${FEWEST}, or all the same).`;
  const held = withInterval(partial.rho, partial.interval, correlationWords);
  const before = plain?.rho == null ? "" : ` (${correlationWords(plain.rho)} as they are)`;
  return `${name} and context length, with size held equal: rank correlation ${held}${zeroWords(partial.interval)}${before}.`;
}
