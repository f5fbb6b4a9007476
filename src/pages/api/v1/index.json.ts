import type { APIRoute } from "astro";
import { indexAnswer } from "../../../api/answers.ts";
import { absolute } from "../../../site/address.ts";
import { loadSite } from "../../../site/board.ts";

export const GET: APIRoute = async () => Response.json(indexAnswer(await loadSite(), absolute));
