/** Names that are looked through: their number is up to whoever wrote the file. */
const LOOKED_AT = 2000;

/** Names that are told. */
const TOLD = 5;

/**
 * Names that may be meant by another: with the same last part (`lighteval|gsm8k|5` and `gsm8k`), ending
 * in it (`leaderboard_gpqa` and `gpqa`), or a letter or two away. The nearest come first.
 */
export function alike(name: string, names: readonly string[]): string[] {
  const meant = coreOf(name);
  return names
    .slice(0, LOOKED_AT)
    .filter((other) => other !== name)
    .map((other) => ({ other, far: distance(meant, coreOf(other)) }))
    .filter(({ far }) => far < Number.POSITIVE_INFINITY)
    .sort((a, b) => a.far - b.far || (a.other < b.other ? -1 : 1))
    .slice(0, TOLD)
    .map(({ other }) => other);
}

/** The last part that is no number, in lower case: `Lighteval|GSM8K|5` → `gsm8k`. */
function coreOf(name: string): string {
  const parts = name.slice(0, 200).toLowerCase().split(/[|:/]/);
  const words = parts.filter((part) => part !== "" && !/^\d+$/.test(part));
  return (words.at(-1) ?? parts[0]!).replace(/[^\p{L}\p{Nd}]+/gu, "_");
}

/** Infinite where two names are not alike. */
function distance(a: string, b: string): number {
  if (a === b) return 0;
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  if (short.length >= 3 && long.endsWith(`_${short}`)) return 1;
  // One letter of short names, two of longer ones: `tides` is not `sides_of`.
  const most = short.length < 4 ? 0 : short.length < 8 ? 1 : 2;
  const letters = edits(short, long, most);
  return letters <= most ? letters : Number.POSITIVE_INFINITY;
}

/** Letters to add, drop or change to make one text the other (Levenshtein); above `most` only that. */
function edits(a: string, b: string, most: number): number {
  if (b.length - a.length > most) return most + 1;
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = above[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(changed, above[j]! + 1, row[j - 1]! + 1));
    }
    if (Math.min(...row) > most) return most + 1;
    above = row;
  }
  return above[b.length]!;
}
