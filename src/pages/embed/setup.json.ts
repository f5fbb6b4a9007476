import type { APIRoute } from "astro";
import { loadSite } from "../../site/board.ts";
import { embedSetup } from "../../site/embeds.ts";

/** What the scripts of all embeds share. */
export const GET: APIRoute = async () => Response.json(await embedSetup(await loadSite()));
