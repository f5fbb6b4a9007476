import type { APIRoute } from "astro";
import { openApi } from "../../../api/openapi.ts";
import { absolute } from "../../../build/address.ts";
import { loadSite } from "../../../build/board.ts";

export const GET: APIRoute = async () => {
  const { leaderboard, manifest } = await loadSite();
  return Response.json(openApi(leaderboard, manifest.as_of, absolute));
};
