import { evalId } from "../records/eval-id.ts";
import { type Availability, isOnHub } from "../records/evaluation.ts";
import type { Suite } from "../records/suite.ts";
import { boardAverage, boardStderr } from "../suite/board-average.ts";
import { baselineOf, normalize } from "../suite/normalize.ts";
import { rank } from "../suite/rank.ts";
import { assumedStderr, unscaledStderr } from "../suite/stderr.ts";
import { rankRanges } from "../suite/uncertainty.ts";
import { foldFractions, unfoldFractions } from "./fractions.ts";
import type { Grid, Value } from "./grid.ts";
import { twinsOf } from "./twins.ts";

/**
 * What the page's own table file leaves out of `models.parquet`, because the browser can form it
 * with the very same functions, bit by bit: ids, twins, ranks and their ranges, averages, scores that follow from raw
 * and standard errors that follow from the numbers of questions. For the v2 table that makes 250 kB
 * (`dist/table/models.bin`, uncompressed Parquet within gzip) of the 749 kB of `models.parquet`; scores are sent as fractions.
 */
const HEAD = [
  "model",
  "revision",
  "precision",
  "weight_type",
  "architecture",
  "model_type",
  "params_b",
  "params_doubt",
  "license",
  "likes",
  "generation",
  "chat_template",
  "settings",
  "merged",
  "moe",
  "flagged",
  "availability",
  "maintainers_choice",
  "submitted_at",
  "uploaded_at",
  "co2_kg",
  "context_length",
  "max_length",
  "rescoring_unchanged",
] as const;

type Columns = Record<string, readonly Value[]>;

/** The columns to send, of those in `models.parquet`; columns that know nothing are left out. */
export function pack(suite: Suite, table: Grid): Columns {
  const sent: Columns = {};
  const keep = (name: string, values: readonly Value[] | undefined) => {
    if (values?.some((v) => v !== null)) sent[name] = values;
  };
  for (const name of HEAD) keep(name, table.columns[name]);
  for (const { key } of suite.extras) keep(key, table.columns[key]);
  // As in eval_id, which needs no more of it.
  keep("revision", table.columns.revision?.map(shortRevision));
  for (const b of suite.benchmarks) {
    if (!suite.normalized) keep(b.key, table.columns[b.key]);
    else {
      keep(`${b.key}_raw`, table.columns[`${b.key}_raw`]);
      if (b.score === "mean_of_subtasks") keep(b.key, table.columns[b.key]);
      keep(
        `${b.key}_stderr`,
        table.columns[`${b.key}_stderr`]?.map(unlessAssumed(suite, table, b)),
      );
    }
  }
  return foldFractions(sent);
}

/** The whole table again, from what was sent. */
export function unpack(suite: Suite, sent: Columns, length: number): Grid {
  const columns = unfoldFractions(sent);
  const cell = (name: string, row: number) => columns[name]?.[row] ?? null;
  const each = (value: (row: number) => Value) => Array.from({ length }, (_, row) => value(row));
  for (const b of suite.benchmarks) {
    const raw = suite.normalized
      ? (columns[`${b.key}_raw`] as (number | null)[] | undefined)
      : undefined;
    if (!raw) continue;
    if (b.score === "task") {
      const baseline = baselineOf(b);
      columns[b.key] = raw.map((r) => (r === null ? null : normalize(r, baseline)));
    }
    const given = columns[`${b.key}_stderr`];
    columns[`${b.key}_stderr`] = raw.map(
      (r, row) => given?.[row] ?? (r === null ? null : assumedStderr(b, r)),
    );
  }
  if (columns.availability) {
    columns.on_hub = each((row) => isOnHub(cell("availability", row) as Availability | null));
  }
  columns.eval_id = each((row) =>
    evalId({
      model: String(cell("model", row)),
      revision: cell("revision", row) as string | null,
      precision: cell("precision", row) as string | null,
      weight_type: cell("weight_type", row) as "Original" | null,
      chat_template: cell("chat_template", row) as boolean | null,
      settings: cell("settings", row) as string | null,
    }),
  );
  columns.average = each((row) =>
    boardAverage(
      suite.benchmarks,
      suite.benchmarks.map((b) => cell(b.key, row) as number | null),
    ),
  );
  const ranked = each((row) => (cell("flagged", row) ? null : cell("average", row)));
  columns.rank = rank(ranked as (number | null)[]);
  if (suite.normalized) {
    const stderrs = () =>
      each((row) =>
        boardStderr(
          suite.benchmarks,
          suite.benchmarks.map((b) => cell(`${b.key}_stderr`, row) as number | null),
        ),
      );
    addRanges(columns, () =>
      rankRanges(ranked as (number | null)[], stderrs() as (number | null)[]),
    );
  }
  addLater(columns, "twin_of", () => twinColumn(suite, { columns, length }));
  return { length, columns };
}

const RANGE = { rank_low: "low", rank_high: "high", tie_group: "group" } as const;

function addRanges(columns: Columns, form: () => ReturnType<typeof rankRanges>): void {
  let ranges: ReturnType<typeof rankRanges> | undefined;
  for (const [name, field] of Object.entries(RANGE) as [string, "low" | "high" | "group"][]) {
    addLater(columns, name, () => {
      ranges ??= form();
      return ranges.map((r) => r?.[field] ?? null);
    });
  }
}

/** A column formed when first asked for: it is hidden at first, and takes some milliseconds. */
function addLater(columns: Columns, name: string, form: () => Value[]): void {
  let values: Value[] | undefined;
  const get = () => {
    values ??= form();
    return values;
  };
  Object.defineProperty(columns, name, { get, enumerable: true });
}

/** `twin_of`, from scores and days as they are in a table. */
function twinColumn(suite: Suite, { columns, length }: Grid): Value[] {
  const cell = (name: string, row: number) => columns[name]?.[row] ?? null;
  const keys = suite.benchmarks.map((b) => (suite.normalized ? `${b.key}_raw` : b.key));
  const rows = Array.from({ length }, (_, row) => ({
    eval_id: String(cell("eval_id", row)),
    model: String(cell("model", row)),
    flagged: cell("flagged", row) === true,
    availability: cell("availability", row) as Availability | null,
    uploaded_at: cell("uploaded_at", row) as string | null,
    submitted_at: cell("submitted_at", row) as string | null,
    scores: keys.map((key) => cell(key, row) as number | null),
  }));
  return twinsOf(rows).map((twin) => (twin === null ? null : rows[twin]!.eval_id));
}

/** Standard error of a score in points, also where the table has no column for it (percentages). */
export function stderrAt(suite: Suite, grid: Grid, key: string, row: number): number | null {
  const given = grid.columns[`${key}_stderr`]?.[row];
  if (typeof given === "number") return given;
  const benchmark = suite.benchmarks.find((b) => b.key === key);
  const score = grid.columns[key]?.[row];
  if (!benchmark || suite.normalized || typeof score !== "number") return null;
  return unscaledStderr(benchmark, score / 100);
}

function unlessAssumed(suite: Suite, table: Grid, b: Suite["benchmarks"][number]) {
  return (stderr: Value, row: number): Value => {
    const raw = table.columns[`${b.key}_raw`]?.[row];
    const assumed = suite.normalized && typeof raw === "number" ? assumedStderr(b, raw) : null;
    return stderr === assumed ? null : stderr;
  };
}

function shortRevision(revision: Value): Value {
  return typeof revision === "string" && /^[0-9a-f]{40}$/.test(revision)
    ? revision.slice(0, 8)
    : revision;
}
