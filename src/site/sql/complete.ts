import { identifier } from "../../core/view/quote.ts";
import { splitStatements } from "./statements.ts";

/** A table of the console, as completion and the page's list know it. */
export interface TableInfo {
  name: string;
  columns: { name: string; type: string; description: string }[];
}

/** One thing that a word can become. */
export interface Suggestion {
  label: string;
  /** What is written. */
  text: string;
  kind: "table" | "column";
  /** Type of a column, or the table it is in. */
  detail: string;
  info: string;
}

/**
 * Tables and columns that can stand at the end of `before`. After `name.` the columns of that table
 * or alias; else all tables, and the columns of the tables that the whole text mentions: of all
 * where it mentions none.
 *
 * @param before the text up to the cursor, without the word being typed
 */
export function suggestionsAt(
  tables: readonly TableInfo[],
  text: string,
  before: string,
): Suggestion[] {
  const qualifier = /(?:"((?:[^"]|"")+)"|([\p{L}_][\p{L}\p{N}_]*))\s*\.\s*$/u.exec(before);
  if (qualifier) {
    const name = qualifier[1]?.replaceAll('""', '"') ?? qualifier[2]!;
    const table = tableCalled(tables, text, name);
    return table ? table.columns.map((c) => columnOf(c, table)) : [];
  }
  const words = new Set(splitStatements(text).flatMap((s) => s.words));
  const named = tables.filter((t) => words.has(t.name.toLowerCase()));
  const columns = new Map<string, Suggestion>();
  for (const table of named.length > 0 ? named : tables) {
    for (const column of table.columns) {
      const seen = columns.get(column.name);
      if (seen) seen.detail = column.type;
      else columns.set(column.name, columnOf(column, table));
    }
  }
  return [...tables.map(tableSuggestion), ...columns.values()];
}

function tableCalled(tables: readonly TableInfo[], text: string, name: string) {
  const lower = name.toLowerCase();
  const own = tables.find((t) => t.name.toLowerCase() === lower);
  if (own) return own;
  return tables.find((t) =>
    new RegExp(`\\b${escapeRegex(t.name)}"?\\s+(?:as\\s+)?"?${escapeRegex(name)}\\b`, "i").test(
      text,
    ),
  );
}

function escapeRegex(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function tableSuggestion({ name, columns }: TableInfo): Suggestion {
  return {
    label: name,
    text: identifier(name),
    kind: "table",
    detail: `${columns.length} columns`,
    info: "",
  };
}

function columnOf(column: TableInfo["columns"][number], table: TableInfo): Suggestion {
  return {
    label: column.name,
    text: identifier(column.name),
    kind: "column",
    detail: `${column.type} · ${table.name}`,
    info: column.description,
  };
}
