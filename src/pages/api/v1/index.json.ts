import type { APIRoute } from "astro";
import { indexAnswer } from "../../../api/answers.ts";
import { addressOn } from "../../../site/address.ts";
import { loadSite } from "../../../site/board.ts";

export const GET: APIRoute = async ({ site }) =>
  Response.json(indexAnswer(await loadSite(), addressOn(site)));
