import { at, type Grid, type Value } from "../table/grid.ts";
import { fold } from "../view/search.ts";

/** Columns that still fit beside each other and can be kept apart. */
export const MAX_MODELS = 5;

/** At most so many unknown names are repeated to the reader, each up to so many characters. */
const NAMED = 3;
const NAME_LENGTH = 80;

/** Finds evaluations of a table by what stands in an address. */
export interface Catalogue {
  /** Rows of a model's evaluations, best-ranked first; empty for a model that is not there. */
  rowsOf(model: string): readonly number[];
  /** The row that a model name (then its best-ranked evaluation) or an eval_id means. */
  find(text: string): number | undefined;
}

export function catalogueOf(grid: Grid): Catalogue {
  const byModel = new Map<string, number[]>();
  const byId = new Map<Value, number>();
  for (let row = 0; row < grid.length; row++) {
    const model = String(at(grid, "model", row));
    const rows = byModel.get(model);
    if (rows) rows.push(row);
    else byModel.set(model, [row]);
    byId.set(at(grid, "eval_id", row), row);
  }
  for (const rows of byModel.values()) rows.sort(bestFirst(grid));
  const folded = new Map<string, number[]>();
  for (const [model, rows] of byModel) {
    const key = fold(model);
    folded.set(key, [...(folded.get(key) ?? []), ...rows].sort(bestFirst(grid)));
  }
  return {
    rowsOf: (model) => byModel.get(model) ?? [],
    // The Hub does not tell upper from lower case, so people do not either.
    find: (text) => byModel.get(text)?.[0] ?? byId.get(text) ?? folded.get(fold(text))?.[0],
  };
}

/** Beyond every rank. */
const LAST = Number.MAX_SAFE_INTEGER;

/** By rank, then by average (flagged rows have no rank), unknown last; eval_id decides the rest. */
export function bestFirst(grid: Grid): (a: number, b: number) => number {
  const number = (name: string, row: number, unknown: number) => {
    const value = at(grid, name, row);
    return typeof value === "number" ? value : unknown;
  };
  return (a, b) =>
    number("rank", a, LAST) - number("rank", b, LAST) ||
    number("average", b, -1) - number("average", a, -1) ||
    (String(at(grid, "eval_id", a)) < String(at(grid, "eval_id", b)) ? -1 : 1);
}

/** Rows to compare, the reference first, and what of the address was ignored, in sentences. */
export interface Choice {
  rows: number[];
  problems: string[];
}

/** Reads every `m` of a query string. Never throws; what is given twice counts once. */
export function readChoice(query: string, catalogue: Catalogue): Choice {
  const texts = new URLSearchParams(query).getAll("m").filter((text) => text !== "");
  const rows = new Set<number>();
  const unknown = new Set<string>();
  for (const text of texts) {
    const row = catalogue.find(text);
    if (row === undefined) unknown.add(text);
    else rows.add(row);
  }
  const problems = unknown.size > 0 ? [unknownSentence([...unknown])] : [];
  if (rows.size > MAX_MODELS) {
    problems.push(
      `At most ${MAX_MODELS} models are compared: the first ${MAX_MODELS} of ${rows.size} are shown.`,
    );
  }
  return { rows: [...rows].slice(0, MAX_MODELS), problems };
}

function unknownSentence(names: string[]): string {
  const shown = names.slice(0, NAMED).map((name) => `“${shortened(name)}”`);
  const more = names.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ");
  return names.length === 1
    ? `${list} is not in this table and was left out.`
    : `${list} are not in this table and were left out.`;
}

function shortened(text: string): string {
  const characters = Array.from(text.slice(0, 4 * NAME_LENGTH));
  return characters.length > NAME_LENGTH
    ? `${characters.slice(0, NAME_LENGTH).join("")}…`
    : characters.join("");
}

/**
 * The query string of a choice, without `?`; empty for none. A model's best-ranked evaluation goes
 * by the model's name, any other by its eval_id.
 */
export function choiceToQuery(rows: readonly number[], grid: Grid, catalogue: Catalogue): string {
  const params = new URLSearchParams();
  for (const row of rows) {
    const model = String(at(grid, "model", row));
    const best = catalogue.rowsOf(model)[0] === row;
    params.append("m", best ? model : String(at(grid, "eval_id", row)));
  }
  return params.toString().replace(/%(3A|2F|40)/g, decodeURIComponent);
}
