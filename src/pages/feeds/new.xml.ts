import type { APIRoute } from "astro";
import { atomXml } from "../../feeds/atom.ts";
import { loadFeeds } from "../../site/feeds.ts";

export const GET: APIRoute = async () => new Response(atomXml((await loadFeeds()).fresh));
