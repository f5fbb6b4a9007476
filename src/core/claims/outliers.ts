import { scatterChart } from "../charts/scatter.ts";
import type { ClaimOf } from "../records/announcement.ts";
import { plural } from "../table/format.ts";
import { correlationOf, correlationWords, domainOf, SMALL, STRENGTH } from "./correlation.ts";
import { FEWEST, type Finding, nameOf, some, type Table, type Verdict } from "./finding.ts";
import { byName, type Model, scoreOf, shortName } from "./models.ts";

/** So many models of a group are named. */
const NAMED = 3;

export function outliersRule({ zero, good, high, low }: ClaimOf<"outliers">): string {
  return (
    `Holds: r is at least ${STRENGTH.moderate}, there are models of both groups, and most of the second are chat or fine-tuned models. ` +
    "In part: r is at least that and there are models of one group. " +
    `The limits of the groups, ${zero} and ${good}, ${high} and ${low}, are ours.`
  );
}

interface Pair {
  model: Model;
  x: number;
  y: number;
  /** As the picture counts them: neither, first group, second group. */
  group: 0 | 1 | 2;
}

/** Whether two benchmarks go along but for the two groups of models that one of them wrongs. */
export function judgeOutliers(claim: ClaimOf<"outliers">, table: Table): Finding {
  const { suite, archive } = table;
  const [before, after] = [nameOf(archive!.suite, claim.before), nameOf(suite, claim.after)];
  const pairs = pairsOf(claim, table);
  const r = correlationOf(pairs);
  if (r === null) {
    return {
      verdict: "unknown",
      text: `${before} and ${after}: too few models in both tables (fewer than ${FEWEST}).`,
    };
  }
  const [first, second] = [1, 2].map((g) => pairs.filter((p) => p.group === g)) as [Pair[], Pair[]];
  const tuned = second.filter(({ model }) => isTuned(model)).length;
  return {
    verdict: verdictOf(r, first.length, second.length, tuned),
    text: [
      `${before} and ${after}: ${correlationWords(
        pairs.map((dot) => ({ model: dot.model, dot })),
        true,
      )}.`,
      `First group (${before} at most ${claim.zero}, ${after} at least ${claim.good}): ${groupText(first)}.`,
      `Second group (${before} at least ${claim.high}, ${after} at most ${claim.low}): ${groupText(second)}${tunedText(second.length, tuned)}.`,
      basesText(second, table, claim.after),
    ]
      .filter(Boolean)
      .join(" "),
    picture: pictureOf(pairs, before, after, table),
  };
}

function pairsOf(claim: ClaimOf<"outliers">, { counted, archive }: Table): Pair[] {
  const then = byName(archive!.models);
  return counted.flatMap((model): Pair[] => {
    const x = scoreOf(then.get(String(model.model)), claim.before);
    const y = scoreOf(model, claim.after);
    return x === null || y === null ? [] : [{ model, x, y, group: groupOf(claim, x, y) }];
  });
}

function groupOf({ zero, good, high, low }: ClaimOf<"outliers">, x: number, y: number): 0 | 1 | 2 {
  if (x <= zero && y >= good) return 1;
  return x >= high && y <= low ? 2 : 0;
}

function isTuned({ model_type }: Model): boolean {
  return model_type === "chat" || model_type === "fine_tuned";
}

function verdictOf(r: number, first: number, second: number, tuned: number): Verdict {
  if (r < STRENGTH.moderate || first + second === 0) return "not";
  return first > 0 && second > 0 && tuned > second / 2 ? "holds" : "part";
}

/** How many there are, and those that stand out most. */
function groupText(group: readonly Pair[]): string {
  if (group.length === 0) return "no model";
  const sorted = [...group].sort((a, b) => Math.abs(b.x - b.y) - Math.abs(a.x - a.y));
  const names = sorted.map(({ model }) => shortName(String(model.model)));
  return `${plural(group.length, "model")}, ${some(names, NAMED)}`;
}

function tunedText(all: number, tuned: number): string {
  return all === 0 ? "" : `; ${tuned} of ${all} are chat or fine-tuned models`;
}

/** Whether the base models of the second group score higher, of those that are in the table. */
function basesText(group: readonly Pair[], { models, suite }: Table, key: string): string {
  const known = byName(models);
  const bases = group.flatMap(({ model, y }) => {
    const base = scoreOf(known.get(String(model.base_model)), key);
    return base === null || model.base_model === model.model ? [] : [base > y];
  });
  if (bases.length === 0)
    return group.length === 0 ? "" : "No base model of these is known and in the table.";
  const higher = bases.filter(Boolean).length;
  return `For ${bases.length} of these the base model is known and in the table: it scores higher on ${nameOf(suite, key)} for ${higher}.`;
}

function pictureOf(pairs: Pair[], before: string, after: string, { suite, archive }: Table) {
  const unit = (normalized: boolean) => (normalized ? "points" : "%");
  return scatterChart(pairs, {
    label: `${before} and ${after}, with the models of both groups marked.`,
    x: { label: `${before}, ${unit(archive!.suite.normalized)}`, domain: [0, 100] },
    y: {
      label: `${after}, ${unit(suite.normalized)}`,
      domain: domainOf(pairs.map((p) => p.y)),
    },
    groups: ["Other models", "First group", "Second group"],
    ...SMALL,
  }).picture;
}
