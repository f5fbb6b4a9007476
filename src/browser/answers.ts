import type { Row } from "../core/figures/figure.ts";
import type { Engine } from "./engine.ts";
import { get } from "./get.ts";

/**
 * The rows of a figure that were worked out when the site was built: JSON, or `.bin`, which is JSON
 * within gzip.
 *
 * @throws Error with a sentence for the reader
 */
export async function fetchRows(url: string): Promise<Row[]> {
  const response = await get(url, "The figure's rows");
  const isPacked = new URL(url, location.href).pathname.endsWith(".bin");
  const plain = isPacked
    ? new Response(response.body!.pipeThrough(new DecompressionStream("gzip")))
    : response;
  const columns = (await plain.json()) as Record<string, Row[string][]>;
  const names = Object.keys(columns);
  const length = columns[names[0] ?? ""]?.length ?? 0;
  return Array.from({ length }, (_, i) =>
    Object.fromEntries(names.map((name) => [name, columns[name]?.[i] ?? null])),
  );
}

/** The rows that a figure's query gives, as records. */
export async function askRows(engine: Engine, sql: string): Promise<Row[]> {
  const { names, rows } = await engine.query(sql);
  return rows.map((row) => Object.fromEntries(names.map((n, i) => [n, row[i] ?? null])));
}
