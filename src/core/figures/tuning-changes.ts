import { stripChart } from "../charts/strip.ts";
import { medianOf } from "../suite/median.ts";
import { signed } from "../table/format.ts";
import { identifier } from "../view/quote.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { knowsAll } from "./known.ts";
import { changeOf, countWords, scoresOf, TUNED, tuningSql } from "./tuning.ts";

/** What tuning changed: each tuned evaluation less its base model's, score by score. */
export const tuningChangesFigure: Figure = {
  name: "tuning-changes",
  known: ({ main }, knows) => knowsAll(main, knows, "average", "model_type", "base_model"),
  tables: ({ main }) => [main.table],
  options: () => [TUNED],
  sql: (context, view, settings) =>
    tuningSql(
      context,
      view,
      settings,
      scoresOf(context).map(({ key }) => `${changeOf(key)} AS ${identifier(key)}`),
      "tuned.average - base.average DESC NULLS LAST, tuned.eval_id",
    ),
  draw,
  columns: (context) => [
    { name: "model", label: "Model" },
    { name: "base_model", label: "Base model" },
    ...scoresOf(context).map(({ key, name }) => ({ name: key, label: name, digits: 2 })),
    { name: "eval_id", label: "Evaluation" },
  ],
};

function draw(context: Context, rows: Row[]): Drawing {
  const strips = scoresOf(context).map(({ key, name }) => {
    const known = rows.filter((row) => typeof row[key] === "number");
    const changes = known.map((row) => Number(row[key]));
    const enough = changes.length >= FEWEST;
    return {
      key,
      name,
      rows: known,
      changes,
      median: enough ? medianOf(changes) : null,
      fell: enough ? changes.filter((c) => c < 0).length / changes.length : null,
    };
  });
  const title = findingOf(strips.slice(1));
  const chart = stripChart(strips, title);
  return {
    title,
    count: countWords(rows),
    picture: chart.picture,
    marks: strips.flatMap((strip, i) =>
      strip.rows.map((row, j) => ({
        ...chart.place(i, j),
        title: String(row.model),
        lines: [
          [strip.name, `${signed(strip.changes[j]!)} points`],
          ["Base model", String(row.base_model)],
        ] as [string, string][],
        model: String(row.model),
      })),
    ),
  };
}

function findingOf(strips: readonly { name: string; median: number | null }[]): string {
  const known = strips.flatMap(({ name, median }) => (median === null ? [] : [{ name, median }]));
  known.sort((a, b) => b.median - a.median);
  const [most, least] = [known[0], known.at(-1)];
  if (!most || !least) return `Too few tuned models with a base model here (fewer than ${FEWEST}).`;
  const first = `Tuning helps ${most.name} most (median ${signed(most.median)} points)`;
  return known.length === 1
    ? `${first}.`
    : `${first}, ${least.name} least (${signed(least.median)}).`;
}
