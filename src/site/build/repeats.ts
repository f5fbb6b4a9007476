import { type Noise, type Repeated, repeatNoise } from "../../core/suite/repeats.ts";
import { at } from "../../core/table/grid.ts";
import { stderrAt } from "../../core/table/pack.ts";
import type { Board } from "./board.ts";
import { gridOf } from "./grid.ts";
import { type Runs, runsKey } from "./runs.ts";

/** The noise between two runs of one model, from a board's own tables. */
export function noiseOf(board: Board, runs: Runs): Noise[] {
  const { suite } = board;
  const { grid } = gridOf(board);
  const keys = suite.benchmarks.map((b) => b.key);
  const evaluations = Array.from({ length: grid.length }, (_, row): Repeated => {
    const text = (column: string) => at(grid, column, row) as string | null;
    const known = runs.get(runsKey(suite.id, String(text("eval_id")))) ?? [];
    return {
      model: String(text("model")),
      revision: text("revision"),
      precision: text("precision"),
      weight_type: text("weight_type"),
      chat_template: at(grid, "chat_template", row) as boolean | null,
      settings: at(grid, "settings", row) as string | null,
      scores: Object.fromEntries(
        keys.map((key) => [
          key,
          {
            score: at(grid, key, row) as number | null,
            stderr: stderrAt(suite, grid, key, row),
            rescoring: known.find((r) => r.benchmark === key)?.rescoring ?? null,
          },
        ]),
      ),
    };
  });
  return repeatNoise(evaluations, keys);
}

/** How many figures the table of runs can tell the harness of: of the answers, and of the scores. */
export function toldOf(board: Board, runs: Runs): { all: number; answers: number; scores: number } {
  const { suite, table } = board;
  const rows = (table.columns.eval_id ?? []).flatMap(
    (id) => runs.get(runsKey(suite.id, String(id))) ?? [],
  );
  return {
    all: rows.length,
    answers: rows.filter((r) => r.run_epoch !== null).length,
    scores: rows.filter((r) => r.epoch !== null).length,
  };
}
