import { extensionSentence } from "./errors.ts";
import { type Token, wordAt } from "./tokens.ts";

/**
 * Which statements are carried out: those of a list, and no others. Every statement of DuckDB's
 * grammar begins with a keyword of its own, so its kind is its first keyword, as DuckDB's lexer sees
 * it; whether one is a query its parser is asked (`verdict.ts`).
 */
const PLAIN = new Set(
  (
    "abort alter analyze begin checkpoint commit deallocate delete desc describe detach drop end execute " +
    "insert rollback show start summarize truncate update use vacuum " +
    // These are queries; where the parser says otherwise it will say what is wrong with them.
    "select with from values table pivot unpivot pivot_wider pivot_longer"
  ).split(" "),
);

/** What can be created, after words that may stand before it. */
const CREATED = new Set("table view macro function type sequence schema index".split(" "));
const BEFORE_CREATED = new Set(
  "or replace temp temporary local global unlogged persistent recursive unique".split(" "),
);

/** Settings of how a query is read and answered. The others are about files, hosts and limits. */
const SETTINGS = new Set(
  (
    "default_collation default_null_order default_order disabled_optimizers explain_output " +
    "integer_division null_order ordered_aggregate_threshold perfect_ht_threshold " +
    "pivot_filter_threshold pivot_limit preserve_identifier_case preserve_insertion_order schema " +
    "search_path threads"
  ).split(" "),
);

/** Pragmas that show something, or are about how a query is answered. */
const PRAGMAS = new Set(
  (
    "collations database_list database_size disable_optimizer enable_optimizer functions " +
    "metadata_info platform show show_databases show_tables show_tables_expanded storage_info table_info version"
  ).split(" "),
);

/** Table functions that CALL may name: those that show what the database has. */
const CALLED =
  /^(?:duckdb_(?:columns|constraints|databases|dependencies|functions|indexes|keywords|schemas|sequences|settings|tables|types|views)|pragma_\w+|range|generate_series)$/;

const DROP_FILES = "CSV and Parquet files can be dropped on this page.";
const BUTTONS =
  "A file written by a query would stay inside the page. Run the query itself, then use the buttons to save its result.";
const RUN_HERE =
  "What runs here: queries, tables, views, macros and types of your own, EXPLAIN, DESCRIBE, SUMMARIZE, SHOW, and some of SET and PRAGMA.";

/**
 * What is carried out, at once or later, of `EXPLAIN ANALYZE …` and `PREPARE x AS …`: the rest of
 * the statement. Others are themselves.
 */
export function carriedOut(tokens: readonly Token[]): readonly Token[] {
  const first = wordAt(tokens, 0);
  if (first === "prepare") {
    const as = tokens.findIndex((_, i) => wordAt(tokens, i) === "as");
    return as < 0 ? tokens : carriedOut(tokens.slice(as + 1));
  }
  if (first !== "explain") return tokens;
  let at = 1;
  while (EXPLAINED.has(wordAt(tokens, at) ?? "")) at++;
  if (wordAt(tokens, at) === "(" && EXPLAINED.has(wordAt(tokens, at + 1) ?? "")) {
    at = tokens.findIndex((_, i) => i > at && wordAt(tokens, i) === ")") + 1 || tokens.length;
  }
  return carriedOut(tokens.slice(at));
}

/** Words between EXPLAIN and what it explains; of some the engine says that it has them not yet. */
const EXPLAINED = new Set(["analyze", "analyse", "verbose", "format"]);

/**
 * Why a statement that is no query is not carried out; null when it is.
 *
 * @param tokens of what is carried out of it
 */
export function refusalOfKind(tokens: readonly Token[]): string | null {
  const [first] = tokens;
  // No statement begins with anything but a keyword: DuckDB will say what is wrong.
  if (first?.kind !== "keyword" || first.text === null) return null;
  if (PLAIN.has(first.text)) return null;
  const rule = RULES[first.text];
  return rule ? rule(tokens) : `${first.text.toUpperCase()} does not run here. ${RUN_HERE}`;
}

const RULES: Record<string, (tokens: readonly Token[]) => string | null> = {
  attach: (tokens) => {
    const file = tokens.find((t) => t.kind === "string");
    const hasOptions = tokens.some((t) => t.kind === "sign");
    if (file?.text === ":memory:" && !hasOptions) return null;
    return `A database file cannot be attached here. ${DROP_FILES}`;
  },
  call: (tokens) => calledRefusal(nameBefore(tokens, "(")),
  copy: (tokens) => (directionOf(tokens) === "from" ? null : BUTTONS),
  create: (tokens) => {
    let at = 1;
    while (BEFORE_CREATED.has(wordAt(tokens, at) ?? "")) at++;
    const what = wordAt(tokens, at) ?? "";
    return CREATED.has(what) ? null : `CREATE ${what.toUpperCase()} does not run here. ${RUN_HERE}`;
  },
  export: () => BUTTONS,
  force: (tokens) =>
    wordAt(tokens, 1) === "checkpoint" ? null : extensionSentence(tokens.at(-1)?.text ?? ""),
  import: () => `A folder of a database cannot be read here. ${DROP_FILES}`,
  install: (tokens) => extensionSentence(tokens[1]?.text ?? ""),
  load: (tokens) => extensionSentence(tokens[1]?.text ?? ""),
  pragma: (tokens) => pragmaRefusal(tokens),
  reset: (tokens) => settingRefusal(tokens),
  set: (tokens) => settingRefusal(tokens),
};

/** Whether COPY reads a table's rows (`COPY t (a, b) FROM`), or writes them, or a query's. */
function directionOf(tokens: readonly Token[]): string | undefined {
  let depth = 0;
  const at = tokens.findIndex((_, i) => {
    const word = wordAt(tokens, i);
    if (word === "(") depth++;
    if (word === ")") depth--;
    return depth === 0 && (word === "from" || word === "to");
  });
  // After COPY itself FROM could only begin `COPY FROM DATABASE`.
  return at > 1 ? wordAt(tokens, at) : undefined;
}

function pragmaRefusal(tokens: readonly Token[]): string | null {
  const name = tokens[1]?.text?.toLowerCase() ?? "";
  if (wordAt(tokens, 2) === "=") return settingRefusal(tokens);
  if (PRAGMAS.has(name)) return null;
  const folder = /^(import|export)_database$/.test(name);
  if (folder) return RULES[name.slice(0, 6)]!(tokens);
  return `PRAGMA ${name} does not run here. There are ${[...PRAGMAS].join(", ")}.`;
}

function settingRefusal(tokens: readonly Token[]): string | null {
  const scoped = /^(local|session|global)$/.test(wordAt(tokens, 1) ?? "");
  const name = tokens[scoped ? 2 : 1]?.text?.toLowerCase() ?? "";
  if (SETTINGS.has(name)) return null;
  return `The setting ${name} stays as it is here. Those that can be changed are ${[...SETTINGS].join(", ")}.`;
}

function calledRefusal(name: string): string | null {
  if (CALLED.test(name)) return null;
  if (/^(import|export)_database$/.test(name)) return RULES[name.slice(0, 6)]!([]);
  return `CALL ${name} does not run here; it calls what shows tables, columns, types, functions and settings (duckdb_tables, pragma_table_info …).`;
}

/** The name before the first sign of that kind: of `CALL main."f"(…)` it is `f`. */
function nameBefore(tokens: readonly Token[], sign: string): string {
  const at = tokens.findIndex((_, i) => wordAt(tokens, i) === sign);
  return tokens[at - 1]?.text?.toLowerCase() ?? "";
}
