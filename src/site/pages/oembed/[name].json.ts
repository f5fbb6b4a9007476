import type { APIRoute, GetStaticPaths } from "astro";
import { loadSite } from "../../build/board.ts";
import { oembedOf } from "../../build/embeds.ts";
import { chartNames } from "../../build/pictures.ts";

/** `/oembed/NAME.json`: how to embed a chart, for programs that find it by its link in a page. */
export const getStaticPaths = (async () =>
  chartNames(await loadSite()).map((name) => ({ params: { name } }))) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params }) =>
  Response.json(await oembedOf(await loadSite(), params.name ?? ""));
