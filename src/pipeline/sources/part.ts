import { basename, resolve } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { ColumnDrift, Origin } from "../../core/records/manifest.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import { cleanText } from "../../core/records/text.ts";
import { UserError } from "../../core/records/user-error.ts";
import { readTable, type TableFile } from "../duckdb/table-file.ts";
import type { DayTable, History } from "./history.ts";
import type { Outcome } from "./pack.ts";
import type { Row } from "./packed.ts";
import type { FiledRequest } from "./requests.ts";
import type { VoteRow } from "./votes.ts";

export interface Part {
  evaluations: Row[];
  /** Accounts of the main suite's past. */
  history: (History | DayTable)[];
  rejections: Rejection[];
  origins: Origin[];
  days: string[];
  /** Of result files, for the drift. */
  outcomes: Outcome[];
  columns: ColumnDrift[];
  requests: FiledRequest[] | null;
  votes: VoteRow[] | null;
}

export const nothing = (): Part => ({
  evaluations: [],
  history: [],
  rejections: [],
  origins: [],
  days: [],
  outcomes: [],
  columns: [],
  requests: null,
  votes: null,
});

/** One by one: a hundred thousand are too many for the arguments of a call. */
export function add(all: Part, part: Part): void {
  for (const e of part.evaluations) all.evaluations.push(e);
  all.history.push(...part.history);
  for (const r of part.rejections) all.rejections.push(r);
  for (const o of part.outcomes) all.outcomes.push(o);
  all.origins.push(...part.origins);
  all.days.push(...part.days);
  all.columns.push(...part.columns);
  if (part.requests) all.requests = [...(all.requests ?? []), ...part.requests];
  if (part.votes) all.votes = [...(all.votes ?? []), ...part.votes];
}

/** Newest of these days or times; one that lies ahead, as anybody may write into a file, does not count. */
export function newest(times: Iterable<string>): string | null {
  const now = new Date().toISOString();
  let last = "";
  for (const time of times) if (time > last && time <= now) last = time;
  return last === "" ? null : last;
}

/** What a run of unknown time counts from. */
const BEGINNING = "1970-01-01T00:00:00Z";

/** Outcomes of result files as a part, their paths below the source's name. */
export function ofOutcomes(outcomes: Outcome[], name: string): Part {
  const part = nothing();
  const now = new Date().toISOString();
  for (const outcome of outcomes) {
    // Whoever names a file may name it anything.
    const path = cleanText(`${name}/${outcome.path}`);
    part.outcomes.push({ ...outcome, path, evaluations: [] });
    for (const e of outcome.evaluations) {
      e.source = path;
      for (const run of e.runs) run.source = path;
      // A time that lies ahead is a slip in a name: it must not win against every later run.
      if (e.at > now) e.at = BEGINNING;
      part.evaluations.push(e);
    }
    if (outcome.reason !== null) part.rejections.push({ path, reason: outcome.reason });
    for (const reason of outcome.asides) part.rejections.push({ path, reason });
  }
  // A file that does not say when its run was counts from the beginning of time.
  const time = newest(part.evaluations.map((e) => e.at));
  if (time !== null && time > "1970-01-02") part.days.push(time.slice(0, 10));
  return part;
}

/** The days of the newest request and of the newest vote: the queue moves without a result. */
export function queueDays(requests: FiledRequest[], votes: VoteRow[]): string[] {
  const times = [
    newest(requests.flatMap((r) => r.submitted_at ?? [])),
    newest(votes.flatMap((v) => v.voted_at ?? [])),
  ];
  return times.flatMap((time) => time?.slice(0, 10) ?? []);
}

/** @param what how the file is called in the error when it cannot be read */
export async function readOr(db: DuckDBConnection, path: string, what: string): Promise<TableFile> {
  return readTable(db, path).catch((error: Error) => {
    throw new UserError(`${what} cannot be read: ${error.message.split("\n")[0]}`);
  });
}

/** A source as manifest and summary name it: nothing of the builder's own folders. */
export function tidy(source: string): string {
  return basename(resolve(source));
}
