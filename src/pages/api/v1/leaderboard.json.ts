import type { APIRoute } from "astro";
import { leaderboardAnswer } from "../../../api/answers.ts";
import { absolute } from "../../../site/address.ts";
import { loadSite } from "../../../site/board.ts";

export const GET: APIRoute = async () =>
  Response.json(leaderboardAnswer(await loadSite(), absolute));
