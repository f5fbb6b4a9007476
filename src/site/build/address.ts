import { folderHref, href } from "./href.ts";

/** Where the site stands; Astro says it, except to tests of single parts. */
const SITE = import.meta.env.SITE ?? "http://localhost";

/** The absolute address of a path on this site: `absolute("/data/")`. */
export function absolute(path: string): string {
  return new URL(href(path), SITE).href;
}

/** The absolute address of a folder, for what is put together below it. */
export function absoluteFolder(path: string): string {
  return new URL(folderHref(path), SITE).href;
}
