import { pairQuery } from "../../core/diff/pair.ts";
import type { Feed } from "../../core/feeds/atom.ts";
import { type FeedSource, newFeed, ownerFeeds, topFeed } from "../../core/feeds/feeds.ts";
import { absolute, absoluteFolder } from "./address.ts";
import { leaderboard, loadSite } from "./board.ts";
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
  const { boards } = await loadSite();
  const source: FeedSource = {
    title: leaderboard.title,
    snapshots: (await loadSnapshots()).map(({ entry, grid }) => ({
      name: entry.name,
      day: entry.as_of,
      grid,
    })),
    addresses: {
      site: absoluteFolder("/"),
      feed: (path) => absolute(path),
      snapshot: (name) => absolute(`/data/${name}/`),
      diff: (from, to) => absolute(`/data/diff/${pairQuery({ from, to })}`),
      model: (model) =>
        boards.some((b) => b.byModel.has(model)) ? absolute(`/models/${model}/`) : null,
    },
  };
  return { fresh: newFeed(source), top: topFeed(source), owners: ownerFeeds(source) };
}
