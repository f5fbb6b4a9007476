import type { APIRoute } from "astro";
import { absolute } from "../../build/address.ts";
import { SCHEMAS, type SchemaName, schemaOf } from "../../docs/schemas.ts";

export const getStaticPaths = () => SCHEMAS.map((name) => ({ params: { name } }));

/** JSON Schema of the files that people write. */
export const GET: APIRoute = ({ params }) => {
  const name = params.name as SchemaName;
  return Response.json(schemaOf(name, absolute(`/schema/${name}.json`)));
};
