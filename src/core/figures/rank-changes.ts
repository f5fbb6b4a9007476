import { slopeChart } from "../charts/slope.ts";
import { count } from "../table/format.ts";
import { numberLiteral } from "../view/quote.ts";
import type { View } from "../view/view.ts";
import { COMMIT, commitWords, formerName, fromBoth, shortName, THEN } from "./both.ts";
import type { Context, Drawing, Figure, Mark, Row } from "./figure.ts";
import { FEWEST } from "./figure.ts";
import { knowsAll } from "./known.ts";
import type { Option, Settings } from "./option.ts";

/** Where the archive's best stand today, both ranks among the models in both tables. */
export const rankChangesFigure: Figure = {
  name: "rank-changes",
  known: ({ main, archive }, knows) =>
    [main, archive!].every((suite) => knowsAll(suite, knows, "average")),
  tables: ({ main, archive }) => [main.table, archive!.table],
  options: () => [TOP, STABLE, COMMIT],
  sql,
  draw,
  columns: ({ main, archive }) => [
    { name: "model", label: "Model" },
    { name: "before", label: `Rank in ${archive!.name}`, digits: 0 },
    { name: "now", label: `Rank in ${main.name}`, digits: 0 },
    { name: "change", label: "Places gained", digits: 0 },
    { name: "before_average", label: "Average then", digits: 2 },
    { name: "now_average", label: "Average now", digits: 2 },
    { name: "same_commit", label: "Same commit" },
    { name: "then_model", label: "Named then" },
  ],
};

const TOP: Option = {
  name: "top",
  label: "Archive’s best",
  kind: "choice",
  initial: "10",
  values: [
    { value: "10", label: "Top 10" },
    { value: "50", label: "Top 50" },
  ],
};

const STABLE: Option = {
  name: "stable",
  label: "Stable: moved at most, places",
  kind: "number",
  initial: "10",
  min: 0,
  max: 1000,
  step: 1,
};

/** Letters of a name beside its line. */
const LETTERS = 23;
/** So many names fit beside the lines. */
const NAMES = 24;

/**
 * Each row also carries `models`, how many are ranked, `same`, how many of them were evaluated at one
 * commit, and `flagged`, how many are not ranked for their scores in either table are in doubt. Equal
 * averages share a rank.
 */
function sql(context: Context, view: View, settings: Settings): string {
  return [
    "WITH pairs AS (",
    "  SELECT model, archived.average AS before_average, present.average AS now_average,",
    "    coalesce(archived.flagged, FALSE) OR coalesce(present.flagged, FALSE) AS flagged,",
    `    ${THEN}`,
    `  ${fromBoth(context, view, settings, "flagged")}`,
    "  WHERE archived.average IS NOT NULL AND present.average IS NOT NULL",
    "), ranked AS (",
    "  SELECT *, rank() OVER (ORDER BY before_average DESC) AS before_rank,",
    "    rank() OVER (ORDER BY now_average DESC) AS now_rank,",
    "    count(*) OVER () AS models, count(*) FILTER (same_commit) OVER () AS same",
    "  FROM pairs WHERE NOT flagged",
    ")",
    "SELECT model, before_rank AS before, now_rank AS now, before_rank - now_rank AS change,",
    "  before_average, now_average, same_commit, then_model, models, same,",
    "  (SELECT count(*) FROM pairs WHERE pairs.flagged) AS flagged",
    "FROM ranked",
    `WHERE before_rank <= ${numberLiteral(Number(settings.top))}`,
    "ORDER BY before_rank, now_rank, model",
  ].join("\n");
}

function draw({ main, archive }: Context, rows: Row[], settings: Settings): Drawing {
  const stable = rows.map((row) => Math.abs(Number(row.change)) <= Number(settings.stable));
  const named = chooseNames(rows, stable);
  const models = Number(rows[0]?.models ?? 0);
  const title = findingOf(rows, settings, models);
  const chart = slopeChart(
    rows.map((row, i) => ({
      name: shortName(String(row.model), LETTERS),
      from: Number(row.before),
      to: Number(row.now),
      strong: stable[i]!,
      named: named[i]!,
    })),
    { label: title, from: archive!.name, to: main.name, lowest: models },
  );
  const mark = (i: number, place: Pick<Mark, "x" | "y" | "reach">): Mark => ({
    ...place,
    ...wordsOf(rows[i]!, { main, archive }),
  });
  return {
    title,
    count: countWords(rows, models),
    picture: chart.picture,
    marks: [
      ...rows.map((_, i) => mark(i, chart.end(i))),
      ...rows.flatMap((_, i) => (named[i] ? [mark(i, chart.name(i))] : [])),
    ],
  };
}

/** All names where there is room for them, else those of the stable ones that come first. */
function chooseNames(rows: readonly Row[], stable: readonly boolean[]): boolean[] {
  if (rows.length <= NAMES) return rows.map(() => true);
  let left = NAMES;
  return stable.map((so) => so && left-- > 0);
}

function countWords(rows: readonly Row[], models: number): string {
  const [same, flagged] = [Number(rows[0]?.same ?? 0), Number(rows[0]?.flagged ?? 0)];
  const left = flagged > 0 ? `; not ranked: ${count(flagged)} flagged in one of the two` : "";
  return `${count(models)} models in both${commitWords(same, models)}; ${count(rows.length)} drawn${left}`;
}

function wordsOf(row: Row, { main, archive }: Pick<Context, "main" | "archive">) {
  return {
    title: String(row.model),
    lines: [
      ...formerName(row),
      [archive!.name, `rank ${row.before}, average ${Number(row.before_average).toFixed(2)}`],
      [main.name, `rank ${row.now}, average ${Number(row.now_average).toFixed(2)}`],
      ["Commit", commitOf(row)],
    ] as [string, string][],
    model: String(row.model),
  };
}

function commitOf({ same_commit: same }: Row): string {
  if (same === null) return "not known of both";
  return same === true ? "the same" : "another then";
}

function findingOf(rows: readonly Row[], { top }: Settings, models: number): string {
  if (models < FEWEST) return `Too few models in both to compare ranks (fewer than ${FEWEST}).`;
  const stayed = rows.filter((row) => Number(row.now) <= Number(top)).length;
  const last = rows.reduce((a, b) => (Number(b.change) < Number(a.change) ? b : a));
  const fall =
    Number(last.change) < 0
      ? `; ${shortName(String(last.model), LETTERS)} falls furthest, from ${last.before} to ${last.now}`
      : "";
  return `Of the archive’s top ${top}, ${stayed} are still in the top ${top} of ${count(models)} models${fall}.`;
}
