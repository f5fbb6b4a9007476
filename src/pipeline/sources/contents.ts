import {
  AVAILABILITIES,
  type Availability,
  type Evaluation,
  evaluationSchema,
  type Measure,
} from "../../core/records/evaluation.ts";
import { explain } from "../../core/records/explain.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import type { Benchmark, Suite } from "../../core/records/suite.ts";
import { baselineOf, rawOf } from "../../core/suite/normalize.ts";
import { proportionOf, type Scale } from "../../core/suite/scale.ts";
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
  isAmbiguous,
  isEmpty,
} from "./fields.ts";
import { HUB_NAMES, type Naming, shownName } from "./model-of.ts";
import { columnsOf, extraTitlesOf, shapeOf, titlesOf } from "./shapes.ts";

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
  /** Whether it is a table of ours, downloaded: its scores are formed already. */
  own: boolean;
  /** Columns that are no scores. */
  extras: { key: string; cells: Value[] | undefined }[];
  scores: { benchmark: Benchmark; raw: Column | undefined; score: Column | undefined }[];
}

interface Column {
  /** As the header has it. */
  name: string;
  cells: Value[];
}

/** A cell that cannot be read without doubt. */
class WrongCell extends Error {}

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
export function readContents(
  contents: Contents,
  naming = HUB_NAMES,
): {
  evaluations: Evaluation[];
  rejections: Rejection[];
} {
  const layout = layoutOf(contents.table, contents.suite);
  if (!layout) throw new Error(`${contents.table.path}: not a contents table`);
  const evaluations: Evaluation[] = [];
  const rejections: Rejection[] = [];
  for (let row = 0; row < contents.table.length; row++) {
    const source = `${contents.table.path}#${row + 1}`;
    const broken = contents.table.broken?.get(row);
    const read = broken ?? readOrSayWhy(contents, layout, row, source, naming);
    if (typeof read === "string") rejections.push({ path: source, reason: read });
    else evaluations.push(read);
  }
  return { evaluations, rejections };
}

/** Bytes that are no UTF-8 cost the row that has them. */
function refuseDamage({ isDamaged, names, columns }: TableFile, row: number): void {
  if (!isDamaged) return;
  const name = names.find((n) => String(columns[n]?.[row] ?? "").includes("\uFFFD"));
  if (name === undefined) return;
  throw new WrongCell(
    `column ${name}, row ${row + 1}: has bytes that are no UTF-8: save the table as UTF-8`,
  );
}

function readOrSayWhy(...args: Parameters<typeof readRow>): Evaluation | string {
  try {
    refuseDamage(args[0].table, args[2]);
    const checked = evaluationSchema.safeParse(readRow(...args));
    return checked.success ? checked.data : explain(checked.error);
  } catch (error) {
    if (error instanceof WrongCell) return error.message;
    throw error;
  }
}

/** The published average of every row, for the history of a dated table and for checks. */
export function publishedAverages(contents: Contents): (number | null)[] {
  const layout = layoutOf(contents.table, contents.suite);
  const cells = layout?.field("average");
  return Array.from({ length: contents.table.length }, (_, row) => asNumber(cells?.[row]));
}

/** Whether a table was published with two digits. */
export function isRounded(contents: Contents): boolean {
  return layoutOf(contents.table, contents.suite)?.rounded ?? false;
}

/** Scores exactly as published, row by row, for the columns of `intervalValues` in their order. */
export function publishedScores(contents: Contents): (number | null)[][] {
  const { suite, table } = contents;
  const numbers = (column: Column | undefined) =>
    Array.from({ length: table.length }, (_, row) => asNumber(column?.cells[row]));
  return (layoutOf(table, suite)?.scores ?? []).flatMap(({ raw, score }) =>
    suite.normalized ? [numbers(raw), numbers(score)] : [numbers(score)],
  );
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
      names.map((name) => present.get(column(name))).find(Boolean);
    return { benchmark, raw: find(shape.raw), score: find(shape.score) };
  });
  const extras = suite.extras.map((extra) => {
    const name = extraTitlesOf(extra, shape).find((title) => present.has(title));
    return { key: extra.key, cells: name === undefined ? undefined : present.get(name)?.cells };
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
    own: "eval_id" in table.columns,
    extras,
    scores,
  };
}

function readRow(
  contents: Contents,
  layout: Layout,
  row: number,
  source: string,
  naming: Naming,
): unknown {
  const cell = (name: string) => layout.field(name)?.[row];
  const truth = (name: string) => {
    const value = asBoolean(cell(name));
    return value !== null && layout.inverted(name) ? !value : value;
  };
  const named = shownName(asText(cell("model")) ?? "", naming);
  const { model } = named;
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
    settings: asText(cell("settings")),
    merged: truth("merged"),
    moe: truth("moe"),
    flagged: truth("flagged") ?? false,
    availability: named.availability ?? availabilityOf(truth("on_hub"), cell),
    maintainers_choice: truth("maintainers_choice") ?? false,
    submitted_at: asDay(cell("submitted_at")),
    uploaded_at: asDay(cell("uploaded_at")),
    co2_kg: asNumber(cell("co2_kg")),
    context_length: asCount(cell("context_length")) || null,
    context_source: asText(cell("context_source")),
    runs: [],
    extras: readExtras(layout, row),
    measures: readScores(contents.suite, layout, row),
    at: `${contents.day ?? asDay(cell("submitted_at")) ?? "1970-01-01"}T00:00:00Z`,
    source,
  };
}

/** Cells of the suite's extra columns. */
function readExtras({ extras }: Layout, row: number): Record<string, number> {
  return Object.fromEntries(
    extras.flatMap(({ key, cells }) => {
      const value = asNumber(cells?.[row]);
      return value === null ? [] : [[key, value]];
    }),
  );
}

/**
 * What a published table says of a model's availability. The leaderboard also counted a model as
 * absent that was there without a card or a licence (`check_model_card` in its backend), so that its
 * FALSE means two things. A licence comes from the card: a model that has one was absent. Without
 * one, a day of upload or likes, which the Hub tells only of what is there, say that it was there. A
 * table that has days of upload has none for those absent. Where it says nothing of either, as for
 * most such rows of the v1 archive, it cannot be told.
 */
function availabilityOf(
  onHub: boolean | null,
  cell: (name: string) => Value | undefined,
): Availability | null {
  const stated = AVAILABILITIES.find((a) => a === asText(cell("availability")));
  if (stated) return stated;
  if (onHub === null) return null;
  if (onHub) return "available";
  if (asLicense(cell("license"))) return "gone";
  if (asDay(cell("uploaded_at")) || asCount(cell("likes"))) return "unlisted";
  return cell("uploaded_at") === undefined ? null : "gone";
}

function readScores(suite: Suite, layout: Layout, row: number): Measure[] {
  return layout.scores.flatMap(({ benchmark, raw, score }) => {
    const scale = statedScale(benchmark);
    if (scale && !layout.own) {
      // People's tables have the metric's own values; ours have the way from the worst to the best.
      const value = valueIn((suite.normalized ? raw : undefined) ?? score, row, scale);
      return value === null ? [] : [scoreFromTable(suite, benchmark, value, null)];
    }
    // Also where the published score is not needed, a wrong one puts the row in doubt.
    const published = scoreIn(score, row, 100);
    const percent = published === null ? null : published / 100;
    let value = suite.normalized ? scoreIn(raw, row, 1) : percent;
    if (value === null) return [];
    if (layout.rounded && suite.normalized) value = unrounded(benchmark, value, published);
    return [scoreFromTable(suite, benchmark, value, published)];
  });
}

/** A raw score of two digits, made as exact as the published score is. Below the baseline: as it is. */
function unrounded(benchmark: Benchmark, raw: number, published: number | null): number {
  if (benchmark.score !== "task" || published === null || Number.isNaN(raw)) return raw;
  const baseline = baselineOf(benchmark);
  return published > 0 ? rawOf(published, baseline) : Math.min(raw, baseline);
}

/**
 * A score of a row; null where the cell is empty.
 *
 * @param most 1 for proportions, 100 for points
 * @throws WrongCell for what is no number from 0 to `most`, with the column, the row and the cell
 */
function scoreIn(column: Column | undefined, row: number, most: 1 | 100): number | null {
  const cell = column?.cells[row];
  if (column === undefined || isEmpty(cell)) return null;
  // Of 49,625 only the decimal comma makes a score.
  const value =
    asNumber(cell) ?? (isAmbiguous(cell) ? asNumber(String(cell).replace(",", ".")) : null);
  const isShare = most === 1 && typeof cell === "string" && cell.trim().endsWith("%");
  const score = value !== null && isShare ? value / 100 : value;
  if (score !== null && score >= 0 && score <= most) return score;
  throw new WrongCell(
    `column ${column.name}, row ${row + 1}: ${JSON.stringify(String(cell).slice(0, 40))} is no score: ` +
      `write a number from 0 to ${most}, as ${most === 1 ? "0.5" : "50.5"}, or leave the cell empty`,
  );
}

/** The scale of a benchmark's metric, where the suite states one and the benchmark is that metric. */
function statedScale({ metrics, score }: Benchmark): Scale | undefined {
  return score === "task" && metrics.length === 1 ? metrics[0]!.scale : undefined;
}

/** A value on a metric's scale as a proportion; null where the cell is empty. */
function valueIn(column: Column | undefined, row: number, scale: Scale): number | null {
  const cell = column?.cells[row];
  if (column === undefined || isEmpty(cell)) return null;
  const value = asNumber(cell);
  const proportion = value === null ? null : proportionOf(value, scale);
  if (proportion !== null) return proportion;
  const [low, high] = [scale.worst, scale.best].sort((a, b) => a - b);
  throw new WrongCell(
    `column ${column.name}, row ${row + 1}: ${JSON.stringify(String(cell).slice(0, 40))} is no value of its metric: ` +
      `write a number from ${low} to ${high}, or give its scale another worst and best in the suite`,
  );
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
