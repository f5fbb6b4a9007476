import { readdirSync } from "node:fs";
import { join, relative } from "node:path";

/** A page, or another file that is made like one. */
export interface Page {
  /** Its address as Astro writes it: `/models/[...model]`. */
  pattern: string;
  /** The file that makes it. */
  file: string;
}

const ENDINGS = /\.(?:astro|md|mdx|html|ts|js)$/;

/** The pages in a folder, by the rules of Astro's own `pages` folder; none where there is no such folder. */
export function pagesIn(folder: string): Page[] {
  let names: string[];
  try {
    names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  } catch {
    return [];
  }
  return names
    .filter((name) => ENDINGS.test(name) && !/(?:^|[\\/])[_.]/.test(name))
    .map((name) => ({ pattern: patternOf(name), file: join(folder, name) }))
    .sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

function patternOf(name: string): string {
  const path = relative(".", name).replaceAll("\\", "/").replace(ENDINGS, "");
  return `/${path.replace(/(?:^|\/)index$/, "")}`;
}
