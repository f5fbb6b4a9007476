import type { Row } from "../../../src/core/figures/figure.ts";
import { loadSite } from "../../../src/site/build/board.ts";

/** A model in both tables, under its name of today, with the row of its best average in each. */
export interface InBoth {
  model: string;
  then: string;
  old: Row;
  now: Row;
}

/**
 * By hand: all models in both tables, also those that had another name in the archive. Of the six pairs of
 * names with one commit in both tables, these three are renames: PY007 became TinyLlama, nbeerbower's model
 * moved to flammenai, LeroyDyer gave one another name. The other three are names that both tables have
 * (RedPajama's two, which the archive lists twice), and an adapter that states its base's commit.
 */
const RENAMED: Record<string, string> = {
  "PY007/TinyLlama-1.1B-Chat-v0.1": "TinyLlama/TinyLlama-1.1B-Chat-v0.1",
  "nbeerbower/flammen15-gutenberg-DPO-v1-7B": "flammenai/flammen15-gutenberg-DPO-v1-7B",
  "LeroyDyer/Mixtral_AI_LCARS_": "LeroyDyer/LCARS_AI_StarTrek_Computer",
};

export async function bothByHand(): Promise<InBoth[]> {
  const site = await loadSite();
  const [now, archived] = site.boards.map((b) => bestRows(b.table.columns));
  return [...archived!].flatMap(([then, old]) => {
    const model = RENAMED[then] ?? then;
    const row = now!.get(model);
    return row ? [{ model, then, old, now: row }] : [];
  });
}

/** The row of each model that is not flagged and has the largest average; the smaller eval_id of equals. */
function bestRows(columns: Record<string, unknown[]>): Map<string, Row> {
  const best = new Map<string, Row>();
  columns.model!.forEach((model, i) => {
    const row = Object.fromEntries(Object.keys(columns).map((c) => [c, columns[c]![i]])) as Row;
    const other = best.get(String(model));
    if (!other || comesBefore(row, other)) best.set(String(model), row);
  });
  return best;
}

function comesBefore(row: Row, other: Row): boolean {
  if (row.flagged !== other.flagged) return other.flagged === true;
  if (row.average !== other.average) return Number(row.average) > Number(other.average);
  return String(row.eval_id) < String(other.eval_id);
}
