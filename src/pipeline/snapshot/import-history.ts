import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { evalId } from "../../core/records/eval-id.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { asPublished } from "../../core/suite/same-score.ts";
import { intervalValues } from "../../core/table/schema.ts";
import { readTable } from "../duckdb/table-file.ts";
import type { Provenance } from "../sources/embedded.ts";
import { asBoolean, asNumber, asText, asWeightType } from "../sources/fields.ts";
import {
  type Day,
  type DayTable,
  type History,
  type Interval,
  tablesOf,
} from "../sources/history.ts";
import { MIRROR, originOf } from "./origin.ts";

/** Days whose scores are to be the same in both accounts, to the digits that were published. */
const TOLERANCE = 1e-9;

/**
 * Reads a folder `history/`: `days.csv` (day, rows, layout, sha256, mirror_commit) and
 * `intervals.csv.gz` (the parts of the key, first_day, last_day, average, scores and raw scores of
 * every stretch of days). Which evaluations were flagged it does not say: see
 * `withFlags`.
 *
 * @param dated tables that stand whole beside it: the intervals have to agree with each
 * @returns null where there is no such folder
 * @throws UserError where the two accounts differ, or a count is not that of `days.csv`
 */
export async function readIntervals(
  db: DuckDBConnection,
  folder: string,
  suite: Suite,
  dated: readonly DayTable[],
): Promise<{
  history: History;
  digests: Map<string, string>;
  origins: Provenance["origins"];
} | null> {
  if (!(await stat(folder).catch(() => null))) return null;
  const [listed, stretches] = [join(folder, "days.csv"), join(folder, "intervals.csv.gz")];
  const table = await readTable(db, listed);
  const rows = await readTable(db, stretches);
  const cell = (name: string, i: number) => table.columns[name]?.[i] ?? null;
  const counts = new Map<string, number | null>();
  const days = Array.from({ length: table.length }, (_, i): Day => {
    counts.set(String(cell("day", i)), asNumber(cell("rows", i)));
    return {
      day: String(cell("day", i)),
      digits: cell("layout", i) === "wide" ? 2 : null,
      source: `${MIRROR}, commit ${cell("mirror_commit", i)}`,
      sha256: asText(cell("sha256", i)),
    };
  });
  const intervals = Array.from({ length: rows.length }, (_, i) => {
    return intervalOf(suite, (name) => rows.columns[name]?.[i] ?? null);
  });
  const history = { days, intervals: withFlags(intervals, days, dated) };
  checkAgainst(history, counts, dated);
  return {
    history,
    digests: new Map(days.flatMap(({ day, sha256 }) => (sha256 ? [[sha256, day] as const] : []))),
    origins: [
      await originOf(listed, MIRROR, table.length),
      await originOf(stretches, MIRROR, rows.length),
    ],
  };
}

function intervalOf(
  suite: Suite,
  cell: (name: string) => string | number | boolean | null,
): Interval {
  const key = {
    model: String(cell("model")),
    revision: asText(cell("revision")),
    precision: asText(cell("precision")),
    weight_type: asWeightType(cell("weight_type")),
    chat_template: asBoolean(cell("chat_template")),
  };
  return {
    eval_id: evalId(key),
    first_day: String(cell("first_day")),
    last_day: String(cell("last_day")),
    flagged: false,
    average: asNumber(cell("average")),
    values: intervalValues(suite).map(({ name }) => asNumber(cell(name))),
  };
}

/**
 * Says of each interval whether its evaluation was flagged, and cuts it where that changed: on a day,
 * it is as the newest dated table up to that day says, and before the first one that has it, as that.
 *
 * @param days all known days, oldest first
 */
function withFlags(
  intervals: readonly Interval[],
  days: readonly Day[],
  dated: readonly DayTable[],
): Interval[] {
  const said = new Map<string, { day: string; flagged: boolean }[]>();
  const ever = new Set<string>();
  for (const { day, rows } of [...dated].sort((a, b) => (a.day < b.day ? -1 : 1))) {
    for (const { eval_id, flagged } of rows) {
      said.set(eval_id, [...(said.get(eval_id) ?? []), { day, flagged }]);
      if (flagged) ever.add(eval_id);
    }
  }
  return intervals.flatMap((interval) => {
    if (!ever.has(interval.eval_id)) return [interval];
    const known = said.get(interval.eval_id)!;
    const stateOn = (day: string) => known.findLast((k) => k.day <= day) ?? known[0]!;
    const pieces: Interval[] = [];
    for (const { day } of days) {
      if (day < interval.first_day || day > interval.last_day) continue;
      const { flagged } = stateOn(day);
      const last = pieces.at(-1);
      if (last?.flagged === flagged) last.last_day = day;
      else pieces.push({ ...interval, flagged, first_day: day, last_day: day });
    }
    return pieces;
  });
}

function checkAgainst(
  history: History,
  counts: ReadonlyMap<string, number | null>,
  dated: readonly DayTable[],
): void {
  const whole = new Map(dated.map((table) => [table.day, table]));
  for (const { day, digits, rows } of tablesOf(history)) {
    if (counts.get(day) !== rows.length) {
      throw new UserError(
        `history of ${day}: ${rows.length} evaluations, days.csv says ${counts.get(day)}.`,
      );
    }
    const table = whole.get(day);
    if (!table) continue;
    const published = new Map(table.rows.map((row) => [row.eval_id, row]));
    for (const { eval_id, average } of rows) {
      const other = published.get(eval_id);
      const rounded = asPublished(average, digits);
      if (!other || Math.abs((rounded ?? -1) - (other.average ?? -1)) > TOLERANCE) {
        throw new UserError(
          `history of ${day}: ${eval_id} has the average ${rounded}, the table of that day ${other?.average ?? "does not have it"}.`,
        );
      }
    }
  }
}
