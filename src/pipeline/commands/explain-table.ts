import type { ScoreColumn, SuiteColumns, TableExplained } from "../sources/explain-table.ts";
import { list, oneLine } from "./terminal.ts";

/**
 * Prints what is read of a contents table.
 *
 * @returns 0 where a row of it is accepted, else 1
 */
export function printTable({ rows, columns, suites, read }: TableExplained): number {
  console.log(oneLine(`  ${rows} rows; columns: ${shortened(columns)}`));
  if (!read) {
    for (const each of suites) printLacking(each);
    console.log("Nothing of it is read: it has not all columns that a suite needs");
    console.log(
      "  What would be read: a column for the model, and one for each benchmark of a suite",
    );
    return 1;
  }
  const { suite, day, fields, ignored, accepted, rejections } = read;
  console.log(
    `  day: ${day ?? "unknown (neither its name is a date, nor has it a column of days)"}`,
  );
  printBenchmarks(suites.find((each) => each.suite === suite)!);
  list("Other columns that are read", fields, ({ column, field }) =>
    column === field ? column : `${column}, as ${field}`,
  );
  list("Columns that are not read", ignored);
  list("Rows that are refused", rejections, (r) => `${r.path}: ${r.reason}`);
  console.log(oneLine(`Read: ${accepted} of ${rows} rows, of ${suite.name}`));
  return accepted > 0 ? 0 : 1;
}

function printBenchmarks({ suite, benchmarks }: SuiteColumns): void {
  console.log(oneLine(`Benchmarks of ${suite.name} ${suite.version}`));
  for (const { benchmark, columns } of benchmarks) {
    const found = columns.map((c) => (c.column === null ? without(c) : `${wordOf(c)} ${c.column}`));
    console.log(oneLine(`  ${benchmark.key}: ${found.join("; ")}`));
  }
}

function without(column: ScoreColumn): string {
  return `no ${wordOf(column)} ${column.names[0]}${column.isNeeded ? "" : ", which is not needed"}`;
}

const wordOf = ({ kind }: ScoreColumn) =>
  kind === "raw" ? "raw scores (0 to 1) in column" : "scores (0 to 100) in column";

function printLacking({ suite, modelLacking, benchmarks }: SuiteColumns): void {
  console.log(oneLine(`Needed for ${suite.name} and not there`));
  if (modelLacking) console.log(`  model: ${modelLacking.join(" or ")}`);
  if (benchmarks.length === 0) {
    const keys = suite.benchmarks.map((b) => b.key).join(", ");
    console.log(oneLine(`  benchmarks: ${keys}, once the header has a column for the model`));
  }
  for (const { benchmark, columns } of benchmarks) {
    const lacking = columns.find((c) => c.isNeeded && c.column === null);
    if (lacking) console.log(oneLine(`  ${benchmark.key}: ${lacking.names.join(" or ")}`));
  }
}

function shortened(columns: readonly string[]): string {
  const more = columns.length > 20 ? `, … and ${columns.length - 20} more` : "";
  return columns.slice(0, 20).join(", ") + more;
}
