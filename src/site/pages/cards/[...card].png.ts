import type { APIRoute, GetStaticPaths } from "astro";
import { loadSite } from "../../build/board.ts";
import { drawCards } from "../../build/cards.ts";

/** `/cards/….png`: what a link to a page looks like where links are shown as cards. */
export const getStaticPaths = (async () =>
  [...drawCards(await loadSite())].map(([card, file]) => ({
    params: { card },
    props: { file },
  }))) satisfies GetStaticPaths;

export const GET: APIRoute<{ file: Promise<Buffer> }> = async ({ props }) =>
  new Response(new Uint8Array(await props.file), { headers: { "content-type": "image/png" } });
