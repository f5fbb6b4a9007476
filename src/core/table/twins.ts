import type { Availability } from "../records/evaluation.ts";

/** What tells whether two evaluations may be of one model under two names. */
export interface Scored {
  model: string;
  /** Of each benchmark, in the suite's order: raw where the suite normalises, for 0 hides what is below. */
  scores: readonly (number | null)[];
  flagged: boolean;
  availability: Availability | null;
  /** Days, `YYYY-MM-DD`. */
  uploaded_at: string | null;
  submitted_at: string | null;
  eval_id: string;
}

/** Scores are the same to this much, in whatever unit they are in: sums of doubles differ in their last bits. */
const SAME = 1e-9;

/**
 * Fewer pairs than this are to be expected by chance before equal scores count as more than that: on a
 * table of three rows and one benchmark of twenty questions, equal scores say nothing.
 */
const BY_CHANCE = 0.01;

/**
 * For each evaluation the index of the one whose scores it has under another name, or null: for those
 * with scores of their own, for the first of those with the same, and where a score is unknown. The
 * first is one that is not flagged and not gone where there is such, then the one uploaded first (or
 * submitted, where that is all that is known), then by name.
 */
export function twinsOf(rows: readonly Scored[]): (number | null)[] {
  const twins: (number | null)[] = new Array(rows.length).fill(null);
  for (const group of sameScores(rows, 0)) {
    const [first, ...others] = [...group].sort((a, b) => comesFirst(rows[a]!, rows[b]!));
    for (const other of others) {
      if (rows[other]!.model !== rows[first!]!.model) twins[other] = first!;
    }
  }
  return twins;
}

/**
 * Groups of rows, of two models or more, with the same scores on all benchmarks, or on all but one
 * (`but`), which is another for each group. With `but` a row may be in several groups.
 */
export function sameScores(
  rows: readonly Pick<Scored, "model" | "scores">[],
  but: 0 | 1,
): number[][] {
  const whole = rows.flatMap(({ scores }, i) => (scores.every((s) => s !== null) ? [i] : []));
  const width = rows[whole[0] ?? 0]?.scores.length ?? 0;
  const keys = whole.map((i) => rows[i]!.scores.map((s) => Math.round(s! / SAME)));
  const shares = Array.from({ length: width }, (_, b) => sharesOf(keys.map((k) => k[b]!)));
  const left = but === 0 ? [-1] : Array.from({ length: width }, (_, b) => b);
  return left.flatMap((without) => {
    const groups = new Map<string, number[]>();
    keys.forEach((key, i) => {
      const text = key.filter((_, b) => b !== without).join(" ");
      const group = groups.get(text);
      if (group) group.push(i);
      else groups.set(text, [i]);
    });
    const pairs = (whole.length * (whole.length - 1)) / 2;
    return [...groups.values()].flatMap((group) => {
      if (group.length < 2) return [];
      const chance = keys[group[0]!]!.reduce(
        (product, value, b) => (b === without ? product : product * shares[b]!.get(value)!),
        pairs,
      );
      const members = group.map((i) => whole[i]!);
      const models = new Set(members.map((i) => rows[i]!.model));
      return models.size > 1 && chance < BY_CHANCE ? [members] : [];
    });
  });
}

/** How often each value occurs, as a share of all: what a value that many have says is little. */
function sharesOf(values: readonly number[]): Map<number, number> {
  const shares = new Map<number, number>();
  for (const value of values) shares.set(value, (shares.get(value) ?? 0) + 1 / values.length);
  return shares;
}

function comesFirst(a: Scored, b: Scored): number {
  const order =
    Number(a.flagged) - Number(b.flagged) ||
    Number(a.availability === "gone") - Number(b.availability === "gone");
  if (order !== 0) return order;
  const keys = (row: Scored) => [
    row.uploaded_at ?? row.submitted_at ?? LAST,
    row.submitted_at ?? LAST,
    row.model,
    row.eval_id,
  ];
  const [mine, other] = [keys(a), keys(b)];
  const i = mine.findIndex((key, at) => key !== other[at]);
  return i < 0 ? 0 : mine[i]! < other[i]! ? -1 : 1;
}

/** After every day. */
const LAST = "9999-12-31";
