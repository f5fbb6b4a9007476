import type { APIRoute, GetStaticPaths } from "astro";
import { toMarkup } from "../../charts/svg.ts";
import { THEMES, type Theme } from "../../pictures/styles.ts";
import { loadSite } from "../../site/board.ts";
import { chartFile, chartNames } from "../../site/pictures.ts";

/** `/charts/NAME.svg` and `/charts/NAME.dark.svg`: every chart as a picture that stands alone. */
export const getStaticPaths = (async () =>
  chartNames(await loadSite()).flatMap((name) =>
    THEMES.map((theme) => ({
      params: { chart: theme === "dark" ? `${name}.dark` : name },
      props: { name, theme },
    })),
  )) satisfies GetStaticPaths;

export const GET: APIRoute<{ name: string; theme: Theme }> = async ({ props }) => {
  const { picture } = await chartFile(props.name, props.theme);
  return new Response(toMarkup(picture), { headers: { "content-type": "image/svg+xml" } });
};
