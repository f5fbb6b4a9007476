import { stat } from "node:fs/promises";
import { basename, relative, resolve, sep } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import { withDuckDB } from "../duckdb/duckdb.ts";
import { readCurated } from "../sources/curated.ts";
import { explainFile } from "../sources/explain.ts";
import { explainTable } from "../sources/explain-table.ts";
import { readOr } from "../sources/part.ts";
import { isResultFile } from "../sources/results.ts";
import { loadLeaderboard } from "./configuration.ts";
import { printFile } from "./explain-file.ts";
import { printTable } from "./explain-table.ts";
import { oneLine } from "./terminal.ts";

/**
 * `leaderboard data --explain FILE [--source FOLDER]`: what is read of one file, and what is not and why.
 * Writes nothing.
 *
 * @param sources a folder above the file, where its path below the source is not OWNER/NAME/FILE
 * @returns 0 where something of the file is accepted, else 1
 * @throws UserError where there is no such file
 */
export async function explain(file: string, sources: readonly string[]): Promise<number> {
  const info = await stat(file).catch(() => null);
  if (!info) throw new UserError(`--explain ${file}: there is no such file.`);
  if (info.isDirectory()) throw new UserError(`--explain ${file}: is a folder, name one file.`);
  const { suites, curated, models, files } = await loadLeaderboard();
  const { aliases } = await readCurated(curated);
  const naming = { aliases, anyName: models === "any" };
  if (/\.(?:csv|parquet)$/.test(file)) {
    const table = await withDuckDB((db) => readOr(db, file, `--explain ${file}`));
    console.log(oneLine(`File: ${basename(file)}`));
    console.log("Format: a contents table");
    return printTable(explainTable({ ...table, path: basename(file) }, suites, naming));
  }
  const places = placesOf(file, sources);
  // Without a source, the path below it may begin at any folder.
  const isNamed = places.some((place) => isResultFile(place, files));
  const place = sources.length > 0 ? places[0]! : places.find((p) => p.split("/").length <= 3)!;
  console.log(oneLine(`File: ${place}`));
  const status = printFile(explainFile(file, place, { suites, naming, files }), suites, isNamed);
  if (isNamed) return status;
  console.log(oneLine(misnamed(files)));
  return 1;
}

function misnamed(pattern: string | undefined): string {
  const named =
    pattern === undefined
      ? "named results….json, as results_2026-01-31T12-00-00.json: rename it, or give the configuration a field files with a pattern of paths"
      : `like ${pattern}, as the configuration's field files has it: rename the file, or widen the pattern`;
  return `Its name keeps it from being read: below a source, result files are ${named}`;
}

/** Paths that a file has below the source: below the one that is named, or else below any folder above it. */
function placesOf(file: string, sources: readonly string[]): string[] {
  const path = resolve(file);
  if (sources.length === 0) {
    const steps = path.split(sep).filter((step) => step !== "");
    return steps.map((_, i) => steps.slice(i).join("/"));
  }
  const around = sources.find((source) => path.startsWith(`${resolve(source)}${sep}`));
  if (around === undefined) {
    throw new UserError(
      `--source ${sources.join(", ")}: ${file} does not lie below it. Name a folder above the file, or leave --source out.`,
    );
  }
  return [relative(resolve(around), path).split(sep).join("/")];
}
