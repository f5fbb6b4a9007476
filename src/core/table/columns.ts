import type { Suite } from "../records/suite.ts";
import { averageWords } from "../suite/board-average.ts";

export type Kind = "text" | "number" | "boolean" | "date";

/** A column of a suite's table that a view can show, sort by or filter on. */
export interface Column {
  /** Its name in the Parquet table, in SQL and in the URL. */
  name: string;
  label: string;
  kind: Kind;
  /** Digits after the point when shown; the value itself is kept whole. */
  digits?: number;
  /** Unit or meaning, for the header's tooltip. */
  hint: string;
  /** Shown unless the reader chooses otherwise. */
  shown: boolean;
  /** Key of the benchmark whose score this is. */
  benchmark?: string;
  /** True for the raw form of a score, 0–1. */
  raw?: boolean;
}

/** Columns every suite has, before and after its scores. */
const HEAD: Column[] = [
  {
    name: "rank",
    label: "Rank",
    kind: "number",
    hint: "By average, among all that are not flagged",
    shown: true,
  },
  { name: "model", label: "Model", kind: "text", hint: "Owner and name on the Hub", shown: true },
  {
    name: "average",
    label: "Average",
    kind: "number",
    digits: 2,
    hint: "Plain mean of the benchmark scores, 0–100",
    shown: true,
  },
  {
    name: "rank_low",
    label: "Rank from",
    kind: "number",
    digits: 0,
    hint: "Best rank that its average allows, given standard errors (95 %)",
    shown: false,
  },
  {
    name: "rank_high",
    label: "Rank to",
    kind: "number",
    digits: 0,
    hint: "Worst rank that its average allows, given standard errors (95 %)",
    shown: false,
  },
  {
    name: "tie_group",
    label: "Tie group",
    kind: "number",
    digits: 0,
    hint: "1: not told apart from the best average, 2: not from the best of the rest, and so on",
    shown: false,
  },
];

const TAIL: Column[] = [
  {
    name: "params_b",
    label: "Params",
    kind: "number",
    digits: 1,
    hint: "Billions of parameters",
    shown: true,
  },
  {
    name: "params_doubt",
    label: "Size doubted",
    kind: "text",
    hint: "Why the number of parameters is doubted",
    shown: false,
  },
  {
    name: "model_type",
    label: "Type",
    kind: "text",
    hint: "How the model came to be",
    shown: false,
  },
  {
    name: "architecture",
    label: "Architecture",
    kind: "text",
    hint: "Class in the model's config",
    shown: false,
  },
  {
    name: "precision",
    label: "Precision",
    kind: "text",
    hint: "Number format of the weights in the run",
    shown: false,
  },
  {
    name: "weight_type",
    label: "Weights",
    kind: "text",
    hint: "Original, adapter or delta",
    shown: false,
  },
  {
    name: "chat_template",
    label: "Chat template",
    kind: "boolean",
    hint: "Prompts wrapped in the model's chat template",
    shown: false,
  },
  {
    name: "settings",
    label: "Settings",
    kind: "text",
    hint: "What of the run was not plain: thinking, system prompt, generation",
    shown: false,
  },
  { name: "license", label: "Licence", kind: "text", hint: "As stated on the Hub", shown: false },
  {
    name: "likes",
    label: "Likes",
    kind: "number",
    digits: 0,
    hint: "On the Hub, when the table was made",
    shown: false,
  },
  {
    name: "co2_kg",
    label: "CO₂",
    kind: "number",
    digits: 2,
    hint: "Kilograms for the evaluation",
    shown: false,
  },
  {
    name: "context_length",
    label: "Context",
    kind: "number",
    digits: 0,
    hint: "Tokens the model was made for",
    shown: false,
  },
  {
    name: "max_length",
    label: "Run’s context",
    kind: "number",
    digits: 0,
    hint: "Tokens the run had room for, as its result file records",
    shown: false,
  },
  {
    name: "generation",
    label: "Generation",
    kind: "number",
    digits: 0,
    hint: "Steps of fine-tuning or merging from a base model",
    shown: false,
  },
  {
    name: "merged",
    label: "Merge",
    kind: "boolean",
    hint: "Made by merging other models",
    shown: false,
  },
  { name: "moe", label: "MoE", kind: "boolean", hint: "Mixture of experts", shown: false },
  {
    name: "flagged",
    label: "Flagged",
    kind: "boolean",
    hint: "Not ranked: scores in doubt",
    shown: false,
  },
  {
    name: "on_hub",
    label: "On the Hub",
    kind: "boolean",
    hint: "There when the table was made, with or without a licence",
    shown: false,
  },
  {
    name: "availability",
    label: "Availability",
    kind: "text",
    hint: "When the table was made: available, unlisted (there, but without a usable card or licence), gone, or elsewhere (not of the Hub)",
    shown: false,
  },
  {
    name: "maintainers_choice",
    label: "Maintainers’ choice",
    kind: "boolean",
    hint: "Official release of a known provider",
    shown: false,
  },
  {
    name: "submitted_at",
    label: "Submitted",
    kind: "date",
    hint: "To the leaderboard",
    shown: false,
  },
  { name: "uploaded_at", label: "Uploaded", kind: "date", hint: "To the Hub", shown: false },
  {
    name: "twin_of",
    label: "Same scores as",
    kind: "text",
    hint: "Evaluation under another name that has the same scores on all benchmarks",
    shown: false,
  },
];

/**
 * The columns of a suite's table in their default order. `present` leaves out those that the table
 * knows nothing of (the archive has no CO₂): a column of nothing but unknowns helps nobody.
 */
export function columnsOf(
  suite: Pick<Suite, "normalized" | "benchmarks"> & Partial<Pick<Suite, "column_notes" | "extras">>,
  present: (name: string) => boolean = () => true,
): Column[] {
  const scores = suite.benchmarks.flatMap((b): Column[] => {
    const score: Column = {
      name: b.key,
      label: b.name,
      kind: "number",
      digits: 2,
      hint: suite.normalized ? `${b.area}: normalised score, 0–100` : `${b.area}: per cent correct`,
      shown: true,
      benchmark: b.key,
    };
    const raw: Column = {
      name: `${b.key}_raw`,
      label: `${b.name} raw`,
      kind: "number",
      digits: 4,
      hint: `${b.area}: proportion correct, 0–1, before normalisation`,
      shown: false,
      benchmark: b.key,
      raw: true,
    };
    return suite.normalized ? [score, raw] : [score];
  });
  const noted = (column: Column): Column => {
    const notes = suite.column_notes?.filter((n) => n.column === column.name) ?? [];
    return notes.length === 0
      ? column
      : { ...column, hint: [`${column.hint}.`, ...notes.map((n) => n.note)].join(" ") };
  };
  const extras = (suite.extras ?? []).map(
    ({ key, name, unit, description }): Column => ({
      name: key,
      label: unit ? `${name}, ${unit}` : name,
      kind: "number",
      digits: 2,
      hint: description ?? `${name}: no score, counts in no average`,
      shown: true,
    }),
  );
  const head = HEAD.map((column) =>
    column.name === "average"
      ? { ...column, hint: `${averageWords(suite.benchmarks)}, 0–100` }
      : column,
  );
  return [...head, ...scores, ...extras, ...TAIL].filter((c) => present(c.name)).map(noted);
}
