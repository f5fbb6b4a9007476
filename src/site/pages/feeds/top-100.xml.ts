import type { APIRoute } from "astro";
import { atomXml } from "../../../core/feeds/atom.ts";
import { loadFeeds } from "../../build/feeds.ts";

export const GET: APIRoute = async () => new Response(atomXml((await loadFeeds()).top));
