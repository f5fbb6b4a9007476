import type { APIRoute, GetStaticPaths } from "astro";
import { modelAnswer } from "../../../../api/answers.ts";
import { absolute } from "../../../../build/address.ts";
import { loadSite } from "../../../../build/board.ts";
import { loadFacts } from "../../../../build/facts.ts";
import { lookupsOf } from "../../../../build/model.ts";
import { loadRuns } from "../../../../build/runs.ts";

export const getStaticPaths = (async () => {
  const { models } = lookupsOf(await loadSite());
  return models.map((model) => ({ params: { model } }));
}) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params }) => {
  const site = await loadSite();
  const known = { runs: await loadRuns(site), facts: await loadFacts() };
  return Response.json(modelAnswer(site, known, params.model!, absolute));
};
