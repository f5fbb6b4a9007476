import type { APIRoute, GetStaticPaths } from "astro";
import { loadSite } from "../../build/board.ts";
import { hasQueue, loadQueue } from "../../build/queue.ts";

/** `/table/waiting.json`: what the form for submissions tells a place by, where the tables have requests. */
export const getStaticPaths = (async () =>
  hasQueue(await loadSite()) ? [{ params: { waiting: "waiting" } }] : []) satisfies GetStaticPaths;

export const GET: APIRoute = async () => Response.json((await loadQueue())!.waiting);
