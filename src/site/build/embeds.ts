import type { EmbedSetup, SnapshotContext } from "../embed/setup.ts";
import { snippetOf, type Wanted } from "../embed/snippets.ts";
import { absolute, absoluteFolder } from "./address.ts";
import { placeOf } from "./analyses.ts";
import { leaderboard, loadIndex, loadSite, type Site } from "./board.ts";
import { engineSize } from "./engine-size.ts";
import { contextOf, digestOf } from "./figures.ts";
import { chartFile, chartNamed } from "./pictures.ts";
import { bytesOf, packedAddress } from "./setup.ts";

/** So many of the newest snapshots have the rows of every figure ready; older ones take DuckDB. */
const PREPARED = 10;

/** Width that an embed has by itself, in CSS pixels: a figure at its full size. */
const WIDTH = 768;

/** What stands around a figure, in CSS pixels: the title in two lines, the caption, the link. */
const AROUND = 190;

/** Height of an embedded table as it opens: 20 rows with head and words. */
const TABLE_HEIGHT = 1110;

/** Pixels of a picture's PNG file to one of its drawing. */
const PNG_SCALE = 2;

/** Name of the snapshot that the site is built from; null where it is no dated one. */
export async function latestName(): Promise<string | null> {
  const { latest, snapshots } = await loadIndex();
  return snapshots.some((s) => s.name === latest) ? latest : null;
}

/** What the scripts of embeds share. */
export async function embedSetup(site: Site): Promise<EmbedSetup> {
  const { snapshots } = await loadIndex();
  const { main, archive } = contextOf(site);
  return {
    ...sentContext(site),
    main,
    archive,
    snapshots: snapshots.map((s) => s.name),
    latest: await latestName(),
    prepared: Object.fromEntries(
      (await preparedSites()).map((prepared) => [prepared.name, sentContext(prepared)]),
    ),
    packed: Object.fromEntries(
      site.boards.map(({ suite }) => [suite.table, packedAddress(suite.table, site.manifest)]),
    ),
    bytes: Object.fromEntries(
      [...site.boards.map(({ suite }) => suite.table), "history"].map((table) => [
        table,
        bytesOf(table, site.manifest),
      ]),
    ),
    engine: await engineSize(),
    version: digestOf(site),
  };
}

/** What figures must know of a snapshot. */
function sentContext(site: Site): SnapshotContext {
  const context = contextOf(site);
  return {
    columns: context.columns.map((c) => c.name),
    archiveColumns: context.archive ? context.archiveColumns.map((c) => c.name) : [],
    asOf: context.asOf,
    since: context.since,
  };
}

/** The snapshots whose figures are made ready, without the one that the site is built from. */
export async function preparedSites(): Promise<Site[]> {
  const latest = await latestName();
  const { snapshots } = await loadIndex();
  const names = snapshots.slice(0, PREPARED).map((s) => s.name);
  return Promise.all(names.filter((name) => name !== latest).map((name) => loadSite(name)));
}

/** Path of the page that shows the same as an embed. */
export function embedPlace(name: string): string {
  if (name === "leaderboard") return "/";
  if (name === "archive") return "/archive/";
  return placeOf(name);
}

/** A chart as it is embedded where nothing was chosen. */
export async function wantedOf(site: Site, name: string): Promise<Wanted> {
  const { title, picture } = await chartNamed(site, name);
  const [, , width = WIDTH, height = 0] = String(picture.attributes.viewBox).split(" ").map(Number);
  const isTable = name === "leaderboard" || name === "archive";
  return {
    root: absoluteFolder("/"),
    name,
    title,
    view: "",
    page: absolute(embedPlace(name)),
    theme: "auto",
    asOf: null,
    rows: null,
    width: WIDTH,
    height: isTable
      ? TABLE_HEIGHT
      : Math.ceil((Math.min(WIDTH - 34, 736) / width) * height) + AROUND,
  };
}

/**
 * An oEmbed answer (https://oembed.com, version 1.0). Static hosts cannot read the request's
 * `maxwidth` and `maxheight`; the frame fits any width.
 */
export async function oembedOf(site: Site, name: string): Promise<Record<string, string | number>> {
  const wanted = await wantedOf(site, name);
  const { width, height } = await chartFile(name, "light");
  return {
    type: "rich",
    version: "1.0",
    title: wanted.title,
    provider_name: leaderboard.title,
    provider_url: wanted.root,
    cache_age: 86_400,
    html: snippetOf("iframe", wanted).replace('width="100%"', `width="${wanted.width}"`),
    width: wanted.width,
    height: wanted.height,
    thumbnail_url: `${wanted.root}charts/${name}.png`,
    thumbnail_width: Math.round(width * PNG_SCALE),
    thumbnail_height: Math.round(height * PNG_SCALE),
  };
}
