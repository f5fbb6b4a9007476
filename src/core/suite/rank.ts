/**
 * Competition ranks ("1, 2, 2, 4"): 1 for the highest value, equal values share the better rank.
 *
 * @param values null is not ranked
 * @returns one rank per value, in the order given
 */
export function rank(values: readonly (number | null)[]): (number | null)[] {
  const order = values
    .map((value, index) => ({ value, index }))
    .filter((entry): entry is { value: number; index: number } => entry.value !== null)
    .sort((a, b) => b.value - a.value);
  const ranks: (number | null)[] = new Array(values.length).fill(null);
  order.forEach(({ value, index }, position) => {
    const previous = order[position - 1];
    ranks[index] =
      previous && previous.value === value ? (ranks[previous.index] ?? null) : position + 1;
  });
  return ranks;
}
