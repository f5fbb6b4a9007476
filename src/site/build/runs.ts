import { join } from "node:path";
import type { FigureRow } from "../../core/suite/origin.ts";
import type { Value } from "../../core/table/grid.ts";
import { withDuckDB } from "../../pipeline/duckdb/duckdb.ts";
import { readTable } from "../../pipeline/duckdb/table-file.ts";
import type { Site } from "./board.ts";

/** A row of `runs.parquet`: what is known of the run and the scoring behind one figure. */
export interface RunRow extends FigureRow {
  source: string | null;
  written: string | null;
  run_epoch: string | null;
  epoch: string | null;
  harness_version: string | null;
  transformers_version: string | null;
  max_length: number | null;
  seconds: number | null;
  chat_template_sha: string | null;
  random_seed: number | null;
  numpy_seed: number | null;
  torch_seed: number | null;
  fewshot_seed: number | null;
  batch_size: string | null;
  device: string | null;
  n_shot: number | null;
}

/** The rows of each evaluation, by suite and evaluation, in the order of the benchmarks. */
export type Runs = ReadonlyMap<string, readonly RunRow[]>;

/** The name by which `Runs` has an evaluation. */
export function runsKey(suite: string, evalId: string): string {
  return `${suite} ${evalId}`;
}

const loaded = new WeakMap<Site, Promise<Runs>>();

/** Read once per build; empty where a snapshot was made before there was such a table. */
export function loadRuns(site: Site): Promise<Runs> {
  const runs = loaded.get(site) ?? readRuns(site);
  loaded.set(site, runs);
  return runs;
}

async function readRuns({ folder, manifest }: Site): Promise<Runs> {
  const runs = new Map<string, RunRow[]>();
  if (!manifest.files["runs.parquet"]) return runs;
  const table = await withDuckDB((db) => readTable(db, join(folder, "runs.parquet")));
  const names = table.names.filter((name) => name !== "eval_id" && name !== "suite");
  for (let i = 0; i < table.length; i++) {
    const cell = (name: string): Value => table.columns[name]?.[i] ?? null;
    const key = runsKey(String(cell("suite")), String(cell("eval_id")));
    const row = Object.fromEntries(names.map((name) => [name, cell(name)])) as unknown as RunRow;
    const known = runs.get(key);
    if (known) known.push(row);
    else runs.set(key, [row]);
  }
  return runs;
}

const moved = new WeakMap<Runs, ReadonlyMap<string, number>>();

/** How many scores of a benchmark the newest re-scoring changed, by suite and benchmark; counted once. */
export function rescoredIn(runs: Runs): ReadonlyMap<string, number> {
  const known = moved.get(runs);
  if (known) return known;
  const counts = new Map<string, number>();
  for (const [key, rows] of runs) {
    for (const { benchmark, rescoring } of rows) {
      if (rescoring !== "changed") continue;
      const name = `${key.slice(0, key.indexOf(" "))} ${benchmark}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  moved.set(runs, counts);
  return counts;
}
