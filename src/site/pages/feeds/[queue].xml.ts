import type { APIRoute, GetStaticPaths } from "astro";
import { atomXml } from "../../../core/feeds/atom.ts";
import { loadSite } from "../../build/board.ts";
import { hasQueue, loadQueue } from "../../build/queue.ts";

/** `/feeds/queue.xml`, where the newest tables have requests. */
export const getStaticPaths = (async () =>
  hasQueue(await loadSite()) ? [{ params: { queue: "queue" } }] : []) satisfies GetStaticPaths;

export const GET: APIRoute = async () => new Response(atomXml((await loadQueue()).feed));
