import type { ModelFacts } from "../../core/records/facts.ts";
import { at, type Value } from "../../core/table/grid.ts";
import type { Board, Site } from "../build/board.ts";
import { flaggedBases } from "../build/decisions.ts";
import { gridOf } from "../build/grid.ts";
import { lookupsOf, type Standing, type SubtaskRow } from "../build/model.ts";
import { type RunRow, type Runs, runsKey } from "../build/runs.ts";
import { evaluationAt, scoresAt } from "./evaluation.ts";

/**
 * What the static API answers with. Version 1: fields may be added, none is taken away or changes
 * its meaning; that would be `/api/v2/`.
 */
export const VERSION = "v1";

/** Ranks up to which `leaderboard.json` goes. */
export const TOP = 100;

/** Makes an absolute address of a path on this site. */
export type Address = (path: string) => string;

export interface ModelLinks {
  self: string;
  page: string;
  /** Null for a model that is not of the Hub. */
  hub: string | null;
}

function modelLinks(model: string, availability: Value, address: Address): ModelLinks {
  return {
    self: address(`/api/${VERSION}/models/${model}.json`),
    page: address(`/models/${model}/`),
    hub: availability === "elsewhere" ? null : `https://huggingface.co/${model}`,
  };
}

/** `index.json`: what there is. */
export function indexAnswer({ manifest, boards, leaderboard }: Site, address: Address) {
  return {
    title: leaderboard.title,
    as_of: manifest.as_of,
    schema: manifest.schema,
    suites: boards.map(({ suite, table }) => ({
      id: suite.id,
      version: suite.version,
      name: suite.name,
      evaluations: table.length,
      benchmarks: suite.benchmarks.map(({ key, name, area, link }) => ({
        key,
        name,
        area,
        link: link ?? null,
      })),
    })),
    links: {
      leaderboard: address(`/api/${VERSION}/leaderboard.json`),
      models: address(`/api/${VERSION}/models.json`),
      openapi: address(`/api/${VERSION}/openapi.json`),
      manifest: address("/data/latest/manifest.json"),
      page: address("/"),
    },
  };
}

/** `leaderboard.json`: the evaluations of the main suite that rank among the first hundred. */
export function leaderboardAnswer({ manifest, boards }: Site, address: Address) {
  const board = boards[0]!;
  const { grid } = gridOf(board);
  const rows = Array.from({ length: grid.length }, (_, row) => row).filter((row) => {
    const rank = at(grid, "rank", row);
    return typeof rank === "number" && rank <= TOP;
  });
  return {
    suite: board.suite.id,
    as_of: manifest.as_of,
    ranked: (grid.columns.rank ?? []).filter((rank) => rank !== null).length,
    links: {
      self: address(`/api/${VERSION}/leaderboard.json`),
      page: address("/"),
      table: address(`/data/latest/${board.suite.table}.parquet`),
    },
    entries: rows.map((row) => {
      const model = String(at(grid, "model", row));
      return {
        model,
        ...evaluationAt(board.suite, grid, row),
        scores: scoresAt(board.suite, grid, row),
        links: modelLinks(model, at(grid, "availability", row), address),
      };
    }),
  };
}

/** `models.json`: the names of all models that have an answer of their own. */
export function modelsAnswer(site: Site) {
  return { as_of: site.manifest.as_of, models: lookupsOf(site).models };
}

/** What `models/OWNER/NAME.json` is made from, beside the tables. */
export interface Known {
  runs: Runs;
  facts: ReadonlyMap<string, ModelFacts>;
}

/** `models/OWNER/NAME.json`: every evaluation of a model, best first, the main suite's before others. */
export function modelAnswer(site: Site, { runs, facts }: Known, model: string, address: Address) {
  const evaluations = site.boards.flatMap((board) =>
    (board.byModel.get(model) ?? []).map((row) => evaluationOf(site, runs, board, row)),
  );
  const [board] = site.boards.filter((b) => b.byModel.has(model));
  const [row] = board?.byModel.get(model) ?? [];
  const availability =
    board && row !== undefined ? at(gridOf(board).grid, "availability", row) : null;
  const links = modelLinks(model, availability, address);
  const flagged_bases = flaggedBases(site, facts, model).flatMap(({ flags, ...base }) =>
    flags.map(({ suite, reason }) => ({ ...base, suite, reason })),
  );
  return { model, as_of: site.manifest.as_of, links, flagged_bases, evaluations };
}

function evaluationOf(site: Site, runs: Runs, board: Board, row: number) {
  const { suite } = board;
  const { grid } = gridOf(board);
  const id = String(at(grid, "eval_id", row));
  const { subtasks, history } = lookupsOf(site);
  return {
    ...evaluationAt(suite, grid, row),
    scores: scoresAt(suite, grid, row),
    subtasks: (subtasks.get(`${suite.id} ${id}`) ?? []).map(subtaskOf),
    // The history is the main suite's: an id of the archive that is the same is another run.
    history: board === site.boards[0] ? (history.get(id) ?? []).map(standingOf) : [],
    runs: (runs.get(runsKey(suite.id, id)) ?? []).filter(isKnown).map(knownOf),
  };
}

function subtaskOf({ benchmark, subtask, raw, normalized, stderr, n }: SubtaskRow) {
  return { benchmark, subtask, raw, score: normalized, stderr, n };
}

/** Of the archive nothing is known but the benchmark's name. */
function isKnown({ benchmark: _, ...facts }: RunRow): boolean {
  return Object.values(facts).some((value) => value !== null);
}

/** Most of a run is unknown mostly: that is left out. */
function knownOf(run: RunRow): Partial<RunRow> {
  return Object.fromEntries(Object.entries(run).filter(([, value]) => value !== null));
}

function standingOf({ day, average, rank }: Standing) {
  return { as_of: day, average, rank };
}
