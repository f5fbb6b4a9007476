import { normalDraws } from "./draws.ts";
import { type Bound, bonferroni, LEVEL, type Scores } from "./uncertainty.ts";

/** Imagined tables: the critical value is then right to about 0.03 standard errors. */
export const DRAWS = 1000;

/** Any number would do; always the same one makes the same ranges of the same table. */
export const SEED = 20240626;

/**
 * Share of a model's hypotheses up to which a further step is not worth its time: that many fewer
 * lower the critical value by less than the draws make it uncertain. To stop early is never wrong,
 * only a little more careful.
 */
const FEW = 0.01;

/**
 * The bootstrap with stepdown of Mogstad, Romano, Shaikh and Wilhelm, "Inference for ranks", Review of
 * Economic Studies 91 (2024), section 3: how far apart scores must be, model by model.
 *
 * For one model j, each other model k gives two hypotheses, "k is no better" and "k is no worse". The
 * first critical value is the quantile, over drawn tables in which all are equal, of the largest
 * difference from j in standard errors, z. Hypotheses beyond it are rejected, and need no protection
 * any more: the next critical value is that of the rest, which is smaller; and so on until none is
 * rejected. Here a hypothesis leaves only together with all about better (or worse) models still, so
 * that what is left are runs of the order: more than need be, which errs to the wide side, and lets
 * all models share one pass over each draw.
 *
 * Draws are normal and independent, with the given standard errors. Bonferroni's bound is one in any
 * case: a drawn value that chance puts above it gives way to it.
 */
export const stepdown: Bound = (scores) => {
  if (answered && same(answered.scores, scores)) return answered.squares;
  const most = bonferroni(scores);
  const squares = steppedSquares(scores).map((square, j) => Math.min(square, most[j]!));
  answered = { scores, squares };
  return squares;
};

/** Two figures of a page ask for the same field; the answer takes a second or two. */
let answered: { scores: Scores; squares: Float64Array } | undefined;

function same(a: Scores, b: Scores): boolean {
  const equal = (one: Float64Array, other: Float64Array) =>
    one.length === other.length && one.every((x, i) => x === other[i]);
  return equal(a.values, b.values) && equal(a.variances, b.variances);
}

function steppedSquares({ values, variances }: Scores): Float64Array {
  const size = values.length;
  const squares = new Float64Array(size);
  const left: Left = {
    first: new Int32Array(size),
    last: new Int32Array(size).fill(size - 1),
  };
  let rows = Int32Array.from(squares.keys());
  while (rows.length > 0) {
    const found = criticalSquares(variances, left, rows);
    rows.forEach((j, i) => {
      squares[j] = found[i]!;
    });
    rows = rows.filter((j) => stepDown({ values, variances }, squares[j]!, left, j) > FEW);
  }
  return squares;
}

/** Models from `first` on may still be no better than each, those up to `last` no worse. */
interface Left {
  first: Int32Array;
  last: Int32Array;
}

/**
 * Moves the ends of what is not told apart from the model `j`.
 *
 * @returns share of the hypotheses left that this rejects
 */
function stepDown({ values, variances }: Scores, square: number, left: Left, j: number): number {
  const told = (k: number) =>
    (values[k]! - values[j]!) ** 2 > square * (variances[j]! + variances[k]!);
  let [first, last] = [left.first[j]!, left.last[j]!];
  while (first < j && told(first)) first++;
  while (last > j && told(last)) last--;
  const rejected = first - left.first[j]! + left.last[j]! - last;
  const before = values.length - 1 - left.first[j]! + left.last[j]!;
  left.first[j] = first;
  left.last[j] = last;
  return rejected / before;
}

/** Quantiles of the largest squared z among what is not told apart yet, for some of the models. */
function criticalSquares(
  variances: Float64Array,
  { first, last }: Left,
  rows: Int32Array,
): Float64Array {
  const size = variances.length;
  const errors = variances.map(Math.sqrt);
  const draw = normalDraws(SEED);
  // The least of the largest few is the quantile.
  const largest = new Largest(rows.length, DRAWS + 1 - Math.ceil((1 - LEVEL) * (DRAWS + 1)));
  const mirrored = (k: number) => size - 1 - k;
  const upside = sideOf(variances, rows, (j) => first[j]!);
  const downside = sideOf(variances.toReversed(), rows.map(mirrored), (j) =>
    mirrored(last[mirrored(j)]!),
  );
  const scores = new Float64Array(size);
  const mirror = new Float64Array(size);
  const most = new Float64Array(rows.length);
  for (let i = 0; i < DRAWS; i++) {
    draw(scores);
    for (let k = 0; k < size; k++) {
      scores[k]! *= errors[k]!;
      mirror[size - 1 - k] = -scores[k]!;
    }
    most.set(largest.least);
    farthestAbove(scores, upside, most);
    farthestAbove(mirror, downside, most);
    largest.add(most);
  }
  return largest.least;
}

/** Which models are looked at, and from which one on scores above them count. */
interface Side {
  variances: Float64Array;
  rows: Int32Array;
  starts: Int32Array;
  /** Indices of `rows` in falling order of their starts. */
  order: Int32Array;
  front: Front;
}

function sideOf(variances: Float64Array, rows: Int32Array, start: (j: number) => number): Side {
  const starts = rows.map(start);
  const order = Int32Array.from(rows.keys()).sort((a, b) => starts[b]! - starts[a]!);
  return { variances, rows, starts, order, front: new Front(variances.length) };
}

/**
 * The largest squared z by which a score counts above each model's, where it is larger than what
 * `most` has already. Only scores that none exceeds with as small an error can have it, a handful of
 * thousands: these are kept as the scores come in, from the last on.
 */
function farthestAbove(scores: Float64Array, side: Side, most: Float64Array): void {
  const { variances, rows, starts, order, front } = side;
  front.clear();
  let next = scores.length;
  let highest = 0;
  let least = 0;
  for (let n = 0; n < order.length; n++) {
    const i = order[n]!;
    if (next > starts[i]!) {
      while (next > starts[i]!) {
        next--;
        front.enter(scores[next]!, variances[next]!);
      }
      highest = front.highest;
      least = front.leastVariance;
    }
    const j = rows[i]!;
    const score = scores[j]!;
    const variance = variances[j]!;
    const reach = highest - score;
    // Most are out of reach: the highest, were it the surest, is not far enough above them.
    if (reach > 0 && reach * reach > most[i]! * (variance + least)) {
      most[i] = front.farthest(score, variance, most[i]!);
    }
  }
}

/** Scores that no other exceeds with as small a variance, rising in both. */
class Front {
  readonly #scores: Float64Array;
  readonly #variances: Float64Array;
  #length = 0;

  /** @param size how many there may be */
  constructor(size: number) {
    this.#scores = new Float64Array(size);
    this.#variances = new Float64Array(size);
  }

  clear(): void {
    this.#length = 0;
  }

  enter(score: number, variance: number): void {
    let at = this.#length;
    while (at > 0 && this.#variances[at - 1]! > variance) at--;
    if (at > 0 && this.#scores[at - 1]! >= score) return;
    let end = at;
    while (end < this.#length && this.#scores[end]! <= score) end++;
    this.#scores.copyWithin(at + 1, end, this.#length);
    this.#variances.copyWithin(at + 1, end, this.#length);
    this.#scores[at] = score;
    this.#variances[at] = variance;
    this.#length += at + 1 - end;
  }

  get highest(): number {
    return this.#scores[this.#length - 1]!;
  }

  get leastVariance(): number {
    return this.#variances[0]!;
  }

  /** The largest squared z of one above a score, or `least` where none is larger. */
  farthest(score: number, variance: number, least: number): number {
    let most = least;
    for (let i = 0; i < this.#length; i++) {
      const above = this.#scores[i]! - score;
      const spread = variance + this.#variances[i]!;
      if (above > 0 && above * above > most * spread) most = (above * above) / spread;
    }
    return most;
  }
}

/** The largest few of many numbers from 0 up, for each of several. */
class Largest {
  readonly #kept: number;
  readonly #numbers: Float64Array;
  /** The least of those kept, for each. */
  readonly least: Float64Array;

  constructor(size: number, kept: number) {
    this.#kept = kept;
    this.#numbers = new Float64Array(size * kept);
    this.least = new Float64Array(size);
  }

  /** @param numbers one for each */
  add(numbers: Float64Array): void {
    for (let i = 0; i < numbers.length; i++) {
      if (numbers[i]! > this.least[i]!) this.#insert(i, numbers[i]!);
    }
  }

  #insert(index: number, number: number): void {
    const start = index * this.#kept;
    const end = start + this.#kept;
    let at = start + 1;
    for (; at < end && this.#numbers[at]! < number; at++) {
      this.#numbers[at - 1] = this.#numbers[at]!;
    }
    this.#numbers[at - 1] = number;
    this.least[index] = this.#numbers[start]!;
  }
}
