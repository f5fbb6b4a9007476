import type { APIRoute } from "astro";
import { leaderboardAnswer } from "../../../api/answers.ts";
import { addressOn } from "../../../site/address.ts";
import { loadSite } from "../../../site/board.ts";

export const GET: APIRoute = async ({ site }) =>
  Response.json(leaderboardAnswer(await loadSite(), addressOn(site)));
