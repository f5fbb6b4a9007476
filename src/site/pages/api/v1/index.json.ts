import type { APIRoute } from "astro";
import { indexAnswer } from "../../../api/answers.ts";
import { absolute } from "../../../build/address.ts";
import { loadSite } from "../../../build/board.ts";

export const GET: APIRoute = async () => Response.json(indexAnswer(await loadSite(), absolute));
