import { type Token, wordAt } from "./tokens.ts";

/** Table functions that read files whose names they are given. */
export const READERS = new Set(
  "parquet_metadata parquet_scan parquet_schema read_csv read_csv_auto read_parquet".split(" "),
);

/** Table functions that look into folders, memory, or DuckDB itself. */
export const CLOSED = new Set(
  "arrow_scan arrow_scan_dumb duckdb_extensions duckdb_secrets glob index_scan seq_scan".split(" "),
);

/** Names that DuckDB takes for a file where a table is named and none is called so. */
const FILE = /:\/\/|\.(?:parquet|csv|tsv|jsonl?|ndjson)(?:\.(?:gz|zst))?(?:\?|$)/i;

/**
 * Why a statement would read what it may not: anything but files of this site, whose addresses stand
 * in it as they are. Null where it does not.
 *
 * The engine itself could be told (`enable_external_access`), but only once and for all, and the
 * console's own tables are read from files whenever a query first mentions them. The page's
 * Content-Security-Policy holds whatever this overlooks.
 *
 * @param isOwn whether an address is one of this site
 * @param refuse the sentence on an address of another
 */
export function refusalOfReads(
  tokens: readonly Token[],
  isOwn: (address: string) => boolean,
  refuse: (address: string) => string,
): string | null {
  const judge = ({ text }: Token) => {
    if (text === null) return "A file’s name is to be written here in plain quotes.";
    return isOwn(text) ? null : refuse(text);
  };
  for (const [i, token] of tokens.entries()) {
    if (!isCall(tokens, i)) continue;
    const name = token.text!.toLowerCase();
    if (CLOSED.has(name))
      return `${name} does not run here: it looks into what is not part of this page.`;
    if (!READERS.has(name)) continue;
    const files = filesGiven(tokens, i + 2);
    if (!files) {
      return `${name} reads files whose addresses are written out in it, in quotes: ${name}('https://…').`;
    }
    const refusal = files.map(judge).find((r) => r !== null);
    if (refusal) return refusal;
  }
  const isCopy = wordAt(tokens, 0) === "copy";
  const named = tablesNamed(tokens).filter((t) => isCopy || t.text === null || FILE.test(t.text));
  // What COPY names without quotes is the table that it fills.
  const files = isCopy ? named.filter((t) => t.kind === "string") : named;
  return files.map(judge).find((r) => r !== null) ?? null;
}

/** Whether a function is called there. `x GLOB ('a*')` compares. */
function isCall(tokens: readonly Token[], at: number): boolean {
  const { kind, text } = tokens[at]!;
  const isName = kind === "name" || kind === "keyword";
  if (!isName || text === null || wordAt(tokens, at + 1) !== "(") return false;
  const before = tokens[at - 1];
  const isCompared =
    before?.kind === "name" || before?.kind === "string" || /^[)\]]$/.test(before?.text ?? "");
  return !(text.toLowerCase() === "glob" && isCompared);
}

/** The file, or the list of files, that a function is given first; null where it is anything else. */
function filesGiven(tokens: readonly Token[], start: number): Token[] | null {
  const files: Token[] = [];
  const isList = wordAt(tokens, start) === "[";
  for (let at = start + Number(isList); ; at += 2) {
    if (tokens[at]?.kind !== "string") return null;
    files.push(tokens[at]!);
    const next = wordAt(tokens, at + 1);
    const isOver = isList ? next === "]" : next === "," || next === ")";
    if (!isOver && next !== ",") return null;
    if (!isOver) continue;
    return isList && !/^[,)]$/.test(wordAt(tokens, at + 2) ?? "") ? null : files;
  }
}

/** After these a table stands, and after commas behind them. */
const OPENING = new Set(
  "from join into update table pivot unpivot pivot_wider pivot_longer".split(" "),
);
/** As the first word of a statement. */
const FIRST = new Set("analyze desc describe show summarize vacuum".split(" "));

/** These end the list of tables. */
const ENDING = new Set(
  (
    "select values where group having order qualify window limit offset union except intersect " +
    "set returning with"
  ).split(" "),
);

/**
 * What stands where a table does. Strings and names elsewhere are values and columns, whatever they
 * say: `WHERE file IN ('a.csv', 'b.csv')` reads nothing.
 */
export function tablesNamed(tokens: readonly Token[]): Token[] {
  const found: Token[] = [];
  /** Of each open bracket what its commas separate. */
  const clauses: ("tables" | "values" | "call")[] = ["values"];
  let canFollow = false;
  tokens.forEach((token, i) => {
    const word = wordAt(tokens, i);
    const clause = clauses.at(-1);
    if (token.kind === "sign") {
      if (/^[([{]$/.test(word ?? "")) clauses.push(word === "(" && canFollow ? "tables" : "call");
      else if (/^[)\]}]$/.test(word ?? "") && clauses.length > 1) clauses.pop();
      const wasTable = found.length > 0 && found.at(-1) === tokens[i - 1];
      if (word === ",") canFollow = clause === "tables";
      else if (word === ".") canFollow = wasTable;
      else canFollow &&= word === "(";
    } else if (opens(tokens, i, clause === "call")) {
      clauses[clauses.length - 1] = "tables";
      canFollow = true;
    } else if (token.kind === "keyword" && ENDING.has(word!)) {
      clauses[clauses.length - 1] = "values";
      canFollow = false;
    } else if (!(token.kind === "keyword" && word === "lateral")) {
      if (canFollow && token.kind !== "number") found.push(token);
      canFollow = false;
    }
  });
  return found;
}

/** @param inCall whether in the brackets of a function, as the FROM of `trim('x' FROM y)` */
function opens(tokens: readonly Token[], at: number, inCall: boolean): boolean {
  const word = tokens[at]!.kind === "keyword" ? wordAt(tokens, at) : undefined;
  const before = wordAt(tokens, at - 1);
  const first = wordAt(tokens, 0);
  if (at === 0 && FIRST.has(word ?? "")) return true;
  // `DELETE FROM a USING b` and `CREATE INDEX i ON a`; elsewhere columns and conditions follow.
  if (word === "using") return tokens.some((_, i) => wordAt(tokens, i) === "delete");
  if (word === "on")
    return first === "create" && tokens.some((_, i) => wordAt(tokens, i) === "index");
  if (!word || !OPENING.has(word)) return false;
  // `a IS DISTINCT FROM b` compares.
  return word !== "from" || (before !== "distinct" && (!inCall || before === "("));
}
