import { splitModel } from "../table/cells.ts";
import { at, type Grid } from "../table/grid.ts";
import { SIZES, type SizeClass, sizeOf } from "../view/sizes.ts";
import { bestFirst, type Catalogue, MAX_MODELS } from "./choice.ts";

/** A comparison worth a look, found in the data. */
export interface Example {
  label: string;
  rows: number[];
}

/** Three examples, or fewer where the table has nothing to show for them. */
export function examplesOf(grid: Grid, catalogue: Catalogue): Example[] {
  const best = listedModels(grid, catalogue);
  const chosen = best.filter((row) => at(grid, "maintainers_choice", row) === true);
  const repeated = best.find((row) => evaluationsOf(grid, catalogue, row).length > 1);
  return [
    { label: "The three highest averages", rows: best.slice(0, 3) },
    { label: "The best of each size", rows: bestOfSizes(grid, best) },
    ...(repeated === undefined ? [] : [evaluationsExample(grid, catalogue, repeated)]),
    { label: "The best official releases", rows: chosen.slice(0, 3) },
  ]
    .filter((example) => example.rows.length > 1)
    .slice(0, 3);
}

/** A model to put beside one that was chosen, and why. */
export interface Suggestion {
  row: number;
  why: string;
}

/**
 * Up to three: the best of the model's size, and its neighbours by average, of the models that the
 * leaderboard shows by default.
 */
export function suggestionsFor(grid: Grid, catalogue: Catalogue, row: number): Suggestion[] {
  const model = at(grid, "model", row);
  const others = listedModels(grid, catalogue).filter((r) => at(grid, "model", r) !== model);
  const average = (r: number) => Number(at(grid, "average", r) ?? Number.NaN);
  const size = sizeAt(grid, row);
  const found = [
    {
      row: others.find((r) => size && sizeAt(grid, r) === size),
      why: `best of its size, ${size?.label}`,
    },
    { row: others.findLast((r) => average(r) > average(row)), why: "next higher average" },
    { row: others.find((r) => average(r) < average(row)), why: "next lower average" },
  ];
  return found.filter(
    (s, i): s is Suggestion =>
      s.row !== undefined && found.findIndex((other) => other.row === s.row) === i,
  );
}

/** Best ranked evaluation of every model that the leaderboard shows by default, best first. */
function listedModels(grid: Grid, catalogue: Catalogue): number[] {
  const rows: number[] = [];
  for (let row = 0; row < grid.length; row++) {
    const listed = at(grid, "on_hub", row) !== false && at(grid, "rank", row) !== null;
    if (listed && catalogue.rowsOf(String(at(grid, "model", row)))[0] === row) rows.push(row);
  }
  return rows.sort(bestFirst(grid));
}

function bestOfSizes(grid: Grid, best: readonly number[]): number[] {
  return SIZES.flatMap((size) => best.find((row) => sizeAt(grid, row) === size) ?? []);
}

function sizeAt(grid: Grid, row: number): SizeClass | null {
  return at(grid, "params_doubt", row) === null ? sizeOf(at(grid, "params_b", row)) : null;
}

function evaluationsExample(grid: Grid, catalogue: Catalogue, row: number): Example {
  const rows = evaluationsOf(grid, catalogue, row).slice(0, MAX_MODELS);
  const { name } = splitModel(String(at(grid, "model", row)));
  return { label: `${name}, evaluated ${rows.length === 2 ? "twice" : "several times"}`, rows };
}

function evaluationsOf(grid: Grid, catalogue: Catalogue, row: number): readonly number[] {
  return catalogue.rowsOf(String(at(grid, "model", row)));
}
