import type { ModelType } from "../records/evaluation.ts";
import type { Size } from "./sizes.ts";

/** `all` rows, none of those that are so (`hide`), or `only` those. Unknown counts as not so. */
export type Choice = "all" | "hide" | "only";

/** Ends of a range; null is open. Unknown values are in no range. */
export interface Range {
  min: number | null;
  max: number | null;
}

/** Everything a reader can set on the leaderboard. Plain data: it is also the URL's query string. */
export interface View {
  /** Terms that must all be found; `;` separates alternatives; `@owner` asks for an owner. */
  search: string;
  /** Empty: every size, known or not. */
  sizes: Size[];
  /** Empty: every type. */
  types: ModelType[];
  precisions: string[];
  licenses: string[];
  chat: Choice;
  choice: Choice;
  merged: Choice;
  moe: Choice;
  /** Hidden unless asked for. */
  flagged: Choice;
  /** Models known not to be on the Hub any more. Hidden unless asked for. */
  unavailable: Choice;
  /** In analyses, which count evaluations with the same scores `once`. Tables list `each`, whatever it says. */
  twins: "once" | "each";
  /** By name of a number column. */
  ranges: Record<string, Range>;
  sort: { column: string; descending: boolean };
  /** Names of the columns shown, in order; null is the default set. */
  columns: string[] | null;
  /** Scores shown raw (0–1) instead of normalised. */
  raw: boolean;
  dense: boolean;
  /** eval_ids kept at the top, in this order, whatever the filters say. */
  pins: string[];
  /** The reader's weights by benchmark key, 0–10; null: the plain mean. A key left out counts 1. */
  weights: Record<string, number> | null;
}

export const DEFAULT_VIEW: View = {
  search: "",
  sizes: [],
  types: [],
  precisions: [],
  licenses: [],
  chat: "all",
  choice: "all",
  merged: "all",
  moe: "all",
  flagged: "hide",
  unavailable: "hide",
  twins: "once",
  ranges: {},
  sort: { column: "average", descending: true },
  columns: null,
  raw: false,
  dense: false,
  pins: [],
  weights: null,
};
