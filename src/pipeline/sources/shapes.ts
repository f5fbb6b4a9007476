import type { Benchmark, Extra } from "../../core/records/suite.ts";
import type { Value } from "../../core/table/grid.ts";
import type { TableFile } from "../duckdb/table-file.ts";

/**
 * Contents tables: one row per evaluation, as leaderboards publish them. The header's shape decides
 * what a truth value means, so each shape is described once, here; see `Shape.inverted`.
 */
interface Shape {
  /** Columns that only this shape has: one of them is enough, so that the others may go. */
  signs: string[];
  /** What a column is called below, where that is not as the header has it. */
  clean?: (name: string) => string;
  /** Field of the evaluation → names of its column, first found counts. */
  columns: Record<string, string[]>;
  /** Columns that read TRUE for a model that is *not* so (seen in the data: see docs of import). */
  inverted: string[];
  /** True where raw scores have two digits only: the score in points then says more. */
  rounded: boolean;
  /** Column of a benchmark's raw score, 0–1. */
  raw: (name: string) => string;
  /** Column of a benchmark's published score, 0–100. */
  score: (name: string) => string;
  /** Columns that are known and not read. */
  unread: RegExp;
}

/** Published until 2024-12-06, and the whole v1 archive: short names, truth values inverted. */
const FLAT: Shape = {
  signs: ["fullname"],
  columns: {
    model: ["fullname"],
    revision: ["model_sha"],
    precision: ["precision"],
    weight_type: ["weight_type"],
    architecture: ["architecture"],
    model_type: ["type"],
    params_b: ["params_b"],
    license: ["hub_license"],
    likes: ["hub_hearts"],
    base_model: ["base_model"],
    generation: ["generation"],
    chat_template: ["chat_template"],
    merged: ["merged", "not_merged"],
    moe: ["moe"],
    flagged: ["flagged"],
    on_hub: ["available_on_the_hub"],
    maintainers_choice: ["maintainers_highlight", "official_providers"],
    submitted_at: ["submission_date", "date"],
    uploaded_at: ["upload_to_hub_date"],
    co2_kg: ["co_cost_kg"],
    average: ["average"],
  },
  inverted: ["merged", "not_merged", "moe", "flagged"],
  rounded: true,
  raw: (name) => `${name}_raw`,
  score: (name) => name,
  unread: /^(?:t|model|url|id)$/,
};

/** Published since 2024-12-26: long names. `…is_not_available_on_hub` is TRUE for an available one. */
const LONG: Shape = {
  signs: ["model_average_score", "features_is_flagged", "metadata_base_model"],
  columns: {
    model: ["model_name"],
    revision: ["model_sha"],
    precision: ["model_precision"],
    weight_type: ["model_weight_type"],
    architecture: ["model_architecture"],
    model_type: ["model_type"],
    params_b: ["metadata_params_billions"],
    license: ["metadata_hub_license"],
    likes: ["metadata_hub_hearts"],
    base_model: ["metadata_base_model"],
    generation: ["metadata_generation"],
    chat_template: ["model_has_chat_template"],
    merged: ["features_is_merged"],
    moe: ["features_is_moe"],
    flagged: ["features_is_flagged"],
    on_hub: ["features_is_not_available_on_hub"],
    maintainers_choice: ["features_is_official_provider", "features_is_highlighted_by_maintainer"],
    submitted_at: ["metadata_submission_date"],
    uploaded_at: ["metadata_upload_date"],
    co2_kg: ["metadata_co2_cost"],
    average: ["model_average_score"],
  },
  inverted: [],
  rounded: false,
  raw: (name) => `evaluations_${name}_value`,
  score: (name) => `evaluations_${name}_normalized_score`,
  unread: /^(?:id|evaluations_.+_name)$/,
};

/**
 * The Hub's dataset `open-llm-leaderboard/contents`, and those of its copies: titles of the table's
 * columns, `IFEval Raw`, `Hub ❤️`. The flat tables above have the same titles made into words. Its truth
 * values read as they are named: whoever filters it drops what is `Flagged` or `Merged` and keeps
 * what is `Available on the hub`; the long tables were made from it, value by value. `Model` is HTML
 * with a link, so that only `fullname` is read.
 */
const HUB: Shape = {
  ...FLAT,
  signs: ["Average ⬆️", "eval_name", "Model sha"],
  // Letters of any script, with their marks: benchmarks have names in every language.
  clean: (name) =>
    name
      .normalize("NFC")
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{Nd} _]|\p{Variation_Selector}/gu, "")
      .trim()
      .replace(/ +/g, "_"),
  columns: {
    ...FLAT.columns,
    likes: ["hub"],
    merged: ["merged"],
    maintainers_choice: ["official_providers", "maintainers_highlight"],
    submitted_at: ["submission_date"],
  },
  inverted: [],
  rounded: false,
  unread: /^(?:eval_name|t|model|maintainers_highlight)$/,
};

/** Our own tables, embedded or downloaded: the columns of `models.parquet`. */
const OWN: Shape = {
  signs: ["model"],
  columns: Object.fromEntries(
    [
      ...Object.keys(FLAT.columns),
      "availability",
      "context_length",
      "context_source",
      "settings",
    ].map((name) => [name, [name]]),
  ),
  inverted: [],
  rounded: false,
  raw: (name) => `${name}_raw`,
  score: (name) => name,
  unread:
    /^(?:eval_id|average|rank|max_length|twin_of|rescoring_unchanged|rank_low|rank_high|tie_group|.+_stderr)$/,
};

const SHAPES = [HUB, LONG, FLAT, OWN];

export interface Column {
  /** As in the header. */
  name: string;
  cells: Value[];
}

export function shapeOf(table: TableFile): Shape | undefined {
  return SHAPES.find((s) => s.signs.some((sign) => sign in table.columns));
}

/** The table's columns by the names that its shape has for them. */
export function columnsOf(table: TableFile, shape: Shape): Map<string, Column> {
  const columns = new Map<string, Column>();
  for (const name of table.names) {
    const known = shape.clean?.(name) ?? name;
    if (!columns.has(known)) columns.set(known, { name, cells: table.columns[name]! });
  }
  return columns;
}

/** What a benchmark's column may be called: its key, or as the suite says. */
export function titlesOf(
  { key, columns }: Pick<Benchmark, "key" | "columns">,
  shape: Shape,
): string[] {
  return [key, ...columns.map((name) => shape.clean?.(name) ?? name)];
}

/** The same of a column that is no score: its name too. */
export function extraTitlesOf({ key, name, columns }: Extra, shape: Shape): string[] {
  return titlesOf({ key, columns: [name, ...columns] }, shape);
}
