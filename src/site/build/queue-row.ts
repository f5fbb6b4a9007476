import { z } from "zod";
import type { Vote } from "../../core/queue/tally.ts";
import { type Earlier, shortRevision, type Told } from "../../core/queue/timeline.ts";
import { formatParams } from "../../core/table/format.ts";
import { at, type Grid, type Value } from "../../core/table/grid.ts";

/** A row of `requests.parquet` as the page reads it; a column that the table lacks is unknown. */
export interface QueueRow extends Told {
  model: string;
  revision: string | null;
  /** Branch or tag that it was submitted under, where `revision` is the commit it had. */
  branch: string | null;
  precision: string | null;
  weight_type: string | null;
  model_type: string | null;
  params_b: number | null;
  chat_template: boolean | null;
  cause: string | null;
  /** Its file; in tables older than this column, a name put together. */
  path: string;
  /** Whatever is the same for all requests of one account; null where it is not known. */
  submitter: string | number | null;
}

/** All rows of the table. */
export function rowsOf(table: Grid): QueueRow[] {
  return Array.from({ length: table.length }, (_, row) => {
    const text = (column: string) => textOf(at(table, column, row));
    const number = (column: string) => numberOf(at(table, column, row));
    return {
      model: text("model") ?? "",
      revision: text("revision"),
      branch: text("branch"),
      precision: text("precision"),
      weight_type: text("weight_type"),
      model_type: text("model_type"),
      params_b: number("params_b"),
      chat_template: at(table, "chat_template", row) === true,
      status: text("status") ?? "no status",
      submitted_at: text("submitted_at"),
      started_at: text("started_at"),
      ended_at: text("ended_at"),
      job_id: text("job_id"),
      tries: number("tries"),
      cause: text("cause"),
      why: text("why"),
      progress: text("progress"),
      path: text("path") ?? [text("model"), text("precision"), text("weight_type"), row].join("_"),
      pull_request: number("pull_request"),
      earlier: earlierIn(text("timeline")),
      submitter: text("submitter") ?? number("submitter"),
    };
  });
}

/** All votes of the table; in tables older than proofs, none is proven. */
export function votesIn(table: Grid): Vote[] {
  return Array.from({ length: table.length }, (_, row) => ({
    model: textOf(at(table, "model", row)) ?? "",
    revision: textOf(at(table, "revision", row)) ?? "main",
    precision: textOf(at(table, "precision", row)),
    account: numberOf(at(table, "account", row)) ?? textOf(at(table, "voter", row)),
    proven: at(table, "proven", row) === true,
  }));
}

const text = z.string().nullable();
const earlierSchema = z.array(
  z.object({
    revision: text,
    status: text,
    submitted_at: text,
    ended_at: text,
    why: text,
  }),
);

/** What is no list of earlier requests tells of none. */
function earlierIn(json: string | null): Earlier[] {
  if (json === null) return [];
  try {
    return earlierSchema.parse(JSON.parse(json));
  } catch {
    return [];
  }
}

function textOf(value: Value): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}

function numberOf(value: Value): number | null {
  return typeof value === "number" ? value : null;
}

/** What is asked for beside the model's name: `bfloat16 · adapter · 7B · chat template · at 1234567`. */
export function whatOf(row: QueueRow): string {
  const { precision, weight_type, params_b, chat_template, revision } = row;
  return [
    precision,
    weight_type !== "Original" && weight_type?.toLowerCase(),
    params_b !== null && params_b > 0 && formatParams(params_b),
    chat_template && "chat template",
    revision && `at ${shortRevision(revision)}`,
  ]
    .filter(Boolean)
    .join(" · ");
}
