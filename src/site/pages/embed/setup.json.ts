import type { APIRoute } from "astro";
import { loadSite } from "../../build/board.ts";
import { embedSetup } from "../../build/embeds.ts";

/** What the scripts of all embeds share. */
export const GET: APIRoute = async () => Response.json(await embedSetup(await loadSite()));
