import { pageAt } from "../../core/view/address.ts";

const base = import.meta.env.BASE_URL.replace(/\/$/, "");

/** An address on this site, wherever it is hosted: `href("/data/")`. */
export function href(path: string): string {
  return pageAt(folderHref(path));
}

/** Address of a folder, for what is put together below it: `folderHref("/models/")`. */
export function folderHref(path: string): string {
  return `${base}${path}`;
}

/** The path of a page on this site, of the one that its address has: the other way round. */
export function pathOf(pathname: string): string {
  return pathname.slice(base.length).replace(/index\.html$/, "");
}

/** The page of a model. Names are checked when they are read, so they need no escaping here. */
export function modelHref(model: string): string {
  return href(`/models/${model}/`);
}
