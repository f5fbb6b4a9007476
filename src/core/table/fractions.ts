import type { Value } from "./grid.ts";

/**
 * Scores are fractions: so many of so many questions, or means of such. As numerators of one
 * denominator they take half the bytes of the numbers that they stand for. Published tables give
 * 15 digits; what is not exactly that stays a number of its own.
 */
type Columns = Record<string, readonly Value[]>;

/** Numerators are written as 32-bit integers. */
const MOST = 2 ** 31 - 1;
/** A denominator beyond this is chance, not a number of questions. */
const LARGEST_DENOMINATOR = 3e6;
/** So many values tell the denominator of a column. */
const SAMPLE = 400;

/** Columns of numbers with one denominator become `NAME/DENOMINATOR` with numerators, and `NAME` with the rest. */
export function foldFractions(columns: Columns): Columns {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([name, values]) => foldColumn(name, values)),
  );
}

/** The columns again, bit by bit. */
export function unfoldFractions(columns: Columns): Columns {
  const unfolded: Columns = { ...columns };
  for (const [folded, numerators] of Object.entries(columns)) {
    const [name, denominator] = folded.split("/");
    if (name === undefined || denominator === undefined) continue;
    const others = columns[name];
    delete unfolded[folded];
    unfolded[name] = numerators.map((n, row) =>
      typeof n === "number" ? quotient(n, Number(denominator)) : (others?.[row] ?? null),
    );
  }
  return unfolded;
}

function foldColumn(name: string, values: readonly Value[]): [string, readonly Value[]][] {
  const known = values.filter((v) => v !== null);
  const denominator = known.every((v) => typeof v === "number") ? denominatorOf(known) : null;
  if (denominator === null) return [[name, values]];
  const numerators = values.map((v) => numeratorOf(v as number | null, denominator));
  const folded = numerators.filter((n) => n !== null).length;
  if (2 * folded <= known.length) return [[name, values]];
  const column: [string, readonly Value[]] = [`${name}/${denominator}`, numerators];
  if (folded === known.length) return [column];
  return [column, [name, values.map((v, row) => (numerators[row] === null ? v : null))]];
}

function numeratorOf(value: number | null, denominator: number): number | null {
  if (value === null) return null;
  const numerator = Math.round(value * denominator);
  // -0 has no numerator.
  const isSame = Object.is(quotient(numerator, denominator), value);
  return isSame && Math.abs(numerator) <= MOST ? numerator : null;
}

/** Rounded to 15 digits. Powers of ten up to 22 are exact, so a division by one rounds once. */
function quotient(numerator: number, denominator: number): number {
  const exact = numerator / denominator;
  if (exact === 0) return 0;
  const power = 15 - Math.ceil(Math.log10(Math.abs(exact)));
  if (power < 0 || power > 22) return exact;
  const scale = 10 ** power;
  return Math.round(exact * scale) / scale;
}

/** The smallest one for the first values that have any; null where all are whole, or none is found. */
function denominatorOf(values: readonly number[]): number | null {
  let common = 1;
  for (const value of values.slice(0, SAMPLE)) {
    const own = ownDenominator(Math.abs(value));
    if (own === null) continue;
    const next = (common / greatestDivisor(common, own)) * own;
    if (next <= LARGEST_DENOMINATOR) common = next;
  }
  return common > 1 ? common : null;
}

/** By continued fraction. */
function ownDenominator(value: number): number | null {
  let rest = value;
  let [p0, p, q0, q] = [0, 1, 1, 0];
  while (Number.isFinite(rest)) {
    const whole = Math.floor(rest);
    [p0, p, q0, q] = [p, whole * p + p0, q, whole * q + q0];
    if (q > LARGEST_DENOMINATOR) return null;
    if (Math.abs(p / q - value) <= 1e-14 * Math.max(value, 0.1)) return q;
    rest = 1 / (rest - whole);
  }
  return null;
}

function greatestDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestDivisor(b, a % b);
}
