import { FACTS } from "../../core/diff/diff.ts";
import type { Grid } from "../../core/table/grid.ts";

/**
 * Fetches what a comparison needs of a published `models.parquet`. The reader and the decompressor
 * come along when first needed.
 *
 * @param keys the suite's benchmarks
 * @throws Error with a sentence for the reader when the file cannot be had
 */
export async function loadTable(url: string, keys: readonly string[]): Promise<Grid> {
  const { loadPublished } = await import("../../browser/published.ts");
  const needed = ["eval_id", "model", "average", "rank", "submitted_at", ...FACTS, ...keys];
  return loadPublished(url, needed);
}

/** Fetches the table of every known day, as `tableOfDay` takes it. */
export async function loadIntervals(url: string, keys: readonly string[]): Promise<Grid> {
  const { loadPublished } = await import("../../browser/published.ts");
  return loadPublished(url, ["eval_id", "first_day", "last_day", "flagged", "average", ...keys]);
}
