import { splitModel } from "../table/cells.ts";
import { at, type Grid } from "../table/grid.ts";
import { fold } from "./search.ts";

/** Searches that find something in a table, for whoever does not know yet what can be searched for. */
export interface SearchExamples {
  /** A family of models and, where names tell it, a size. */
  words: string;
  /** An owner with the sign that asks for one. */
  owner: string | null;
  /** Two families, as alternatives. */
  either: string | null;
}

/** Longer ones would fill the search box. */
const LONGEST_OWNER = 20;

const found = new WeakMap<Grid, SearchExamples | null>();

/**
 * Examples from the models that a table shows at first: what its most common names begin with, and
 * an owner of the maintainers' choice where there is one. Null where no name begins with a word.
 */
export function searchExamples(grid: Grid): SearchExamples | null {
  const known = found.get(grid);
  if (known !== undefined) return known;
  const examples = find(grid);
  found.set(grid, examples);
  return examples;
}

/** What the search box says while it is empty. */
export function searchPlaceholder(grid: Grid): string {
  const examples = searchExamples(grid);
  if (!examples) return "Search models";
  const { words, owner, either } = examples;
  return `Search: ${[words, owner, either].filter((e) => e !== null).join(", ")}`;
}

function find(grid: Grid): SearchExamples | null {
  const models = new Set<string>();
  const chosen = new Set<string>();
  for (let row = 0; row < grid.length; row++) {
    if (at(grid, "flagged", row) === true || at(grid, "on_hub", row) === false) continue;
    const model = String(at(grid, "model", row));
    models.add(model);
    if (at(grid, "maintainers_choice", row) === true) chosen.add(model);
  }
  const families = byCount([...models].map(familyOf));
  const [first, ...others] = families;
  if (first === undefined) return null;
  const [size] = byCount([...models].filter((m) => familyOf(m) === first).map(sizeOf));
  const owners = byCount([...(chosen.size > 0 ? chosen : models)].map(ownerOf));
  const pair = others.length > 1 ? others.slice(0, 2) : families.slice(0, 2);
  return {
    words: size === undefined ? first : `${first} ${size}`,
    owner: owners[0] === undefined ? null : `@${owners[0]}`,
    either: pair.length === 2 ? pair.join("; ") : null,
  };
}

/** The word that a model's name begins with. */
function familyOf(model: string): string | undefined {
  const word = /^\p{L}{3,14}/u.exec(splitModel(model).name)?.[0];
  return word && fold(word);
}

/** `7b` in `Some-7B-Chat`. */
function sizeOf(model: string): string | undefined {
  return /[-_.](\d{1,3}(?:\.\d)?b)(?![\p{L}\d])/iu.exec(splitModel(model).name)?.[1]?.toLowerCase();
}

function ownerOf(model: string): string | undefined {
  const { owner } = splitModel(model);
  return owner.length > 0 && owner.length <= LONGEST_OWNER ? owner : undefined;
}

/** Each text once, the most frequent first; of equally frequent ones the first. */
function byCount(texts: readonly (string | undefined)[]): string[] {
  const counts = new Map<string, number>();
  for (const text of texts) {
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([text]) => text);
}
