import type { Column } from "../../core/table/columns.ts";
import { TYPE_LABELS } from "../../core/table/format.ts";
import { SIZES } from "../../core/view/sizes.ts";
import { LIMITS } from "../../core/view/url.ts";

/** A parameter of the leaderboard's address. */
export interface Parameter {
  /** Its name, as the reader writes it. */
  name: string;
  meaning: string;
  /** A query that uses it and is understood in full. */
  example: string;
}

/** What filters are for, by the column they need. */
const CHOICES = [
  ["chat", "chat_template", "Prompts in the model’s chat template"],
  ["choice", "maintainers_choice", "Maintainers’ choice"],
  ["merged", "merged", "Merges of other models"],
  ["moe", "moe", "Mixtures of experts"],
  ["flagged", "flagged", "Flagged models; hide unless said otherwise"],
  [
    "unavailable",
    "on_hub",
    "Models gone from the Hub; hide unless said otherwise. Those that were there without a card or licence are not meant",
  ],
] as const;

/**
 * The parameters that make sense for a table with these columns, each with an example from it.
 *
 * @param search one that finds something in it
 */
export function parametersOf(
  columns: readonly Column[],
  keys: readonly string[],
  search: string,
): Parameter[] {
  const has = (name: string) => columns.some((c) => c.name === name);
  const key = keys[0] ?? "average";
  const weight = keys.length > 1 ? `${keys[0]}:2,${keys[1]}:0` : `${key}:2`;
  return [
    {
      name: "q",
      meaning: `Search, as in the box; up to ${LIMITS.search} characters.`,
      example: `q=${search}`,
    },
    {
      name: "size",
      meaning: `Classes of size, by commas: ${SIZES.map((s) => `${s.name} (${s.label})`).join(", ")}.`,
      example: "size=edge,consumer",
    },
    {
      name: "type",
      meaning: `Types of model, by commas: ${Object.keys(TYPE_LABELS).join(", ")}.`,
      example: "type=pretrained,chat",
    },
    {
      name: "precision, license",
      meaning: "One value each time; may be repeated.",
      example: "license=mit&license=apache-2.0",
    },
    ...CHOICES.filter(([, column]) => has(column)).map(([name, , about]) => ({
      name,
      meaning: `${about}: all, only or hide.`,
      example: `${name}=only`,
    })),
    {
      name: "COLUMN",
      meaning:
        "A range of a column of numbers, both ends included; either end may be left out. Unknown values are in no range.",
      example: `average=30..&${has("params_b") ? "params_b=..7" : `${key}=..50`}`,
    },
    ...(has("twin_of")
      ? [
          {
            name: "twins",
            meaning:
              "In analyses: each counts evaluations with the same scores under every name; once, unless said otherwise.",
            example: "twins=each",
          },
        ]
      : []),
    {
      name: "sort",
      meaning: "Column to sort by; a minus for the largest first.",
      example: `sort=-${key}`,
    },
    { name: "cols", meaning: "Columns shown, by commas.", example: `cols=rank,average,${key}` },
    ...(has(`${key}_raw`)
      ? [{ name: "scores", meaning: "raw: scores before normalising, 0–1.", example: "scores=raw" }]
      : []),
    { name: "density", meaning: "compact: rows of one line.", example: "density=compact" },
    {
      name: "weights",
      meaning: `Weights of the reader’s own average, 0–${LIMITS.weight}; a benchmark left out counts 1.`,
      example: `weights=${weight}`,
    },
    {
      name: "pin",
      meaning: `eval_id of a row kept at the top, whatever the filters; may be repeated, up to ${LIMITS.pins} times.`,
      example: "pin=OWNER/NAME@REVISION:PRECISION:WEIGHTS:chat",
    },
  ];
}
