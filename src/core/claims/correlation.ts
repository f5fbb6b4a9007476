import { type Dot, scatterChart } from "../charts/scatter.ts";
import {
  correlationOf as byFamilies,
  familiesIn,
  ofFamilies,
  withInterval,
} from "../figures/family.ts";
import { pearson } from "../figures/pair.ts";
import type { ClaimOf } from "../records/announcement.ts";
import { count } from "../table/format.ts";
import { FEWEST, type Finding, listed, nameOf, type Table, type Verdict } from "./finding.ts";
import { byName, type Model, scoreOf } from "./models.ts";

/** The correlation that such words ask for. */
export const STRENGTH = { strong: 0.8, moderate: 0.5 } as const;

/** Size of the small pictures, in their own units. */
export const SMALL = { width: 380, height: 300 };

/** From 0 to the next 20 above all values: two pictures of nearly the same can be compared. */
export function domainOf(values: readonly number[]): [number, number] {
  const most = values.reduce((a, b) => Math.max(a, b), 1);
  return [0, Math.ceil(most / 20) * 20];
}

export function correlationRule({ strength }: ClaimOf<"correlation">): string {
  const least = STRENGTH[strength];
  return (
    `Holds: every correlation (Pearson’s r over models) is at least ${least}. In part: every one is at least ${least / 2}. ` +
    "The interval draws whole families of models anew, for models made from the same base are not independent; r over the pretrained models alone stands beside it."
  );
}

interface Pair {
  name: string;
  dots: Dot[];
  r: number | null;
  /** As it is said: with its interval, over how many models. */
  words: string;
  /** Of the pretrained models alone. */
  pretrained: { n: number; r: number | null };
}

/** Whether benchmarks go along with another, of the same table or of the archive's. */
export function judgeCorrelation(claim: ClaimOf<"correlation">, table: Table): Finding {
  const { suite, archive } = table;
  const isThen = claim.of.suite === "archive";
  const of = nameOf(isThen && archive ? archive.suite : suite, claim.of.key);
  const pairs = claim.with.map((key, group) => pairOf(claim, key, group, table));
  const known = pairs.flatMap(({ r, ...pair }) => (r === null ? [] : [{ ...pair, r }]));
  if (known.length < pairs.length) {
    return {
      verdict: "unknown",
      text: `${of} and ${listed(pairs.map((p) => p.name))}: too few models for a correlation (fewer than ${FEWEST}).`,
    };
  }
  return {
    verdict: verdictOf(claim, known),
    text: known.map((pair) => sentence(of, pair)).join(" "),
    picture: pictureOf(claim, of, pairs, table),
  };
}

function pairOf(claim: ClaimOf<"correlation">, key: string, group: number, table: Table): Pair {
  const then = claim.of.suite === "archive" ? byName(table.archive?.models ?? []) : null;
  const both = table.counted.flatMap((model) => {
    const x = scoreOf(then ? then.get(String(model.model)) : model, claim.of.key);
    const y = scoreOf(model, key);
    return x === null || y === null ? [] : [{ model, dot: { x, y, group } }];
  });
  const dots = both.map(({ dot }) => dot);
  const bases = both.filter(({ model }) => isPretrained(model)).map(({ dot }) => dot);
  return {
    name: nameOf(table.suite, key),
    dots,
    r: correlationOf(dots),
    words: correlationWords(both, then !== null),
    pretrained: { n: bases.length, r: correlationOf(bases) },
  };
}

/** A model with its place among others. */
interface Placed {
  model: Model;
  dot: Dot;
}

/** `r = 0.94, 95 % interval 0.91 to 0.96, over 176 models of 80 families in both tables` */
export function correlationWords(both: readonly Placed[], isThen: boolean): string {
  const rows = both.map(({ model, dot }) => ({
    family: model.family ?? String(model.model),
    x: dot.x,
    y: dot.y,
  }));
  const { r, interval } = byFamilies(
    rows,
    (row) => Number(row.x),
    (row) => Number(row.y),
  );
  const value = withInterval(r ?? Number.NaN, interval, (x) => x.toFixed(2).replace("-", "−"));
  const models = ofFamilies(`${count(rows.length)} models`, familiesIn(rows));
  return `r = ${value}, over ${models}${isThen ? " in both tables" : ""}`;
}

export function isPretrained({ model_type }: Model): boolean {
  return model_type === "pretrained";
}

export function correlationOf(dots: readonly Dot[]): number | null {
  return dots.length < FEWEST ? null : pearson(dots);
}

function verdictOf({ strength }: ClaimOf<"correlation">, known: readonly { r: number }[]): Verdict {
  const least = STRENGTH[strength];
  if (known.every(({ r }) => r >= least)) return "holds";
  return known.every(({ r }) => r >= least / 2) ? "part" : "not";
}

function sentence(
  of: string,
  { name, words, pretrained }: Pick<Pair, "name" | "words" | "pretrained">,
): string {
  const bases =
    pretrained.r === null
      ? ""
      : `; over the ${count(pretrained.n)} pretrained of them r = ${pretrained.r.toFixed(2)}`;
  return `${of} and ${name}: ${words}${bases}.`;
}

function pictureOf(claim: ClaimOf<"correlation">, of: string, pairs: Pair[], table: Table) {
  const unit = (normalized: boolean) => (normalized ? "points" : "%");
  const isThen = claim.of.suite === "archive";
  const across = isThen && table.archive ? table.archive.suite : table.suite;
  const names = pairs.map((p) => p.name);
  const dots = pairs.flatMap((p) => p.dots);
  const chart = scatterChart(dots, {
    label: pairs.map((p) => `${of} and ${p.name}: r = ${p.r?.toFixed(2)}`).join("; "),
    x: { label: `${of}, ${unit(across.normalized)}`, domain: domainOf(dots.map((d) => d.x)) },
    y: {
      label: `${listed(names)}, ${unit(table.suite.normalized)}`,
      domain: domainOf(dots.map((d) => d.y)),
    },
    ...(names.length > 1 ? { groups: names } : {}),
    ...SMALL,
  });
  const { attributes } = chart.picture;
  return names.length > 1
    ? { ...chart.picture, attributes: { ...attributes, class: "chart peers" } }
    : chart.picture;
}
