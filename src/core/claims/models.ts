import { at, type Grid, type Value } from "../table/grid.ts";

/** A model as one evaluation speaks for it. */
export type Model = Readonly<Record<string, Value>>;

/** What a later table may tell of a model that an earlier one does not: what it is, never what it scored. */
const FACTS = ["base_model", "context_length", "family", "model_type", "params_b"];

/**
 * One row per model, the best average first: of several evaluations the one with the best average speaks
 * for the model. Flagged evaluations and those without an average are left out; eval_id decides between
 * equals.
 */
export function modelsOf(grid: Grid): Model[] {
  const names = Object.keys(grid.columns);
  const better = byAverage(grid);
  const best = new Map<string, number>();
  for (let row = 0; row < grid.length; row++) {
    if (at(grid, "flagged", row) === true || at(grid, "average", row) === null) continue;
    const model = String(at(grid, "model", row));
    const before = best.get(model);
    if (before === undefined || better(row, before) < 0) best.set(model, row);
  }
  return [...best.values()]
    .sort(better)
    .map((row) => Object.fromEntries(names.map((name) => [name, at(grid, name, row)])));
}

function byAverage(grid: Grid): (a: number, b: number) => number {
  return (a, b) =>
    Number(at(grid, "average", b)) - Number(at(grid, "average", a)) ||
    (String(at(grid, "eval_id", a)) < String(at(grid, "eval_id", b)) ? -1 : 1);
}

/** The models with the facts that their own table lacks, as a later table tells them. */
export function withFacts(models: readonly Model[], later: readonly Model[]): Model[] {
  const known = byName(later);
  return models.map((model) => {
    const there = known.get(String(model.model));
    const facts = FACTS.map((name) => [name, model[name] ?? there?.[name] ?? null] as const);
    return { ...model, ...Object.fromEntries(facts) };
  });
}

/**
 * Those that statistics count: of models with the same scores under several names (`twin_of`) one, the
 * first of them.
 */
export function countedOnce(models: readonly Model[]): Model[] {
  const first = new Map<string, Model>();
  const rank = (m: Model) => `${m.twin_of == null ? 0 : 1} ${m.eval_id}`;
  for (const model of models) {
    const scores = String(model.twin_of ?? model.eval_id);
    const known = first.get(scores);
    if (!known || rank(model) < rank(known)) first.set(scores, model);
  }
  const kept = new Set(first.values());
  return models.filter((m) => kept.has(m));
}

export function byName(models: readonly Model[]): Map<string, Model> {
  return new Map(models.map((m) => [String(m.model), m]));
}

/** A score; null where it is unknown. */
export function scoreOf(model: Model | undefined, score: string): number | null {
  const value = model?.[score];
  return typeof value === "number" ? value : null;
}

/** The part of a model's name after its owner. */
export function shortName(model: string): string {
  return model.slice(model.indexOf("/") + 1);
}
