/** Columns that a term is looked for in. */
export const SEARCHED = ["model", "architecture", "license"] as const;

/** One word of a search, folded. With `owner` the model's owner starts with it. */
export interface Term {
  owner: boolean;
  text: string;
}

/**
 * The alternatives of a search, each the terms that must all be found. None for a search that asks
 * for nothing: then every row is found. No term holds white space, so texts joined by a space can
 * be searched as one.
 */
export function parseSearch(search: string): Term[][] {
  return search
    .split(";")
    .map((alternative) => alternative.split(/\s+/).map(termOf).filter(isTerm))
    .filter((terms) => terms.length > 0);
}

function termOf(word: string): Term {
  const owner = word.startsWith("@");
  return { owner, text: fold(owner ? word.slice(1) : word) };
}

function isTerm(term: Term): boolean {
  return term.text !== "";
}

/**
 * Lower case as DuckDB's `lower()` has it, so that both engines find and sort the same: code point
 * by code point (no final sigma, İ is one i), in the Unicode version of DuckDB 1.4 and 1.5; 0.9 knows
 * 43 rare letters fewer. A lone surrogate, which UTF-8 cannot hold, is U+FFFD.
 */
export function fold(text: string): string {
  return PLAIN.test(text) ? text.toLowerCase() : Array.from(text, foldOne).join("");
}

const PLAIN = /^[ -~]*$/;

/** Capitals added in Unicode 16 and 17, after DuckDB's tables were made. */
const NEWER =
  /[\u1c89\ua7cb\ua7cc\ua7ce\ua7d2\ua7d4\ua7da\ua7dc\u{10d50}-\u{10d65}\u{16ea0}-\u{16eb8}]/u;

function foldOne(character: string): string {
  if (character === "İ") return "i";
  if (/\p{Surrogate}/u.test(character)) return "\ufffd";
  return NEWER.test(character) ? character : character.toLowerCase();
}

/** Order by code points, which is the order of UTF-8 bytes; JavaScript's own is by UTF-16 units. */
export function compareText(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  let i = 0;
  while (i < end && a.charCodeAt(i) === b.charCodeAt(i)) i++;
  return i < end ? unitPlace(a.charCodeAt(i)) - unitPlace(b.charCodeAt(i)) : a.length - b.length;
}

/** Surrogates stand for code points above all that one unit can hold. */
function unitPlace(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
