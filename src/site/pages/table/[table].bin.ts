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
    rowGroupSize: grid.length,
    columnData: Object.entries(sent).map(([name, values]) => ({
      name,
      data: byName.map(({ row }) => values[row] ?? null),
      nullable: true,
      ...formatOf(values),
    })),
  });
  return new Response(gzipSync(new Uint8Array(parquet), { level: 9 }));
};

/** Numbers byte by byte: the first bytes of all are much alike. */
function formatOf(values: readonly unknown[]) {
  const known = values.filter((v) => v !== null);
  if (typeof known[0] === "string") return { type: "STRING" } as const;
  if (typeof known[0] === "boolean") return { type: "BOOLEAN" } as const;
  const type = known.every(isInt32) ? "INT32" : "DOUBLE";
  return { type, encoding: "BYTE_STREAM_SPLIT" } as const;
}

/** There is none for -0. */
function isInt32(value: unknown): boolean {
  return typeof value === "number" && Object.is(value | 0, value);
}
