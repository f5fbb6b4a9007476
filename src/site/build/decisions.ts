import { type Ancestor, flaggedAncestors } from "../../core/decisions/lineage.ts";
import { openQueue } from "../../core/queue/open.ts";
import type { Flag } from "../../core/records/curated.ts";
import { modelOfId } from "../../core/records/eval-id.ts";
import type { ModelFacts } from "../../core/records/facts.ts";
import type { Leaderboard } from "../../core/records/leaderboard.ts";
import { at } from "../../core/table/grid.ts";
import type { Site } from "./board.ts";

type Facts = ReadonlyMap<string, ModelFacts>;

/** A flagged model that another was made from, with what is said of it. */
export interface FlaggedBase extends Ancestor {
  flags: Flag[];
}

/** A model that an earlier table has as flagged, and the newest does not. */
export interface Vanished {
  model: string;
  /** The last day of a stretch in which it was flagged. */
  last: string;
}

const standing = new WeakMap<Site, Flag[]>();

/** Flags that hold: those of the list, and those of a published table that are not on it. */
export function standingFlags(site: Site): Flag[] {
  const known = standing.get(site) ?? formStanding(site);
  standing.set(site, known);
  return known;
}

function formStanding({ boards, flags }: Site): Flag[] {
  const listed = flags.filter((f) => f.lifted === null);
  const known = new Set(listed.map((f) => `${f.suite} ${f.model}`));
  const published = boards.flatMap(({ suite, byModel, table }) =>
    [...byModel]
      .filter(([model, rows]) => {
        const flagged = rows.some((row) => table.columns.flagged?.[row] === true);
        return flagged && !known.has(`${suite.id} ${model}`);
      })
      .map(([model]) => ofTable(model, suite.id)),
  );
  return [...listed, ...published];
}

/** All that is known of a flag that a table brought along. */
function ofTable(model: string, suite: string): Flag {
  const reason = "Flagged in the published table.";
  const unknown = { link: null, by: null, at: null, evidence: [], disputes: [], lifted: null };
  return { model, suite, reason, ...unknown };
}

const parentsKnown = new WeakMap<Site, Map<string, string[]>>();

/** The flagged models that a model was made from, as tables and facts name its base models, the nearest first. */
export function flaggedBases(site: Site, facts: Facts, model: string): FlaggedBase[] {
  const parents = parentsKnown.get(site) ?? parentsOf(site, facts);
  parentsKnown.set(site, parents);
  const flags = standingFlags(site);
  const of = (name: string) => flags.filter((f) => f.model === name);
  const flagged = new Set(flags.map((f) => f.model));
  return flaggedAncestors(
    model,
    (name) => parents.get(name) ?? [],
    (name) => flagged.has(name),
  ).map((ancestor) => ({ ...ancestor, flags: of(ancestor.model) }));
}

/** A merge has several parents: its card names them, where a table has room for one. */
function parentsOf({ boards }: Site, facts: Facts): Map<string, string[]> {
  const parents = new Map<string, Set<string>>();
  const add = (model: string, base: string) =>
    parents.set(model, (parents.get(model) ?? new Set()).add(base));
  for (const { table } of boards) {
    for (let row = 0; row < table.length; row++) {
      const base = at(table, "base_model", row);
      if (base !== null) add(String(at(table, "model", row)), String(base));
    }
  }
  for (const { model, base_models } of facts.values())
    for (const base of base_models) add(model, base);
  return new Map([...parents].map(([model, bases]) => [model, [...bases]]));
}

/** Flags of earlier tables that neither the newest table nor the list still knows, by name. */
export function vanishedFlags(site: Site): Vanished[] {
  const { intervals, boards, flags } = site;
  if (!intervals) return [];
  const suite = boards[0]!.suite.id;
  const now = new Set(
    [...standingFlags(site), ...flags].filter((f) => f.suite === suite).map((f) => f.model),
  );
  const last = new Map<string, string>();
  for (let row = 0; row < intervals.length; row++) {
    if (at(intervals, "flagged", row) !== true) continue;
    const id = at(intervals, "renamed_to", row) ?? at(intervals, "eval_id", row);
    const model = modelOfId(String(id));
    const day = String(at(intervals, "last_day", row));
    if (!now.has(model) && day > (last.get(model) ?? "")) last.set(model, day);
  }
  return [...last]
    .map(([model, last]) => ({ model, last }))
    .sort((a, b) => (a.model < b.model ? -1 : 1));
}

/**
 * Where a flag is disputed: a new discussion on the dataset of requests, with its title filled in, which
 * the digest of what needs a person looks for. Null where the queue is not open: its datasets may be another's, as
 * those of an archive are.
 */
export function disputeLink(leaderboard: Leaderboard, model: string): string | null {
  const open = openQueue(leaderboard);
  if (open === null) return null;
  const title = encodeURIComponent(`Dispute: ${model}`);
  return `https://huggingface.co/datasets/${open.requests}/discussions/new?title=${title}`;
}

/** How many of the main table's evaluations have a stated base model, and how many come from a flagged one. */
export function lineageCounts(site: Site, facts: Facts) {
  const { byModel, table } = site.boards[0]!;
  let stated = 0;
  let warned = 0;
  for (const [model, rows] of byModel) {
    stated += rows.filter((row) => at(table, "base_model", row) !== null).length;
    if (flaggedBases(site, facts, model).length > 0) warned += rows.length;
  }
  return { rows: table.length, stated, warned };
}
