import { stripChart } from "../charts/strip.ts";
import {
  clusterInterval,
  clustersOf,
  holdsZero,
  type Interval,
  medianStatistic,
} from "../suite/cluster.ts";
import { medianOf } from "../suite/median.ts";
import { count, signed } from "../table/format.ts";
import type { Value } from "../table/grid.ts";
import { identifier } from "../view/quote.ts";
import { intervalWords } from "./family.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { knowsAll } from "./known.ts";
import type { Option, Settings } from "./option.ts";
import {
  BASES,
  baseWords,
  changeOf,
  countWords,
  type Score,
  scoresOf,
  TUNED,
  tuningSql,
} from "./tuning.ts";

/** What counts once: a base model, however many versions it has, or each evaluation. */
const VOTE: Option = {
  name: "vote",
  label: "One vote for each",
  kind: "choice",
  initial: "base",
  values: [
    { value: "base", label: "Base model" },
    { value: "evaluation", label: "Tuned evaluation" },
  ],
};

/** What tuning changed: each tuned evaluation less its base model's, score by score. */
export const tuningChangesFigure: Figure = {
  name: "tuning-changes",
  known: ({ main }, knows) => knowsAll(main, knows, "average", "model_type", "base_model"),
  tables: ({ main }) => [main.table],
  options: () => [VOTE, BASES, TUNED],
  sql: (context, view, settings) =>
    tuningSql(
      context,
      view,
      settings,
      scoresOf(context).map(({ key }) => `${changeOf(key)} AS ${identifier(key)}`),
      "average DESC NULLS LAST, eval_id",
    ),
  derive: (context, rows, settings) =>
    settings.vote === "evaluation" ? rows : byBase(scoresOf(context), rows),
  draw,
  columns: (context, { vote }) => [
    ...(vote === "evaluation" ? [{ name: "model", label: "Model" }] : []),
    { name: "base_model", label: "Base model" },
    ...(vote === "evaluation" ? [] : [{ name: "versions", label: "Tuned evaluations", digits: 0 }]),
    ...scoresOf(context).map(({ key, name }) => ({ name: key, label: name, digits: 2 })),
    ...(vote === "evaluation" ? [{ name: "eval_id", label: "Evaluation" }] : []),
  ],
};

/** One row per base model, with the median of every change over its tuned evaluations. */
function byBase(scores: readonly Score[], rows: readonly Row[]): Row[] {
  const bases = new Map<string, Row[]>();
  for (const row of rows) {
    const base = String(row.base_model);
    bases.set(base, [...(bases.get(base) ?? []), row]);
  }
  const left = ["no_base", "not_here", "tuned_base"];
  return [...bases]
    .map(([base, versions]): Row => {
      const changes = scores.map(({ key }): [string, Value] => {
        const known = versions.flatMap((row) => (typeof row[key] === "number" ? [row[key]] : []));
        return [key, known.length > 0 ? medianOf(known) : null];
      });
      return {
        base_model: base,
        versions: versions.length,
        ...Object.fromEntries(changes),
        ...Object.fromEntries(left.map((name) => [name, versions[0]![name] ?? null])),
      };
    })
    .sort((a, b) => Number(b.versions) - Number(a.versions));
}

interface Told extends Score {
  rows: Row[];
  changes: number[];
  median: number | null;
  interval: Interval | null;
  fell: number | null;
}

function draw(context: Context, rows: Row[], settings: Settings): Drawing {
  const strips = scoresOf(context).map((score) => tell(score, rows));
  const title = findingOf(strips.slice(1), rows, settings);
  const chart = stripChart(strips, title);
  const evaluations = rows.reduce((sum, row) => sum + Number(row.versions ?? 1), 0);
  return {
    title,
    count: countWords(rows, evaluations),
    picture: chart.picture,
    marks: strips.flatMap((strip, i) =>
      strip.rows.map((row, j) => ({ ...chart.place(i, j), ...wordsOf(strip, row) })),
    ),
  };
}

/** The median over the rows, and its interval by resampling base models with all their rows. */
function tell(score: Score, rows: readonly Row[]): Told {
  const known = rows.filter((row) => typeof row[score.key] === "number");
  const changes = known.map((row) => Number(row[score.key]));
  if (changes.length < FEWEST)
    return { ...score, rows: known, changes, median: null, interval: null, fell: null };
  const bases = clustersOf(known.map((row) => String(row.base_model)));
  return {
    ...score,
    rows: known,
    changes,
    median: medianOf(changes),
    interval: clusterInterval(bases.count, medianStatistic(changes, bases)),
    fell: changes.filter((c) => c < 0).length / changes.length,
  };
}

function wordsOf({ key, name }: Score, row: Row): Pick<Mark, "title" | "lines" | "model"> {
  const change = `${signed(Number(row[key]))} points`;
  const versions = Number(row.versions ?? 0);
  if (versions === 0) {
    return {
      title: String(row.model),
      lines: [
        [name, change],
        ["Base model", String(row.base_model)],
      ],
      model: String(row.model),
    };
  }
  return {
    title: String(row.base_model),
    lines: [
      [name, change],
      ["Tuned", versions === 1 ? "1 evaluation" : `median of ${count(versions)} evaluations`],
    ],
    model: String(row.base_model),
  };
}

function findingOf(strips: readonly Told[], rows: readonly Row[], { bases }: Settings): string {
  const known = strips.flatMap((s) => (s.median === null ? [] : [{ ...s, median: s.median }]));
  known.sort((a, b) => b.median - a.median);
  const [most, least] = [known[0], known.at(-1)];
  if (!most || !least)
    return `Too few ${rows[0]?.versions ? "base models with tuned versions" : "tuned evaluations with a base model"} here (fewer than ${FEWEST}).`;
  const start = bases === "all" ? "From base to tuned" : "From pretrained to tuned";
  const over = rows[0]?.versions ? ` over ${baseWords(rows)}` : "";
  const first = `${start}, the median change${over} is largest on ${most.name}: ${changeWords(most, "95 % interval ")}`;
  return known.length === 1
    ? `${first}.`
    : `${first}, and lowest on ${least.name}: ${changeWords(least)}.`;
}

/** `+15.02 points (95 % interval +9.10 to +25.43)`, and where chance may be all that it is. */
function changeWords(
  { median, interval }: { median: number; interval: Interval | null },
  what = "",
): string {
  const value = `${signed(median)} points`;
  if (!interval) return value;
  const zero = holdsZero(interval) ? "; cannot be told from 0" : "";
  return `${value} (${what}${intervalWords(interval, signed)}${zero})`;
}
