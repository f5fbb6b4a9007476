import { pairQuery } from "../../core/diff/pair.ts";
import type { Feed } from "../../core/feeds/atom.ts";
import { type FeedSource, newFeed, ownerFeeds, topFeed } from "../../core/feeds/feeds.ts";
import { tableOfDay } from "../../core/table/day.ts";
import { absolute, absoluteFolder } from "./address.ts";
import { leaderboard, loadSite, type Site } from "./board.ts";
import { loadSnapshots } from "./snapshots.ts";

/** All feeds of the site. */
export interface Feeds {
  fresh: Feed;
  top: Feed;
  /** By owner. */
  owners: Map<string, Feed>;
}

let made: Promise<Feeds> | undefined;

/** The feeds, made once per build. */
export function loadFeeds(): Promise<Feeds> {
  made ??= makeFeeds();
  return made;
}

async function makeFeeds(): Promise<Feeds> {
  const site = await loadSite();
  const { suite } = site.boards[0]!;
  const snapshots = (await loadSnapshots()).map(({ entry, grid }) => ({
    name: entry.name,
    day: entry.as_of,
    grid,
  }));
  const own = new Set(snapshots.map(({ day }) => day));
  const source: FeedSource = {
    title: leaderboard.title,
    tables: [...snapshots, ...tablesOfDays(site, own)].sort((a, b) => (a.name < b.name ? 1 : -1)),
    rescorings: suite.rescorings,
    benchmarks: suite.benchmarks,
    addresses: {
      site: absoluteFolder("/"),
      feed: (path) => absolute(path),
      snapshot: (name) =>
        snapshots.some((s) => s.name === name) ? absolute(`/data/${name}/`) : null,
      diff: (from, to) => absolute(`/data/diff/${pairQuery({ from, to })}`),
      model: (model) =>
        site.boards.some((b) => b.byModel.has(model)) ? absolute(`/models/${model}/`) : null,
    },
  };
  return { fresh: newFeed(source), top: topFeed(source), owners: ownerFeeds(source) };
}

/** The tables of known days that have no snapshot. */
function tablesOfDays({ intervals, days, boards }: Site, own: ReadonlySet<string>) {
  if (!intervals) return [];
  const keys = boards[0]!.suite.benchmarks.map((b) => b.key);
  return days
    .filter(({ day }) => !own.has(day))
    .map((known) => ({
      name: known.day,
      day: known.day,
      grid: tableOfDay(intervals, known, keys),
    }));
}
