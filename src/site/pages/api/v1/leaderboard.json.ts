import type { APIRoute } from "astro";
import { leaderboardAnswer } from "../../../api/answers.ts";
import { absolute } from "../../../build/address.ts";
import { loadSite } from "../../../build/board.ts";

export const GET: APIRoute = async () =>
  Response.json(leaderboardAnswer(await loadSite(), absolute));
