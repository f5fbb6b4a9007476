import { z } from "zod";
import { cleanText } from "../../core/records/text.ts";
import { sha256 } from "../cache/sha256.ts";
import { checkedBy, jsonIn } from "../sources/record.ts";
import { parseRequest, type RequestRow, STATUSES } from "../sources/requests.ts";
import { isOver, type Life } from "./life.ts";

/** A request's file: what it asks for, and where it stands. */
export interface RequestFile {
  /** In the dataset of requests: `OWNER/NAME_eval_request_False_PRECISION_WEIGHTTYPE.json`. */
  path: string;
  /** As it was read, all fields: what is not ours goes back as it came. */
  raw: Record<string, unknown>;
  row: RequestRow;
  life: Life;
}

/**
 * What runners add to a request's file, under one name, so that all who read the leaderboard's older
 * requests read these too.
 */
const noteSchema = z.object({
  until: z.iso.datetime().nullish(),
  tries: z.number().int().min(0).max(1000).default(0),
  cause: z.string().max(40).nullish(),
  why: z.string().max(2000).transform(cleanText).nullish(),
  progress: z.string().max(200).transform(cleanText).nullish(),
  /** When it ended. */
  ended: z.iso.datetime().nullish(),
});

/** A status that is none of the format is another program's: what may happen to it is not known here. */
const statusSchema = z.looseObject({ status: z.enum(STATUSES) });

/** @throws Error whose message says what is wrong with the file */
export function readRequest(path: string, text: string): RequestFile {
  const raw = jsonIn(text) as Record<string, unknown>;
  const row = parseRequest(text);
  const { status } = checkedBy(statusSchema, row);
  const note = checkedBy(noteSchema, raw.runner ?? {});
  // A time without a holder, or the other way round, is no lease.
  const until = note.until && row.job_id !== null ? Date.parse(note.until) : null;
  return {
    path,
    raw,
    row,
    life: {
      status,
      holder: until === null ? null : row.job_id,
      until,
      tries: note.tries,
      cause: note.cause ?? null,
      why: note.why ?? null,
      progress: note.progress ?? null,
    },
  };
}

/**
 * The file's text after its request has gone on. `job_id` and `job_start_time` are those of the request
 * format: the job's name and when it began; of a request that waits, -1 and null.
 *
 * @param now milliseconds since 1970
 */
export function writeRequest({ raw, life: before }: RequestFile, life: Life, now: number): string {
  const note = {
    until: life.until === null ? null : new Date(life.until).toISOString(),
    tries: life.tries,
    cause: life.cause,
    why: life.why,
    progress: life.progress,
    ended: isOver(life) ? new Date(now).toISOString() : null,
  };
  const begins = life.holder !== null && life.holder !== before.holder;
  const job =
    life.status === "PENDING"
      ? { job_id: -1, job_start_time: null }
      : begins
        ? { job_id: life.holder, job_start_time: new Date(now).toISOString() }
        : {};
  return `${JSON.stringify({ ...raw, status: life.status, ...job, runner: note }, null, 2)}\n`;
}

/**
 * What stands for a request wherever a name is needed: folders, files. The same request submitted anew
 * is another one. 16 hex digits.
 */
export function keyOf({ path, row }: Pick<RequestFile, "path" | "row">): string {
  return sha256(`${path}\n${row.submitted_at ?? ""}`).slice(0, 16);
}
