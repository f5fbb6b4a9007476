import { formatParams } from "./format.ts";
import {
  type StatedSize,
  saysBits,
  saysCut,
  saysPacked,
  splitSizes,
  statedSizes,
} from "./name-size.ts";
import { sameScores } from "./twins.ts";

/** What tells whether a row's size may be true. */
export interface Sized {
  model: string;
  /** Billions of parameters. */
  params_b: number | null;
  architecture: string | null;
  base_model: string | null;
  weight_type: string | null;
  /** As in `Scored`. */
  scores: readonly (number | null)[];
}

/** A name's size and the files' may differ by this factor: what is called 7B has 6.7 to 8.5. */
const NAME = 1.5;
/** Counts that differ by more than these factors are of two models: with the same scores, of one family. */
const TWIN = 1.1;
const FAMILY = 1.15;
/** A whole number may stand for a count this near, as 14 does for 14.77; 7 is none for 7.62. */
const WHOLE = 1.06;
/** So many models with one count make it known. */
const SEVERAL = 3;
/** Billions. Below, a size counts only where the name states it too. */
const FLOOR = 0.01;

/**
 * Why each row's size is doubted, in words; null where nothing speaks against it, or it is unknown.
 *
 * A size is either counted from the files of the weights or, where it is a whole number of billions,
 * repeats the name. Counts are wrong where weights are packed or stored twice, repetitions where the name
 * rounds, or means something else. So a size is set against what its name states, models with the same
 * scores, the model it was made from, and others of its architecture. A count that another model of the
 * same architecture has exactly, and whose name agrees with it, stands whatever its own name says.
 */
export function sizeDoubts(rows: readonly Sized[]): (string | null)[] {
  const facts = rows.map(factsOf);
  const shared = sharedCounts(facts);
  const doubts: (string | null)[] = facts.map(() => null);
  /** All rows see the doubts of the rules before, none those of the same rule. */
  const apply = (rule: (row: Facts, i: number) => string | null) => {
    const found = facts.map((row, i) => (row.size === null ? null : rule(row, i)));
    for (const [i, doubt] of found.entries()) doubts[i] ??= doubt;
  };
  apply((row) => floorDoubt(row) ?? nameDoubt(row, shared));
  apply((row) => sharedDoubt(row, shared));
  const twins = countedTwins(facts, doubts);
  apply((row, i) => twinDoubt(row, shared, twins(i)));
  const counted = facts.filter((row, i) => row.size !== null && !row.whole && doubts[i] === null);
  const bases = new Map(counted.map((row) => [row.model, row]));
  apply((row) => baseDoubt(row, shared, bases));
  const families = countsOfFamilies(counted);
  apply((row) => familyDoubt(row, families) ?? halfDoubt(row, shared, families));
  return doubts;
}

interface Facts extends Sized {
  /** Billions of parameters. */
  size: number | null;
  stated: StatedSize[];
  /** Whether the name states about this size. */
  named: boolean;
  /** A whole number of billions repeats a name: a count of parameters is none. */
  whole: boolean;
}

function factsOf(row: Sized): Facts {
  const size = row.params_b;
  const experts = /moe|mixtral/i.test(row.architecture ?? "");
  const stated = statedSizes(row.model).map(
    ([first, ...rest]): StatedSize => (experts ? [first] : [first, ...rest]),
  );
  const named = size !== null && stated.flat().some((s) => isNear(s, size, NAME));
  return { ...row, size, stated, named, whole: size !== null && Number.isInteger(size) };
}

function isNear(a: number, b: number, factor: number): boolean {
  return Math.max(a, b) <= factor * Math.min(a, b);
}

/** What the names of the models with one architecture and exactly one count say of it. */
interface Shared {
  /** Models whose names agree. */
  agree: Set<string>;
  /** What those state whose names contradict. */
  others: StatedSize[];
}

function keyOf({ architecture, size }: Facts): string {
  return `${architecture} ${size}`;
}

function sharedCounts(facts: readonly Facts[]): Map<string, Shared> {
  const counts = new Map<string, Shared>();
  for (const row of facts) {
    if (row.size === null || row.whole || row.stated.length === 0) continue;
    const known = counts.get(keyOf(row)) ?? { agree: new Set(), others: [] };
    counts.set(keyOf(row), known);
    if (row.named) known.agree.add(row.model);
    else if (isTooSmall(row) || isTwice(row)) known.others.push(...row.stated);
  }
  return counts;
}

/** Whether the name of another model of this architecture agrees with exactly this count. */
function isShared(row: Facts, shared: Map<string, Shared>): boolean {
  const agree = shared.get(keyOf(row))?.agree;
  return !row.whole && agree !== undefined && agree.size > Number(agree.has(row.model));
}

/** Far below what the name states, which is not that of a model before parts were cut out. */
function isTooSmall({ model, size, stated, named }: Facts): boolean {
  return !named && stated.length > 0 && stated.every(([s]) => s > NAME * size!) && !saysCut(model);
}

/** Far above it, of an adapter: its files may hold the base as well. */
function isTwice({ size, stated, weight_type }: Facts): boolean {
  return weight_type === "Adapter" && stated.length > 0 && stated.every(([s]) => NAME * s < size!);
}

const ADAPTER = ": files of an adapter may hold its base as well";

function floorDoubt({ size, named }: Facts): string | null {
  return size! < FLOOR && !named
    ? `it is below ${formatParams(FLOOR)}, and the name does not state it`
    : null;
}

function nameDoubt(row: Facts, shared: Map<string, Shared>): string | null {
  const { model, size, stated, named, whole } = row;
  const split = splitSizes(model);
  if (whole && split.length > 0 && !split.some((s) => isNear(s, size!, NAME)))
    return `the name states ${formatParams(split[0]!)}`;
  if (named || isShared(row, shared)) return null;
  if (whole && saysBits(model, size!)) return `the name has the number as one of bits: ${size}bit`;
  if (saysPacked(model)) return "the name says that the weights are packed into few bits";
  if (isTooSmall(row)) return `the name states ${list(stated)}`;
  return isTwice(row) ? `the name states ${list(stated)}${ADAPTER}` : null;
}

/** A count that contradicts every name which states a size is as wrong for those that state none. */
function sharedDoubt(row: Facts, shared: Map<string, Shared>): string | null {
  const known = shared.get(keyOf(row));
  if (!known || row.stated.length > 0 || known.agree.size > 0 || known.others.length === 0)
    return null;
  return `models of this architecture with exactly this count state ${list(known.others)}`;
}

/**
 * For a row, those of its architecture with the same scores on all benchmarks but one at most, and a
 * counted size that nothing speaks against. One by one: where hundreds share scores, the pairs are many.
 */
function countedTwins(
  facts: readonly Facts[],
  doubts: readonly (string | null)[],
): (i: number) => Iterable<Facts> {
  const groups = new Map<number, number[][]>();
  for (const group of sameScores(facts, 1)) {
    for (const i of group) {
      const own = groups.get(i);
      if (own) own.push(group);
      else groups.set(i, [group]);
    }
  }
  return function* (i) {
    const own = facts[i]!;
    for (const j of (groups.get(i) ?? []).flat()) {
      const other = facts[j]!;
      const isOne = other.architecture === own.architecture && other.model !== own.model;
      const isCounted = other.size !== null && !other.whole && doubts[j] === null;
      if (isOne && isCounted) yield other;
    }
  };
}

/** Where both are counted, layers that do nothing may have been added: then the names decide. */
function twinDoubt(row: Facts, shared: Map<string, Shared>, twins: Iterable<Facts>): string | null {
  const isSound = (each: Facts) => each.named || isShared(each, shared);
  for (const twin of twins) {
    if (isNear(twin.size!, row.size!, row.whole ? WHOLE : TWIN)) continue;
    if (row.whole || (!isSound(row) && isSound(twin)))
      return `${twin.model} has the same scores and ${formatParams(twin.size!)}`;
  }
  return null;
}

function baseDoubt(
  row: Facts,
  shared: Map<string, Shared>,
  bases: Map<string, Facts>,
): string | null {
  const base = row.base_model === null ? undefined : bases.get(row.base_model);
  if (!base || base.model === row.model) return null;
  const size = row.size!;
  const words = `${base.model}, which it was made from, has ${formatParams(base.size!)}`;
  if (row.weight_type === "Adapter" && size > NAME * base.size!) return words + ADAPTER;
  if (row.architecture !== base.architecture) return null;
  if (isNear(size, base.size!, row.whole ? WHOLE : FAMILY)) return null;
  if (row.whole) return words;
  const isExplained =
    saysCut(row.model) ||
    isShared(row, shared) ||
    row.stated.some(([s]) => isNear(s, size, FAMILY));
  // Larger ones have been given layers, or an output layer of their own.
  return size < base.size! && !isExplained ? words : null;
}

/** Counts of each architecture that several models have, so that none is one model's mistake. */
function countsOfFamilies(counted: readonly Facts[]): Map<string, number[]> {
  const models = new Map<string, Set<string>>();
  const families = new Map<string, number[]>();
  for (const row of counted) {
    if (row.architecture === null) continue;
    const known = models.get(keyOf(row)) ?? new Set();
    models.set(keyOf(row), known.add(row.model));
    if (known.size !== SEVERAL) continue;
    const family = families.get(row.architecture) ?? [];
    families.set(row.architecture, family);
    if (!family.includes(row.size!)) family.push(row.size!);
  }
  return families;
}

/** Counts are given to the thousandth of a billion. */
const DIGIT = 0.001;

/** Half the weights of a model that is well known. */
function halfDoubt(row: Facts, shared: Map<string, Shared>, families: Families): string | null {
  if (row.named || isShared(row, shared) || row.size! < 100 * DIGIT) return null;
  const whole = families
    .get(String(row.architecture))
    ?.find((count) => Math.abs(2 * row.size! - count) < 1.5 * DIGIT);
  return whole
    ? `it is exactly half of ${formatParams(whole)}, which others of this architecture have`
    : null;
}

type Families = Map<string, number[]>;

/** Only where the architecture is known at about this scale: else it may be the first of its size. */
function familyDoubt(row: Facts, families: Families): string | null {
  if (!row.whole || row.architecture === null) return null;
  const sizes = (families.get(row.architecture) ?? []).filter((s) => isNear(s, row.size!, NAME));
  if (sizes.length === 0 || sizes.some((s) => isNear(s, row.size!, WHOLE))) return null;
  const far = (s: number) => Math.abs(s - row.size!);
  const nearest = sizes.reduce((a, b) => (far(b) < far(a) ? b : a));
  return `it repeats the name, and the nearest count of this architecture is ${formatParams(nearest)}`;
}

function list(stated: readonly StatedSize[]): string {
  const sizes = [...new Set(stated.map(([first]) => first))].sort((a, b) => a - b);
  return sizes.map(formatParams).join(" or ");
}
