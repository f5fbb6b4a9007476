import { gzipSync } from "node:zlib";
import type { APIRoute, GetStaticPaths } from "astro";
import type { Figure } from "../../../../core/figures/figure.ts";
import { figuresOf } from "../../../../core/figures/registry.ts";
import type { Site } from "../../../build/board.ts";
import { preparedSites } from "../../../build/embeds.ts";
import { contextOf, makeFigure } from "../../../build/figures.ts";
import { byColumns } from "../../../build/rows.ts";

/**
 * For embeds that stay with a dated snapshot: the rows of each figure as it opens. JSON within gzip,
 * which the browser takes apart itself: plain, these would be a fifteenth of the site.
 */
export const getStaticPaths = (async () =>
  (await preparedSites()).flatMap((site) =>
    figuresOf(contextOf(site)).map((figure) => ({
      params: { snapshot: site.name, name: figure.name },
      props: { site, figure },
    })),
  )) satisfies GetStaticPaths;

export const GET: APIRoute<{ site: Site; figure: Figure }> = async ({ props }) => {
  const { rows } = await makeFigure(props.site, props.figure);
  return new Response(gzipSync(JSON.stringify(byColumns(rows))));
};
