/** An evaluation as far as a name is concerned. */
export interface Named {
  eval_id: string;
  model: string;
}

/** An evaluation with the days on which a table had it, `YYYY-MM-DD`. */
export interface Listed extends Named {
  first: string;
  last: string;
}

/** An evaluation that went on under another name of its model. */
export interface Rename {
  from: Named;
  to: Named;
  /** Last known day under the old name, first known one under the new. */
  until: string;
  since: string;
}

/**
 * What stays of an evaluation when its model gets another name: commit, precision, weights and chat
 * template, as `eval_id` has them. Null where that does not tell models apart: the revision is no commit
 * (eight hex digits or more), or the weights are an adapter's or a delta's, of which the tables often
 * state the commit of the model below, which many share.
 */
export function commitKey({ eval_id, model }: Named): string | null {
  const key = eval_id.startsWith(`${model}@`) ? eval_id.slice(model.length + 1) : "";
  const [, commit = "", rest = ""] =
    key.match(/^([0-9a-f]{8})[0-9a-f]*:([^:]*:Original:[^:]*)$/) ?? [];
  return commit === "" ? null : `${commit}:${rest}`;
}

/**
 * Evaluations of one table that the other has under another name of their model: the same commit,
 * evaluated in the same way, missing there under the name it has here. Two names of one commit at the
 * same time are copies, not a rename: so one of the two names must be missing altogether from the table
 * where the other took its place. Where more than one evaluation could be the other, none is taken.
 *
 * @returns `eval_id` in the second table, by that in the first
 */
export function renamesBetween(from: readonly Named[], to: readonly Named[]): Map<string, string> {
  const ids = [from, to].map((rows) => new Set(rows.map((row) => row.eval_id)));
  const names = [from, to].map((rows) => new Set(rows.map((row) => row.model)));
  const gone = onceByKey(from.filter((row) => !ids[1]!.has(row.eval_id)));
  const fresh = onceByKey(to.filter((row) => !ids[0]!.has(row.eval_id)));
  const found = new Map<string, string>();
  for (const [key, old] of gone) {
    const next = fresh.get(key);
    if (!old || !next || old.model === next.model) continue;
    if (names[1]!.has(old.model) && names[0]!.has(next.model)) continue;
    found.set(old.eval_id, next.eval_id);
  }
  return found;
}

/** Rows by what a rename leaves; null where several share it. */
function onceByKey(rows: readonly Named[]): Map<string, Named | null> {
  const found = new Map<string, Named | null>();
  for (const row of rows) {
    const key = commitKey(row);
    if (key !== null) found.set(key, found.has(key) ? null : row);
  }
  return found;
}

/**
 * All renames in a history, by the rule of `renamesBetween` over time: an evaluation went on under
 * another name when the old name's last day is before the new one's first, and the old name as a whole
 * had ended, or the new one not begun, by then. Of several later names the next is taken, so that a
 * model renamed twice has two renames. Oldest first.
 *
 * @param listed one entry for each evaluation, with its first and last day
 */
export function renamesOf(listed: readonly Listed[]): Rename[] {
  const spans = spansOf(listed);
  const byKey = new Map<string, Listed[]>();
  for (const row of listed) {
    const key = commitKey(row);
    if (key !== null) byKey.set(key, [...(byKey.get(key) ?? []), row]);
  }
  const renames = [...byKey.values()].flatMap((rows) => successions(rows, spans));
  return renames.sort((a, b) => compare(a.since, b.since) || compare(a.to.eval_id, b.to.eval_id));
}

/** First and last day of each name, over all its evaluations. */
function spansOf(listed: readonly Listed[]): Map<string, { first: string; last: string }> {
  const spans = new Map<string, { first: string; last: string }>();
  for (const { model, first, last } of listed) {
    const span = spans.get(model) ?? { first, last };
    if (first < span.first) span.first = first;
    if (last > span.last) span.last = last;
    spans.set(model, span);
  }
  return spans;
}

/** The renames among evaluations that only differ in the name. */
function successions(
  rows: readonly Listed[],
  spans: ReadonlyMap<string, { first: string; last: string }>,
): Rename[] {
  const found = rows.flatMap((old): Rename[] => {
    const later = rows
      .filter((row) => row.model !== old.model && row.first > old.last)
      .filter(
        (row) => spans.get(old.model)!.last < row.first || spans.get(row.model)!.first > old.last,
      )
      .sort((a, b) => compare(a.first, b.first));
    const [next, other] = later;
    if (!next || other?.first === next.first) return [];
    return [{ from: named(old), to: named(next), until: old.last, since: next.first }];
  });
  // Two that went on as one: it cannot be told which of them was renamed.
  return found.filter(
    (rename) => found.filter((r) => r.to.eval_id === rename.to.eval_id).length === 1,
  );
}

/** The last name of every evaluation that was renamed: its `eval_id`, by each one that it had before. */
export function lastNames(renames: readonly Rename[]): Map<string, string> {
  const last = new Map<string, string>();
  // The newest first: what a name became is known when it is asked for.
  for (const { from, to } of renames.toReversed()) {
    last.set(from.eval_id, last.get(to.eval_id) ?? to.eval_id);
  }
  return last;
}

function named({ eval_id, model }: Named): Named {
  return { eval_id, model };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
