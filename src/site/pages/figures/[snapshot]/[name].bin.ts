import { gzipSync } from "node:zlib";
import type { APIRoute, GetStaticPaths } from "astro";
import type { Figure } from "../../../../core/figures/figure.ts";
import { loadSite, type Site } from "../../../build/board.ts";
import { preparedSites } from "../../../build/embeds.ts";
import { makeFigure, siteFigures } from "../../../build/figures.ts";
import { byColumns } from "../../../build/rows.ts";

/**
 * For embeds that stay with a dated snapshot: the rows of each figure as it opens. JSON within gzip,
 * which the browser takes apart itself: plain, these would be a fifteenth of the site.
 */
export const getStaticPaths = (async () => {
  // Whoever embeds a figure of today may ask for it as of then, also where nothing was known then.
  const figures = siteFigures(await loadSite());
  return (await preparedSites()).flatMap((site) =>
    figures.map((figure) => ({
      params: { snapshot: site.name, name: figure.name },
      props: { site, figure },
    })),
  );
}) satisfies GetStaticPaths;

export const GET: APIRoute<{ site: Site; figure: Figure }> = async ({ props }) => {
  const { rows } = await makeFigure(props.site, props.figure);
  return new Response(gzipSync(JSON.stringify(byColumns(rows))));
};
