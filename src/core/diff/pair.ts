/** Two snapshots by name, the first being what the second is compared with. */
export interface NamePair {
  from: string;
  to: string;
}

/** So many of the newest snapshots are compared with each other beforehand, each with each. */
const NEWEST = 10;

/**
 * The pairs whose difference is kept as a file: all among the newest ten, and each snapshot with the
 * one before it. The page works out any other from the two tables.
 *
 * @param names newest first
 */
export function keptPairs(names: readonly string[]): NamePair[] {
  return names.flatMap((to, i) =>
    names.slice(i + 1, i < NEWEST ? Math.max(NEWEST, i + 2) : i + 2).map((from) => ({ from, to })),
  );
}

/** What an address asks for, and what was wrong with it, in sentences. */
export interface Reading {
  pair: NamePair;
  problems: string[];
}

/**
 * Reads `?from=NAME&to=NAME`. What is not given or not there becomes the newest, and the one before
 * what it is compared with. `latest` is another name of the newest.
 *
 * @param names newest first, two at least
 * @param shown the pair where none is asked for; else the newest and the one before
 */
export function readPair(query: string, names: readonly string[], shown?: NamePair): Reading {
  const params = new URLSearchParams(query);
  const problems: string[] = [];
  const read = (param: string) => {
    const value = params.get(param);
    if (value === null || value === "") return null;
    if (value === "latest") return names[0]!;
    if (names.includes(value)) return value;
    problems.push(`There is no table ${quote(value)}.`);
    return null;
  };
  const [from, to] = [read("from"), read("to")];
  if (shown && from === null && to === null && problems.length === 0)
    return { pair: shown, problems };
  const second = to ?? (from === names[0] ? names[1]! : names[0]!);
  const first = from ?? names[names.indexOf(second) + 1] ?? names[0]!;
  if (problems.length > 0) problems.push(`Shown is ${first} to ${second}.`);
  return { pair: { from: first, to: second }, problems };
}

/** The address that `readPair` reads. */
export function pairQuery({ from, to }: NamePair): string {
  return `?${new URLSearchParams({ from, to })}`;
}

function quote(text: string): string {
  const letters = Array.from(text.slice(0, 80));
  return `“${letters.length > 20 ? `${letters.slice(0, 20).join("")}…` : text}”`;
}
