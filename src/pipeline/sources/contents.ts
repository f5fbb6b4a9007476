import { type Evaluation, evaluationSchema, type Measure } from "../../core/records/evaluation.ts";
import { explain } from "../../core/records/explain.ts";
import type { ColumnDrift } from "../../core/records/manifest.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import type { Benchmark, Suite } from "../../core/records/suite.ts";
import { baselineOf, rawOf } from "../../core/suite/normalize.ts";
import { scoreFromTable } from "../../core/suite/score.ts";
import type { Value } from "../../core/table/grid.ts";
import type { TableFile } from "../duckdb/table-file.ts";
import {
  asArchitecture,
  asBaseModel,
  asBoolean,
  asCount,
  asDay,
  asLicense,
  asModelType,
  asNumber,
  asParams,
  asText,
  asWeightType,
} from "./fields.ts";

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
    [...Object.keys(FLAT.columns), "context_length"].map((name) => [name, [name]]),
  ),
  inverted: [],
  rounded: false,
  raw: (name) => `${name}_raw`,
  score: (name) => name,
  unread: /^(?:eval_id|average|rank|rank_low|rank_high|tie_group|.+_stderr)$/,
};

const SHAPES = [HUB, LONG, FLAT, OWN];

/** A contents table understood: whose suite it is, and a reader for its rows. */
export interface Contents {
  suite: Suite;
  table: TableFile;
  /** Day the table stood, from its file name or from the newest date in it. */
  day: string | null;
  /** True where the file's name is its date. */
  dated: boolean;
}

interface Layout {
  /** Cells of a field of the evaluation, where the table has them. */
  field: (name: string) => Value[] | undefined;
  /** Whether a field's truth values read the other way round. */
  inverted: (name: string) => boolean;
  rounded: boolean;
  scores: { benchmark: Benchmark; raw: Value[] | undefined; score: Value[] | undefined }[];
}

/**
 * Recognises a table by its header.
 *
 * @returns null when no suite has all its benchmarks in it, or the header names no model
 */
export function recognise(table: TableFile, suites: Suite[]): Contents | null {
  for (const suite of suites) {
    const layout = layoutOf(table, suite);
    if (!layout?.field("model")) continue;
    if (layout.scores.some((s) => !(suite.normalized ? s.raw : s.score))) continue;
    const named = asDay(/(?:^|\/)([\d-]+)\.(?:csv|parquet)$/.exec(table.path)?.[1]);
    return { suite, table, dated: named !== null, day: named ?? newestDay(layout) };
  }
  return null;
}

/** Every row as an evaluation; rows that do not check are rejected by `path#row`, counted from 1. */
export function readContents(contents: Contents): {
  evaluations: Evaluation[];
  rejections: Rejection[];
} {
  const layout = layoutOf(contents.table, contents.suite);
  if (!layout) throw new Error(`${contents.table.path}: not a contents table`);
  const evaluations: Evaluation[] = [];
  const rejections: Rejection[] = [];
  for (let row = 0; row < contents.table.length; row++) {
    const source = `${contents.table.path}#${row + 1}`;
    const checked = evaluationSchema.safeParse(readRow(contents, layout, row, source));
    if (checked.success) evaluations.push(checked.data);
    else rejections.push({ path: source, reason: explain(checked.error) });
  }
  return { evaluations, rejections };
}

/** The published average of every row, for the history of a dated table and for checks. */
export function publishedAverages(contents: Contents): (number | null)[] {
  const layout = layoutOf(contents.table, contents.suite);
  const cells = layout?.field("average");
  return Array.from({ length: contents.table.length }, (_, row) => asNumber(cells?.[row]));
}

/** @returns null where the table is as it was known */
export function columnDrift({ table, suite }: Contents): ColumnDrift | null {
  const shape = shapeOf(table)!;
  const present = columnsOf(table, shape);
  const scores = suite.benchmarks.flatMap((b) => {
    const names = titlesOf(b, shape);
    return [...(suite.normalized ? [names.map(shape.raw)] : []), names.map(shape.score)];
  });
  const wanted = [...Object.entries(shape.columns), ...scores.map((names) => ["", names] as const)];
  const changed: string[] = [];
  const missing: string[] = [];
  const read = new Set<string>();
  for (const [field, names] of wanted) {
    for (const name of names) read.add(name);
    const name = names.find((n) => present.has(n));
    if (name === undefined) missing.push(names[0]!);
    else changed.push(...otherKind(present.get(name)!, field));
  }
  const added = [...present]
    .filter(([name]) => !read.has(name) && !shape.unread.test(name))
    .map(([, column]) => column.name);
  if (added.length + missing.length + changed.length === 0) return null;
  return {
    source: table.path,
    new: added.sort(),
    missing: missing.sort(),
    changed: changed.sort(),
  };
}

const TRUTHS = /^(?:chat_template|merged|moe|flagged|on_hub|maintainers_choice)$/;
const DAYS = /^(?:submitted_at|uploaded_at)$/;
/** Fields of numbers; scores have no field's name. */
const NUMBERS = /^(?:params_b|likes|generation|co2_kg|average|context_length|)$/;

/** Says so where cells cannot be read as what the column holds. */
function otherKind({ name, cells }: Column, field: string): string[] {
  const [kind, reads] = TRUTHS.test(field)
    ? (["truth values", asBoolean] as const)
    : NUMBERS.test(field)
      ? (["numbers", asNumber] as const)
      : DAYS.test(field)
        ? (["days", asDay] as const)
        : (["text", (cell: Value) => (typeof cell === "string" ? cell : null)] as const);
  let known = 0;
  let other = 0;
  for (const cell of cells) {
    if (asText(cell) === null) continue;
    known++;
    if (reads(cell) === null) other++;
  }
  return other === 0 ? [] : [`${name}: ${other} of ${known} cells are not ${kind}`];
}

interface Column {
  /** As in the header. */
  name: string;
  cells: Value[];
}

function shapeOf(table: TableFile): Shape | undefined {
  return SHAPES.find((s) => s.signs.some((sign) => sign in table.columns));
}

/** The table's columns by the names that its shape has for them. */
function columnsOf(table: TableFile, shape: Shape): Map<string, Column> {
  const columns = new Map<string, Column>();
  for (const name of table.names) {
    const known = shape.clean?.(name) ?? name;
    if (!columns.has(known)) columns.set(known, { name, cells: table.columns[name]! });
  }
  return columns;
}

/** What a benchmark's column may be called: its key, or as the suite says. */
function titlesOf({ key, columns }: Benchmark, shape: Shape): string[] {
  return [key, ...columns.map((name) => shape.clean?.(name) ?? name)];
}

/** Columns without which a table cannot be read, where its header is nearly one that is known. */
export function columnsLacking(table: TableFile, suite: Suite): string[] {
  const shape = shapeOf(table);
  if (!shape) return [];
  const present = columnsOf(table, shape);
  const needed = suite.benchmarks.map((b) =>
    titlesOf(b, shape).map(suite.normalized ? shape.raw : shape.score),
  );
  return [shape.columns.model!, ...needed]
    .filter((names) => !names.some((name) => present.has(name)))
    .map((names) => names.at(-1)!);
}

function layoutOf(table: TableFile, suite: Suite): Layout | null {
  const shape = shapeOf(table);
  if (!shape) return null;
  const present = columnsOf(table, shape);
  const scores = suite.benchmarks.map((benchmark) => {
    const names = titlesOf(benchmark, shape);
    const find = (column: (name: string) => string) =>
      names.map((name) => present.get(column(name))?.cells).find(Boolean);
    return { benchmark, raw: find(shape.raw), score: find(shape.score) };
  });
  const fields = new Map<string, { cells: Value[]; inverted: boolean }>();
  for (const [name, columns] of Object.entries(shape.columns)) {
    const column = columns.find((c) => present.has(c));
    const cells = column === undefined ? undefined : present.get(column)?.cells;
    if (column && cells) fields.set(name, { cells, inverted: shape.inverted.includes(column) });
  }
  return {
    field: (name) => fields.get(name)?.cells,
    inverted: (name) => fields.get(name)?.inverted ?? false,
    rounded: shape.rounded,
    scores,
  };
}

function readRow(contents: Contents, layout: Layout, row: number, source: string): unknown {
  const cell = (name: string) => layout.field(name)?.[row];
  const truth = (name: string) => {
    const value = asBoolean(cell(name));
    return value !== null && layout.inverted(name) ? !value : value;
  };
  const model = asText(cell("model")) ?? "";
  // Published for a model that has no base: its own name.
  const baseModel = asBaseModel(cell("base_model"));
  return {
    suite: contents.suite.id,
    model,
    revision: asText(cell("revision")),
    precision: asText(cell("precision")),
    weight_type: asWeightType(cell("weight_type")),
    architecture: asArchitecture(cell("architecture")),
    model_type: asModelType(cell("model_type")),
    params_b: asParams(cell("params_b")),
    license: asLicense(cell("license")),
    likes: asCount(cell("likes")),
    base_model: baseModel === model ? null : baseModel,
    generation: asCount(cell("generation")),
    chat_template: truth("chat_template"),
    merged: truth("merged"),
    moe: truth("moe"),
    flagged: truth("flagged") ?? false,
    on_hub: truth("on_hub"),
    maintainers_choice: truth("maintainers_choice") ?? false,
    submitted_at: asDay(cell("submitted_at")),
    uploaded_at: asDay(cell("uploaded_at")),
    co2_kg: asNumber(cell("co2_kg")),
    context_length: asCount(cell("context_length")) || null,
    measures: readScores(contents.suite, layout, row),
    at: `${contents.day ?? asDay(cell("submitted_at")) ?? "1970-01-01"}T00:00:00Z`,
    source,
  };
}

function readScores(suite: Suite, layout: Layout, row: number): Measure[] {
  return layout.scores.flatMap(({ benchmark, raw, score }) => {
    const published = asScore(score?.[row]);
    const percent = published === null ? null : published / 100;
    let value = suite.normalized ? asScore(raw?.[row]) : percent;
    if (value === null) return [];
    if (layout.rounded && suite.normalized) value = unrounded(benchmark, value, published);
    // Also where the published score is not needed, a wrong one puts the row in doubt.
    if (published !== null && !(published >= 0 && published <= 100)) value = Number.NaN;
    return [scoreFromTable(suite, benchmark, value, published)];
  });
}

/** A raw score of two digits, made as exact as the published score is. Below the baseline: as it is. */
function unrounded(benchmark: Benchmark, raw: number, published: number | null): number {
  if (benchmark.score !== "task" || published === null || Number.isNaN(raw)) return raw;
  const baseline = baselineOf(benchmark);
  return published > 0 ? rawOf(published, baseline) : Math.min(raw, baseline);
}

/** An empty cell is a missing score; a cell that is no number is NaN, which no check lets pass. */
function asScore(cell: Value | undefined): number | null {
  if (typeof cell === "number") return cell;
  return asText(cell) === null ? null : (asNumber(cell) ?? Number.NaN);
}

function newestDay(layout: Layout): string | null {
  let newest: string | null = null;
  for (const name of ["submitted_at", "uploaded_at"]) {
    for (const cell of layout.field(name) ?? []) {
      const day = asDay(cell);
      if (day && (newest === null || day > newest)) newest = day;
    }
  }
  return newest;
}
