import type { APIRoute, GetStaticPaths } from "astro";
import { THEMES, type Theme } from "../../pictures/styles.ts";
import { loadSite } from "../../site/board.ts";
import { chartFile, chartNames, pngFile } from "../../site/pictures.ts";

/** `/charts/NAME.png` and `/charts/NAME.dark.png`, at twice the size for sharp screens. */
export const getStaticPaths = (async () =>
  chartNames(await loadSite()).flatMap((name) =>
    THEMES.map((theme) => ({
      params: { chart: theme === "dark" ? `${name}.dark` : name },
      props: { name, theme },
    })),
  )) satisfies GetStaticPaths;

export const GET: APIRoute<{ name: string; theme: Theme }> = async ({ props }) => {
  const { picture } = await chartFile(props.name, props.theme);
  return new Response(new Uint8Array(await pngFile(picture, 2)), {
    headers: { "content-type": "image/png" },
  });
};
