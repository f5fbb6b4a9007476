import { type Change, changesChart } from "../charts/changes.ts";
import { clusterInterval, clustersOf, meanStatistic } from "../suite/cluster.ts";
import { count, signed } from "../table/format.ts";
import { identifier } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { intervalWords } from "./family.ts";
import { type Context, type Drawing, FEWEST, type Figure, type Row } from "./figure.ts";
import { knowsAll } from "./known.ts";
import type { Option, Settings } from "./option.ts";
import { scoreLabel, scoreOption } from "./score.ts";
import { BASES, baseWords, changeOf, countWords, scoresOf, TUNED, tuningSql } from "./tuning.ts";

/** The tuned evaluations whose score differs most from their base model's, for one score. */
export const tuningExtremesFigure: Figure = {
  name: "tuning-extremes",
  known: ({ main }, knows) => knowsAll(main, knows, "average", "model_type", "base_model"),
  tables: ({ main }) => [main.table],
  options: (context) => [scoreOption(context), ORDER, DRAWN, BASES, TUNED],
  sql,
  draw,
  columns: (context, settings) => [
    { name: "model", label: "Model" },
    { name: "base_model", label: "Base model" },
    { name: "base_score", label: `${scoreLabel(context, settings)}, base`, digits: 2 },
    { name: "tuned_score", label: "Tuned", digits: 2 },
    { name: "change", label: "Change", digits: 2 },
    ...scoresOf(context).map(({ key, name }) => ({
      name: changeName(key),
      label: `${name}, change`,
      digits: 2,
    })),
    { name: "eval_id", label: "Evaluation" },
  ],
};

const ORDER: Option = {
  name: "first",
  label: "First",
  kind: "choice",
  initial: "falls",
  values: [
    { value: "falls", label: "largest falls" },
    { value: "rises", label: "largest rises" },
  ],
};

const DRAWN: Option = {
  name: "drawn",
  label: "Drawn of each",
  kind: "number",
  initial: "10",
  min: 1,
  max: 30,
  step: 1,
};

function changeName(key: string): string {
  return `${key}_change`;
}

/** Ordered by `change`, that of the score asked for; unknown changes are left out. */
function sql(context: Context, view: View, settings: Settings): string {
  const score = settings.score ?? "average";
  const direction = settings.first === "rises" ? "DESC" : "ASC";
  const list = [
    `base.${identifier(score)} AS base_score`,
    `tuned.${identifier(score)} AS tuned_score`,
    `${changeOf(score)} AS change`,
    ...scoresOf(context).map(({ key }) => `${changeOf(key)} AS ${identifier(changeName(key))}`),
  ];
  return tuningSql(context, view, settings, list, `change ${direction} NULLS LAST, eval_id`);
}

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const known = rows.filter((row) => typeof row.change === "number");
  const groups = groupsOf(known, settings);
  const drawn = groups.flatMap((g) => g.rows);
  const label = scoreLabel(context, settings);
  const title = findingOf(known, label);
  const chart = changesChart(
    groups.map((g) => ({ name: g.name, changes: g.rows.map(changeWords) })),
    title,
    `${label}, ${context.main.normalized ? "points" : "%"}`,
  );
  return {
    title,
    count: `${countWords(rows)}; ${count(drawn.length)} drawn`,
    picture: chart.picture,
    marks: drawn.map((row, i) => ({
      ...chart.place(i),
      title: String(row.model),
      lines: [
        [label, `${Number(row.tuned_score).toFixed(2)} (${signed(Number(row.change))})`],
        ["Base model", `${row.base_model}, ${Number(row.base_score).toFixed(2)}`],
        ...scoresOf(context)
          .filter(({ key }) => key !== settings.score)
          .map(({ key, name }): [string, string] => [name, changeText(row[changeName(key)])]),
      ],
      model: String(row.model),
    })),
  };
}

function changeText(value: unknown): string {
  return typeof value === "number" ? signed(value) : "unknown";
}

/** The falls and the rises furthest from 0, that asked for first; a change of 0 is neither. */
function groupsOf(known: readonly Row[], settings: Settings): { name: string; rows: Row[] }[] {
  const size = Math.floor(Number(settings.drawn));
  const pick = (sign: 1 | -1) =>
    known
      .filter((row) => Number(row.change) * sign > 0)
      .sort((a, b) => (Number(b.change) - Number(a.change)) * sign)
      .slice(0, size);
  const groups = [
    { name: "Largest falls", rows: pick(-1) },
    { name: "Largest rises", rows: pick(1) },
  ];
  return settings.first === "rises" ? groups.reverse() : groups;
}

function changeWords(row: Row): Change {
  return {
    name: String(row.model),
    note: String(row.base_model),
    from: Number(row.base_score),
    to: Number(row.tuned_score),
  };
}

function findingOf(known: readonly Row[], label: string): string {
  const [one] = known;
  if (!one) return "No tuned evaluation here has a base model on the board.";
  const least = known.reduce((a, b) => (Number(b.change) < Number(a.change) ? b : a));
  const fell = known.filter((row) => Number(row.change) < 0).length;
  const share = `${label} fell for ${count(fell)} of ${count(known.length)} tuned evaluations${byBase(known)}`;
  if (fell === 0) return `${share}.`;
  const [from, to] = [Number(least.base_score).toFixed(2), Number(least.tuned_score).toFixed(2)];
  return `${share}, most for ${least.model}: ${from} → ${to}.`;
}

/**
 * The share that fell where each base model counts once, with its interval by resampling base models:
 * ` (31 % with one vote for each of 45 base models, 95 % interval 22 to 41 %)`.
 */
function byBase(known: readonly Row[]): string {
  const bases = clustersOf(known.map((row) => String(row.base_model)));
  const sizes = new Map<unknown, number>();
  for (const { base_model: base } of known) sizes.set(base, (sizes.get(base) ?? 0) + 1);
  if (bases.count < FEWEST) return "";
  // Each base model is one row: the share of its versions that fell.
  const shares = new Float64Array(bases.count);
  known.forEach((row, i) => {
    if (Number(row.change) < 0) shares[bases.of[i]!]! += 1 / sizes.get(row.base_model)!;
  });
  const each = { of: Int32Array.from(shares.keys()), count: bases.count };
  const mean = meanStatistic([...shares], each);
  const percent = (share: number) => String(Math.round(share * 100));
  const interval = clusterInterval(bases.count, mean);
  const words = interval ? `, 95 % interval ${intervalWords(interval, percent)} %` : "";
  return (
    ` (${percent(mean(new Int32Array(bases.count).fill(1)))} % with one vote for each of ` +
    `${baseWords(known)}${words})`
  );
}
