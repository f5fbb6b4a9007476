import { gzipSync } from "node:zlib";
import type { APIRoute, GetStaticPaths } from "astro";
import { parquetWriteBuffer } from "hyparquet-writer";
import { pack } from "../../../core/table/pack.ts";
import { type Board, loadSite } from "../../build/board.ts";
import { gridOf } from "../../build/grid.ts";

/**
 * The file behind a leaderboard page: what `pack` keeps of the table, as uncompressed Parquet
 * within gzip, so that the browser's own decompression serves and hosts need not compress it.
 */
export const getStaticPaths = (async () => {
  const { boards } = await loadSite();
  return boards.map((board) => ({ params: { table: board.suite.table }, props: { board } }));
}) satisfies GetStaticPaths;

export const GET: APIRoute<{ board: Board }> = ({ props }) => {
  const { grid } = gridOf(props.board);
  const sent = pack(props.board.suite, grid);
  const byName = [...(grid.columns.model ?? [])]
    .map((model, row) => ({ model: String(model), row }))
    .sort((a, b) => (a.model < b.model ? -1 : a.model > b.model ? 1 : a.row - b.row));
  const parquet = parquetWriteBuffer({
    codec: "UNCOMPRESSED",
    statistics: false,
    columnData: Object.entries(sent).map(([name, values]) => ({
      name,
      data: byName.map(({ row }) => values[row] ?? null),
      type: typeOf(values),
      nullable: true,
    })),
  });
  return new Response(gzipSync(new Uint8Array(parquet), { level: 9 }));
};

function typeOf(values: readonly unknown[]): "STRING" | "BOOLEAN" | "DOUBLE" {
  const known = values.find((v) => v !== null);
  return typeof known === "string" ? "STRING" : typeof known === "boolean" ? "BOOLEAN" : "DOUBLE";
}
