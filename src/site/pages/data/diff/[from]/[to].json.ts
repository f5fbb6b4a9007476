import type { APIRoute, GetStaticPaths } from "astro";
import { keptPairs } from "../../../../../core/diff/pair.ts";
import { diffOf, loadSnapshots } from "../../../../build/snapshots.ts";

/** What differs between two snapshots, for the pairs of `keptPairs`. */
export const getStaticPaths = (async () => {
  const names = (await loadSnapshots()).map(({ entry }) => entry.name);
  return keptPairs(names).map((params) => ({ params: { ...params } }));
}) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params }) => {
  const snapshots = await loadSnapshots();
  const named = (name: string | undefined) => snapshots.find((s) => s.entry.name === name)!;
  return Response.json(diffOf(named(params.from), named(params.to)));
};
