import type { APIRoute, GetStaticPaths } from "astro";
import { modelAnswer } from "../../../../api/answers.ts";
import { absolute } from "../../../../build/address.ts";
import { loadSite } from "../../../../build/board.ts";
import { lookupsOf } from "../../../../build/model.ts";

export const getStaticPaths = (async () => {
  const { models } = lookupsOf(await loadSite());
  return models.map((model) => ({ params: { model } }));
}) satisfies GetStaticPaths;

export const GET: APIRoute = async ({ params }) =>
  Response.json(modelAnswer(await loadSite(), params.model!, absolute));
