import type { APIRoute, GetStaticPaths } from "astro";
import { atomXml, type Feed } from "../../../../core/feeds/atom.ts";
import { loadFeeds } from "../../../build/feeds.ts";

/** One feed for each owner of a model in a main table, of today or of an earlier day. */
export const getStaticPaths = (async () => {
  const { owners } = await loadFeeds();
  return [...owners].map(([owner, feed]) => ({ params: { owner }, props: { feed } }));
}) satisfies GetStaticPaths;

export const GET: APIRoute<{ feed: Feed }> = ({ props }) => new Response(atomXml(props.feed));
