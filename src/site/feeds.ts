import { pairQuery } from "../diff/pair.ts";
import type { Feed } from "../feeds/atom.ts";
import { type FeedSource, newFeed, ownerFeeds, topFeed } from "../feeds/feeds.ts";
import { leaderboard, loadSite } from "./board.ts";
import { href, modelHref } from "./href.ts";
import { loadSnapshots } from "./snapshots.ts";

/** All feeds of the site. */
export interface Feeds {
  fresh: Feed;
  top: Feed;
  /** By owner. */
  owners: Map<string, Feed>;
}

let made: Promise<Feeds> | undefined;

/**
 * The feeds, made once per build.
 *
 * @param origin where the site stands (`Astro.site`)
 */
export function loadFeeds(origin: URL | undefined): Promise<Feeds> {
  made ??= makeFeeds(origin);
  return made;
}

async function makeFeeds(origin: URL | undefined): Promise<Feeds> {
  const { boards } = await loadSite();
  const absolute = (path: string) => new URL(path, origin).href;
  const source: FeedSource = {
    title: leaderboard.title,
    snapshots: (await loadSnapshots()).map(({ entry, grid }) => ({
      name: entry.name,
      day: entry.as_of,
      grid,
    })),
    addresses: {
      site: absolute(href("/")),
      feed: (path) => absolute(href(path)),
      snapshot: (name) => absolute(href(`/data/${name}/`)),
      diff: (from, to) => absolute(href(`/data/diff/${pairQuery({ from, to })}`)),
      model: (model) =>
        boards.some((b) => b.byModel.has(model)) ? absolute(modelHref(model)) : null,
    },
  };
  return { fresh: newFeed(source), top: topFeed(source), owners: ownerFeeds(source) };
}
