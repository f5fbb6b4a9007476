import { href } from "./href.ts";

/** Makes absolute addresses of paths on this site: `addressOn(Astro.site)("/data/")`. */
export function addressOn(site: URL | undefined): (path: string) => string {
  return (path) => new URL(href(path), site).href;
}
