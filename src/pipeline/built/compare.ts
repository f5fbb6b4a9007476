import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import { count, plural } from "../../core/table/format.ts";
import { filesBelow } from "../cache/files-below.ts";
import { sha256 } from "../cache/sha256.ts";

/** How two builds of the site differ, file by file. */
export interface Differences {
  /** Files that are the same, byte by byte. */
  same: number;
  /** Files that differ in the names of scripts and style sheets only. */
  renamed: number;
  /** Paths of all others that both have. */
  changed: string[];
  /** Paths that only one of them has; scripts and style sheets apart. */
  missing: string[];
  added: string[];
  /** Scripts and style sheets by content: how many both have, and the names of those that only one has. */
  assets: { same: number; before: string[]; after: string[] };
}

/** Where Astro puts scripts and style sheets, under names that hold a digest. */
const ASSETS = "_assets/";
const NAMES = /_assets\/[\w.@-]+|(?<=["'`/])[\w.@-]+\.[\w-]{8}\.(?:js|css)/g;

/** Compares two builds: for a change of the code that must not change what a visitor gets. */
export async function compareSites(before: string, after: string): Promise<Differences> {
  const [old, now] = await Promise.all([pathsIn(before), pathsIn(after)]);
  const done: Differences = {
    same: 0,
    renamed: 0,
    changed: [],
    missing: [...old].filter((path) => !now.has(path) && !path.startsWith(ASSETS)),
    added: [...now].filter((path) => !old.has(path) && !path.startsWith(ASSETS)),
    assets: await compareAssets(before, after),
  };
  for (const path of old) {
    if (!now.has(path) || path.startsWith(ASSETS)) continue;
    const [a, b] = await Promise.all([readFile(join(before, path)), readFile(join(after, path))]);
    if (a.equals(b)) done.same++;
    else if (nameless(a) === nameless(b)) done.renamed++;
    else done.changed.push(path);
  }
  return done;
}

async function compareAssets(before: string, after: string): Promise<Differences["assets"]> {
  const [old, now] = await Promise.all([contentsIn(before), contentsIn(after)]);
  return {
    same: [...old.keys()].filter((content) => now.has(content)).length,
    before: [...old].flatMap(([content, name]) => (now.has(content) ? [] : [name])).sort(),
    after: [...now].flatMap(([content, name]) => (old.has(content) ? [] : [name])).sort(),
  };
}

/** Names of assets by the digest of what they hold, in which other assets have no name. */
async function contentsIn(site: string): Promise<Map<string, string>> {
  const folder = join(site, ASSETS);
  const names = await readdir(folder);
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name))));
  return new Map(names.map((name, i) => [sha256(nameless(texts[i]!)), name]));
}

function nameless(bytes: Buffer): string {
  return bytes.toString("latin1").replace(NAMES, "");
}

async function pathsIn(folder: string): Promise<Set<string>> {
  const paths = await filesBelow(folder).catch(() => {
    throw new UserError(`There is no built site in ${folder}.`);
  });
  return new Set(paths);
}

/** Lines of differing names that are printed before the rest is only counted. */
const SHOWN = 20;

/** The differences in words; the first line is the sum. */
export function differencesText(d: Differences): string {
  const list = (title: string, paths: readonly string[]) => [
    ...(paths.length > 0 ? [`${title}: ${count(paths.length)}`] : []),
    ...paths.slice(0, SHOWN).map((path) => `  ${path}`),
  ];
  const { assets } = d;
  return [
    `${plural(d.same, "file")} the same byte by byte, ${count(d.renamed)} but for the names of assets, ` +
      `${count(d.changed.length)} changed, ${count(d.missing.length)} missing, ${count(d.added.length)} added`,
    `Scripts and style sheets: ${count(assets.same)} the same, ${count(assets.before.length)} only before, ` +
      `${count(assets.after.length)} only after`,
    ...list("Changed", d.changed),
    ...list("Missing", d.missing),
    ...list("Added", d.added),
    ...list("Assets only before", assets.before),
    ...list("Assets only after", assets.after),
  ].join("\n");
}
