import type { APIRoute } from "astro";
import { modelsAnswer } from "../../../api/answers.ts";
import { loadSite } from "../../../build/board.ts";

export const GET: APIRoute = async () => Response.json(modelsAnswer(await loadSite()));
