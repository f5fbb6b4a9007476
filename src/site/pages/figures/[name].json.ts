import type { APIRoute, GetStaticPaths } from "astro";
import type { Figure } from "../../../core/figures/figure.ts";
import { loadSite } from "../../build/board.ts";
import { makeFigure, siteFigures } from "../../build/figures.ts";
import { byColumns } from "../../build/rows.ts";

/**
 * The rows behind a figure as the page shows it at first: what can be pointed at before DuckDB is
 * there. By columns, numbers as they are.
 */
export const getStaticPaths = (async () =>
  siteFigures(await loadSite()).map((figure) => ({
    params: { name: figure.name },
    props: { figure },
  }))) satisfies GetStaticPaths;

export const GET: APIRoute<{ figure: Figure }> = async ({ props }) => {
  const { rows } = await makeFigure(await loadSite(), props.figure);
  return Response.json(byColumns(rows));
};
