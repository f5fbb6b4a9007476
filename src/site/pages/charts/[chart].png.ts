import type { APIRoute, GetStaticPaths } from "astro";
import type { Theme } from "../../../pipeline/pictures/styles.ts";
import { chartFile, chartPaths, pngFile } from "../../build/pictures.ts";

/** `/charts/NAME.png` and `/charts/NAME.dark.png`, at twice the size for sharp screens. */
export const getStaticPaths = chartPaths satisfies GetStaticPaths;

export const GET: APIRoute<{ name: string; theme: Theme }> = async ({ props }) => {
  const { picture } = await chartFile(props.name, props.theme);
  return new Response(new Uint8Array(await pngFile(picture, 2)), {
    headers: { "content-type": "image/png" },
  });
};
