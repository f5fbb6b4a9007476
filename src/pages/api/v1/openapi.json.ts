import type { APIRoute } from "astro";
import { openApi } from "../../../api/openapi.ts";
import { addressOn } from "../../../site/address.ts";
import { loadSite } from "../../../site/board.ts";

export const GET: APIRoute = async ({ site }) => {
  const { leaderboard, manifest } = await loadSite();
  return Response.json(openApi(leaderboard, manifest.as_of, addressOn(site)));
};
