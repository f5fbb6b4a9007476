import type { Value } from "./grid.ts";

/** Rows of a view by columns, as they leave the page. */
export interface Sheet {
  names: string[];
  /** One array of values per row. */
  rows: Value[][];
}

const plain = (value: Value): string => (value === null ? "" : String(value));

/** Text that a spreadsheet would take for a formula gets a leading `'` (OWASP, "CSV Injection"). */
const harmless = (value: Value): string =>
  typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : plain(value);

/** RFC 4180, with `\n` between lines; unknown is empty. */
export function toCsv(sheet: Sheet): string {
  const quote = (text: string) =>
    /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  return lines(sheet, (cells) => cells.map(quote).join(","), harmless);
}

/** Tabs between cells; tabs and line ends within a cell become spaces. */
export function toTsv(sheet: Sheet): string {
  return lines(
    sheet,
    (cells) => cells.map((c) => c.replace(/[\t\n\r]+/g, " ")).join("\t"),
    harmless,
  );
}

/** A GitHub table; numbers to the right, and no cell can be anything but text. */
export function toMarkdown(sheet: Sheet): string {
  const safe = (text: string) =>
    text.replace(/[\n\r]+/g, " ").replace(/[\\|`*_{}[\]<>()#+!~&]/g, (c) => `\\${c}`);
  const row = (cells: string[]) => `| ${cells.map(safe).join(" | ")} |`;
  const numeric = sheet.names.map((_, i) => sheet.rows.some((r) => typeof r[i] === "number"));
  const rule = `|${numeric.map((n) => (n ? " ---: " : " --- ")).join("|")}|`;
  const [head, ...rest] = lines(sheet, row, plain).trimEnd().split("\n");
  return `${[head, rule, ...rest].join("\n")}\n`;
}

/**
 * A Parquet file (snappy) with the sheet's columns, typed by their values: text, double or boolean.
 * The writer is fetched when first needed.
 */
export async function toParquet(sheet: Sheet): Promise<ArrayBuffer> {
  const { parquetWriteBuffer } = await import("hyparquet-writer");
  return parquetWriteBuffer({
    columnData: sheet.names.map((name, i) => {
      const data = sheet.rows.map((row) => row[i] ?? null);
      const known = data.find((v) => v !== null);
      const type =
        typeof known === "number" ? "DOUBLE" : typeof known === "boolean" ? "BOOLEAN" : "STRING";
      return { name, data, type, nullable: true } as const;
    }),
  });
}

function lines(
  sheet: Sheet,
  line: (cells: string[]) => string,
  text: (value: Value) => string,
): string {
  return `${[line(sheet.names), ...sheet.rows.map((row) => line(row.map(text)))].join("\n")}\n`;
}
