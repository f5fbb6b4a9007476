import { splitModel } from "../table/cells.ts";
import { count, UNKNOWN } from "../table/format.ts";
import { at, type Grid } from "../table/grid.ts";
import { pageAt } from "../view/address.ts";
import { type Entry, type Feed, tagUri } from "./atom.ts";

/** The main table of a snapshot. */
export interface Dated {
  /** Name of its folder. */
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
  snapshot(name: string): string;
  diff(from: string, to: string): string;
  /** Of a model's page; null where it has none. */
  model(model: string): string | null;
}

/** What all feeds are made from. */
export interface FeedSource {
  /** Title of the leaderboard. */
  title: string;
  /** Newest first, one at least. */
  snapshots: readonly Dated[];
  addresses: Addresses;
}

/** A feed holds so many entries, the newest. */
export const MOST_ENTRIES = 100;
/** Ranks that the feed of the best is about. */
const TOP = 100;
/** New evaluations that an entry names. */
const NAMED = 20;

/**
 * New evaluations: an entry for each snapshot, with how many there are and the best of them. The
 * first snapshot has nothing before it to be new against; its entry says so.
 */
export function newFeed(source: FeedSource): Feed {
  const { snapshots, addresses, title } = source;
  const entries = snapshots.map((snapshot, i): Entry => {
    const before = snapshots[i + 1];
    const known = new Set(before?.grid.columns.eval_id);
    const rows = rowsOf(snapshot.grid).filter(
      (row) => !known.has(at(snapshot.grid, "eval_id", row)),
    );
    const one = rows.length === 1;
    const n = `${count(rows.length)} ${one ? "evaluation" : "evaluations"}`;
    const lines = rows.slice(0, NAMED).map((row) => lineOf(snapshot.grid, row));
    const rest = rows.length - lines.length;
    return {
      id: tagUri(addresses.site, snapshot.day, ["feeds", "new", snapshot.name]),
      title: before
        ? `${snapshot.name}: ${n.replace(" ", " new ")}`
        : `${snapshot.name}: the first snapshot, ${n}`,
      day: snapshot.day,
      links: linksOf(source, snapshot, before),
      content: [
        before
          ? `${n} ${one ? "is" : "are"} in the snapshot of ${snapshot.name} and not in that of ${before.name}.`
          : `The first snapshot kept here, with ${n}.`,
        ...(lines.length > 0
          ? [rest > 0 ? "The best of them:" : one ? "It is:" : "They are:", ...lines]
          : []),
        ...(rest > 0 ? [`and ${count(rest)} more`] : []),
      ].join("\n"),
    };
  });
  return feedOf(source, {
    title: `${title}: new evaluations`,
    subtitle: "An entry for each snapshot, with what the one before did not have.",
    path: "/feeds/new.xml",
    page: addresses.site,
    entries,
  });
}

/**
 * Models that came into the top 100 since the snapshot before, by their best evaluation. The first
 * snapshot has no entries: its whole top would say nothing. One that left and came back is new again.
 */
export function topFeed(source: FeedSource): Feed {
  const { snapshots, addresses, title } = source;
  const entries = snapshots.slice(0, -1).flatMap((snapshot, i) => {
    const before = snapshots[i + 1]!;
    const earlier = bestRows(before.grid);
    return [...bestRows(snapshot.grid)].flatMap(([model, row]): Entry[] => {
      const rank = at(snapshot.grid, "rank", row);
      if (typeof rank !== "number" || rank > TOP) return [];
      const was = earlier.get(model);
      const rankThen = was === undefined ? null : at(before.grid, "rank", was);
      if (typeof rankThen === "number" && rankThen <= TOP) return [];
      const then =
        was === undefined
          ? "It was not in the table before."
          : rankThen === null
            ? "It was not ranked before."
            : `Its rank was ${count(Number(rankThen))} in the snapshot of ${before.name}.`;
      return [
        {
          id: tagUri(addresses.site, snapshot.day, [
            ...["feeds", "top-100", snapshot.name],
            ...model.split("/"),
          ]),
          title: `${model} is number ${count(rank)}, average ${averageAt(snapshot.grid, row)}`,
          day: snapshot.day,
          links: linksOf(source, snapshot, before, model),
          content: `${model} came into the top ${TOP} of ${title} in the snapshot of ${snapshot.name}: ${placeOf(snapshot.grid, row)}. ${then}`,
        },
      ];
    });
  });
  return feedOf(source, {
    title: `${title}: new in the top ${TOP}`,
    subtitle: `Models that came into the top ${TOP} since the snapshot before.`,
    path: "/feeds/top-100.xml",
    page: addresses.site,
    entries,
  });
}

/**
 * New from each owner who has a model in the newest table or had one in an earlier: an entry for
 * each model, when it is first in a snapshot. Those of the first snapshot count, else the feeds of
 * most owners would be empty; their entries say that they may be older.
 */
export function ownerFeeds(source: FeedSource): Map<string, Feed> {
  const { snapshots, addresses, title } = source;
  const seen = new Set<string>();
  const entries = new Map<string, Entry[]>();
  for (let i = snapshots.length - 1; i >= 0; i--) {
    const snapshot = snapshots[i]!;
    const before = snapshots[i + 1];
    const own = new Map<string, Entry[]>();
    for (const [model, row] of bestRows(snapshot.grid)) {
      const { owner } = splitModel(model);
      if (owner === "" || seen.has(model)) continue;
      seen.add(model);
      const entry: Entry = {
        id: tagUri(addresses.site, snapshot.day, ["feeds", "owners", ...model.split("/")]),
        title: `${model}: ${placeOf(snapshot.grid, row)}`,
        day: snapshot.day,
        links: linksOf(source, snapshot, before, model),
        content: before
          ? `${model} is new in the snapshot of ${snapshot.name}: ${placeOf(snapshot.grid, row)}.`
          : `${model} is in the first snapshot kept here, that of ${snapshot.name}: ${placeOf(snapshot.grid, row)}. It may have been there before.`,
      };
      own.set(owner, [...(own.get(owner) ?? []), entry]);
    }
    // Newest first; within a snapshot, best first.
    for (const [owner, list] of own) entries.set(owner, [...list, ...(entries.get(owner) ?? [])]);
  }
  const feeds = [...entries].map(([owner, list]) => {
    const feed = feedOf(source, {
      title: `${title}: new from @${owner}`,
      subtitle: `An entry for each model of ${owner}, when it is first in a snapshot.`,
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
  { title: author, snapshots, addresses }: FeedSource,
  feed: Pick<Feed, "title" | "subtitle" | "page" | "entries"> & { path: string },
): Feed {
  const { path, entries, ...rest } = feed;
  const shown = entries.slice(0, MOST_ENTRIES);
  return {
    ...rest,
    self: addresses.feed(path),
    author,
    day: shown[0]?.day ?? snapshots[0]!.day,
    entries: shown,
  };
}

function linksOf(
  { addresses }: FeedSource,
  snapshot: Dated,
  before: Dated | undefined,
  model?: string,
): Entry["links"] {
  const diff = before && addresses.diff(before.name, snapshot.name);
  const page = model === undefined ? null : addresses.model(model);
  const own = addresses.snapshot(snapshot.name);
  const main = page ?? diff ?? own;
  return [
    { rel: "alternate", href: main },
    ...(diff && diff !== main
      ? [{ rel: "related" as const, href: diff, title: "What changed" }]
      : []),
    ...(own !== main
      ? [{ rel: "related" as const, href: own, title: `Snapshot of ${snapshot.name}` }]
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
