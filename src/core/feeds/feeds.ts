import { modelOfId } from "../records/eval-id.ts";
import type { Rescoring } from "../records/suite.ts";
import { isSameScore } from "../suite/same-score.ts";
import { splitModel } from "../table/cells.ts";
import { count, UNKNOWN } from "../table/format.ts";
import { at, type Grid } from "../table/grid.ts";
import { renamesBetween } from "../table/renames.ts";
import { pageAt } from "../view/address.ts";
import { type Entry, type Feed, tagUri } from "./atom.ts";

/** The main table as it stood on a day: a table's, or one that is known without. */
export interface Dated {
  /** Name of its folder, or the day. */
  name: string;
  /** The day it stands for. */
  day: string;
  grid: Grid;
}

/** Addresses that entries lead to, all absolute. */
export interface Addresses {
  /** Of the site, with a slash at the end. */
  site: string;
  feed(path: string): string;
  /** Null where the table is no table's. */
  snapshot(name: string): string | null;
  diff(from: string, to: string): string;
  /** Of a model's page; null where it has none. */
  model(model: string): string | null;
}

/** What all feeds are made from. */
export interface FeedSource {
  /** Title of the leaderboard. */
  title: string;
  /** Newest first, one at least. */
  tables: readonly Dated[];
  rescorings: readonly Rescoring[];
  benchmarks: readonly { key: string; name: string }[];
  addresses: Addresses;
}

/** A feed holds so many entries, the newest. */
export const MOST_ENTRIES = 100;
/** Ranks that the feed of the best is about. */
const TOP = 100;
/** New evaluations that an entry names. */
const NAMED = 20;

/**
 * New evaluations: an entry for each table that has any, with how many there are and the best of them,
 * and for each on which scores were formed anew. The first table has nothing before it to be new
 * against; its entry says so.
 */
export function newFeed(source: FeedSource): Feed {
  const { tables, addresses, title } = source;
  const entries = tables.flatMap((table, i): Entry[] => {
    const before = tables[i + 1];
    const known = new Set(before?.grid.columns.eval_id);
    const renamed = formerNames(table, before);
    const rows = rowsOf(table.grid).filter((row) => {
      const id = at(table.grid, "eval_id", row);
      return !known.has(id) && !renamed.has(String(id));
    });
    const again = rescored(source, table, before);
    const flags = flagChanges(table, before);
    if (rows.length === 0 && again.length === 0 && flags.length === 0 && before) return [];
    const one = rows.length === 1;
    const n = `${count(rows.length)} ${one ? "evaluation" : "evaluations"}`;
    const lines = rows.slice(0, NAMED).map((row) => lineOf(table.grid, row));
    const rest = rows.length - lines.length;
    const parts = [
      ...again.map(({ name, changed }) => `${name} scored anew (${count(changed)} changed)`),
      ...(rows.length > 0 ? [n.replace(" ", " new ")] : []),
      ...flags.map(({ what, models }) => `${count(models.length)} ${what}`),
    ];
    return [
      {
        id: tagUri(addresses.site, table.day, ["feeds", "new", table.name]),
        title: before
          ? `${table.name}: ${parts.join(", ")}`
          : `${table.name}: the first table known, ${n}`,
        day: table.day,
        links: linksOf(source, table, before),
        content: [
          before
            ? `${n} ${one ? "is" : "are"} in the table of ${table.name} and not in that of ${before.name}.`
            : `The first table known here, with ${n}.`,
          ...again.map(
            ({ name, what, changed }) =>
              `Answers to ${name} were scored anew with ${what}: ${count(changed)} evaluations have another score of it. That is no new run of them.`,
          ),
          ...flags.map(({ what, models }) => {
            const more = models.length - NAMED;
            const named = models.slice(0, NAMED).join(", ");
            return `Of the table before, ${what}: ${named}${more > 0 ? ` and ${count(more)} more` : ""}.`;
          }),
          ...(lines.length > 0
            ? [rest > 0 ? "The best of the new:" : one ? "It is:" : "They are:", ...lines]
            : []),
          ...(rest > 0 ? [`and ${count(rest)} more`] : []),
        ].join("\n"),
      },
    ];
  });
  return feedOf(source, {
    title: `${title}: new evaluations`,
    subtitle:
      "An entry for each known table that has evaluations which the one before did not have, scores formed anew, or flags set or lifted.",
    path: "/feeds/new.xml",
    page: addresses.site,
    entries,
  });
}

/** `eval_id` in the table before, by that in this one, of evaluations whose models were renamed in between. */
function formerNames(table: Dated, before: Dated | undefined): Map<string, string> {
  if (!before) return new Map();
  // Each feed asks for the same pairs of days.
  const known = formerKnown.get(table)?.get(before);
  if (known) return known;
  const found = new Map(
    [...renamesBetween(namesIn(before), namesIn(table))].map(([a, b]) => [b, a]),
  );
  formerKnown.set(table, new WeakMap([[before, found]]));
  return found;
}

/** By a table and the one before. */
const formerKnown = new WeakMap<Dated, WeakMap<Dated, Map<string, string>>>();

/** The same of models. */
function formerModels(table: Dated, before: Dated | undefined): Map<string, string> {
  const ids = formerNames(table, before);
  return new Map([...ids].map((pair) => pair.map(modelOfId) as [string, string]));
}

function namesIn({ grid }: Dated) {
  return [...(grid.columns.eval_id ?? [])].map((id) => {
    const eval_id = String(id);
    return { eval_id, model: modelOfId(eval_id) };
  });
}

/** Models of a table and the one before of which another thing is said about a flag, where both say it. */
function flagChanges(table: Dated, before: Dated | undefined) {
  if (!(before?.grid.columns.flagged && table.grid.columns.flagged)) return [];
  const rowOf = new Map(before.grid.columns.eval_id?.map((id, row) => [id, row]));
  const [since, lifted] = [new Set<string>(), new Set<string>()];
  for (let row = 0; row < table.grid.length; row++) {
    const was = rowOf.get(at(table.grid, "eval_id", row));
    if (was === undefined) continue;
    const [then, now] = [at(before.grid, "flagged", was), at(table.grid, "flagged", row)];
    if (typeof then !== "boolean" || typeof now !== "boolean" || then === now) continue;
    (now === true ? since : lifted).add(modelOfId(String(at(table.grid, "eval_id", row))));
  }
  return [
    { what: "flagged since", models: [...since] },
    { what: "no longer flagged", models: [...lifted] },
  ].filter(({ models }) => models.length > 0);
}

/** The re-scorings between a table and the one before, with how many scores they changed. */
function rescored({ rescorings, benchmarks }: FeedSource, table: Dated, before: Dated | undefined) {
  if (!before) return [];
  return rescorings
    .filter(({ day }) => day > before.day && day <= table.day)
    .map(({ benchmark: key, what }) => {
      const rowOf = new Map(before.grid.columns.eval_id?.map((id, row) => [id, row]));
      let changed = 0;
      for (let row = 0; row < table.grid.length; row++) {
        const was = rowOf.get(at(table.grid, "eval_id", row));
        if (was === undefined) continue;
        const [a, b] = [at(before.grid, key, was), at(table.grid, key, row)] as (number | null)[];
        if (!isSameScore(a ?? null, b ?? null)) changed++;
      }
      return { name: benchmarks.find((b) => b.key === key)?.name ?? key, what, changed };
    });
}

/**
 * Models that came into the top 100 since the table before, by their best evaluation. The first
 * snapshot has no entries: its whole top would say nothing. One that left and came back is new again.
 */
export function topFeed(source: FeedSource): Feed {
  const { tables, addresses, title } = source;
  const entries = tables.slice(0, -1).flatMap((table, i) => {
    const before = tables[i + 1]!;
    const earlier = bestRows(before.grid);
    const former = formerModels(table, before);
    const again = rescored(source, table, before)
      .map(({ name }) => ` Answers to ${name} were scored anew in between.`)
      .join("");
    return [...bestRows(table.grid)].flatMap(([model, row]): Entry[] => {
      const rank = at(table.grid, "rank", row);
      if (typeof rank !== "number" || rank > TOP) return [];
      const was = earlier.get(model) ?? earlier.get(former.get(model) ?? "");
      const rankThen = was === undefined ? null : at(before.grid, "rank", was);
      if (typeof rankThen === "number" && rankThen <= TOP) return [];
      const then =
        was === undefined
          ? "It was not in the table before."
          : rankThen === null
            ? "It was not ranked before."
            : `Its rank was ${count(Number(rankThen))} in the table of ${before.name}.`;
      return [
        {
          id: tagUri(addresses.site, table.day, [
            ...["feeds", "top-100", table.name],
            ...model.split("/"),
          ]),
          title: `${model} is number ${count(rank)}, average ${averageAt(table.grid, row)}`,
          day: table.day,
          links: linksOf(source, table, before, model),
          content: `${model} came into the top ${TOP} of ${title} in the table of ${table.name}: ${placeOf(table.grid, row)}. ${then}${again}`,
        },
      ];
    });
  });
  return feedOf(source, {
    title: `${title}: new in the top ${TOP}`,
    subtitle: `Models that came into the top ${TOP} since the table before.`,
    path: "/feeds/top-100.xml",
    page: addresses.site,
    entries,
  });
}

/**
 * New from each owner who has a model in the newest table or had one in an earlier: an entry for
 * each model, when it is first in a table. Those of the first snapshot count, else the feeds of
 * most owners would be empty; their entries say that they may be older.
 */
export function ownerFeeds(source: FeedSource): Map<string, Feed> {
  const { tables, addresses, title } = source;
  const seen = new Set<string>();
  const entries = new Map<string, Entry[]>();
  for (let i = tables.length - 1; i >= 0; i--) {
    const table = tables[i]!;
    const before = tables[i + 1];
    const own = new Map<string, Entry[]>();
    const former = formerModels(table, before);
    for (const [model, row] of bestRows(table.grid)) {
      const { owner } = splitModel(model);
      if (owner === "" || seen.has(model)) continue;
      seen.add(model);
      const entry: Entry = {
        id: tagUri(addresses.site, table.day, ["feeds", "owners", ...model.split("/")]),
        title: `${model}: ${placeOf(table.grid, row)}`,
        day: table.day,
        links: linksOf(source, table, before, model),
        content: before
          ? `${model} is ${former.has(model) ? `another name of ${former.get(model)}` : "new"} in the table of ${table.name}: ${placeOf(table.grid, row)}.`
          : `${model} is in the first table known here, that of ${table.name}: ${placeOf(table.grid, row)}. It may have been there before.`,
      };
      own.set(owner, [...(own.get(owner) ?? []), entry]);
    }
    // Newest first; within a table, best first.
    for (const [owner, list] of own) entries.set(owner, [...list, ...(entries.get(owner) ?? [])]);
  }
  const feeds = [...entries].map(([owner, list]) => {
    const feed = feedOf(source, {
      title: `${title}: new from @${owner}`,
      subtitle: `An entry for each model of ${owner}, when it is first in a table.`,
      path: ownerPath(owner),
      page: pageAt(`${addresses.site}?q=${encodeURIComponent(`@${owner}`)}`),
      entries: list,
    });
    return [owner, feed] as const;
  });
  return new Map(feeds);
}

/** Path of an owner's feed on this site. */
export function ownerPath(owner: string): string {
  return `/feeds/owners/${owner}.xml`;
}

function feedOf(
  { title: author, tables, addresses }: FeedSource,
  feed: Pick<Feed, "title" | "subtitle" | "page" | "entries"> & { path: string },
): Feed {
  const { path, entries, ...rest } = feed;
  const shown = entries.slice(0, MOST_ENTRIES);
  return {
    ...rest,
    self: addresses.feed(path),
    author,
    day: shown[0]?.day ?? tables[0]!.day,
    entries: shown,
  };
}

function linksOf(
  { addresses }: FeedSource,
  table: Dated,
  before: Dated | undefined,
  model?: string,
): Entry["links"] {
  const diff = before && addresses.diff(before.name, table.name);
  const page = model === undefined ? null : addresses.model(model);
  const own = addresses.snapshot(table.name);
  const main = page ?? diff ?? own ?? addresses.site;
  return [
    { rel: "alternate", href: main },
    ...(diff && diff !== main
      ? [{ rel: "related" as const, href: diff, title: "What changed" }]
      : []),
    ...(own !== null && own !== main
      ? [{ rel: "related" as const, href: own, title: `Snapshot of ${table.name}` }]
      : []),
  ];
}

/** All rows, best first: ranked ones by rank, then the others. */
function rowsOf(grid: Grid): number[] {
  const rankAt = (row: number) => Number(at(grid, "rank", row) ?? Infinity);
  return Array.from({ length: grid.length }, (_, row) => row).sort(
    (a, b) => rankAt(a) - rankAt(b) || a - b,
  );
}

/** The best evaluation of each model, best models first. */
function bestRows(grid: Grid): Map<string, number> {
  const best = new Map<string, number>();
  for (const row of rowsOf(grid)) {
    const model = String(at(grid, "model", row));
    if (!best.has(model)) best.set(model, row);
  }
  return best;
}

function lineOf(grid: Grid, row: number): string {
  return `${String(at(grid, "model", row))}: ${placeOf(grid, row)}`;
}

function placeOf(grid: Grid, row: number): string {
  const rank = at(grid, "rank", row);
  const place = typeof rank === "number" ? `rank ${count(rank)}` : "not ranked";
  return `${place}, average ${averageAt(grid, row)}`;
}

function averageAt(grid: Grid, row: number): string {
  const average = at(grid, "average", row);
  return typeof average === "number" ? average.toFixed(2) : UNKNOWN;
}
