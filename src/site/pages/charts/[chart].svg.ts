import type { APIRoute, GetStaticPaths } from "astro";
import { toMarkup } from "../../../core/charts/svg.ts";
import type { Theme } from "../../../pipeline/pictures/styles.ts";
import { chartFile, chartPaths } from "../../build/pictures.ts";

/** `/charts/NAME.svg` and `/charts/NAME.dark.svg`: every chart as a picture that stands alone. */
export const getStaticPaths = chartPaths satisfies GetStaticPaths;

export const GET: APIRoute<{ name: string; theme: Theme }> = async ({ props }) => {
  const { picture } = await chartFile(props.name, props.theme);
  return new Response(toMarkup(picture), { headers: { "content-type": "image/svg+xml" } });
};
