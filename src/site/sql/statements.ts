/** One statement of a script, as it stands in it. */
export interface Statement {
  /**
   * With plain spaces for comments and for spaces of other kinds, so that it is as long as it stands
   * there: what is judged, by whatever reads comments in its own way, is what runs.
   */
  text: string;
  /** Where it begins in the script, in UTF-16 units. */
  from: number;
  /** Names and keywords in it, in lower case; quoted names without their quotes. */
  words: string[];
  /** Contents of its string literals. */
  strings: string[];
}

/** What a script is made of, in the order in which it must be tried; all sticky. */
const TOKENS: [kind: "gap" | "string" | "quoted" | "word" | "end", pattern: RegExp][] = [
  // Among them all that DuckDB takes for spaces.
  ["gap", /[\s\u200b-\u200d\u2060]+|--[^\n\r]*/y],
  ["string", /[eE]'(?:[^'\\]|\\[\s\S]|'')*'?|'(?:[^']|'')*'?/y],
  ["string", /\$([A-Za-z_]\w*)?\$[\s\S]*?(?:\$\1\$|$)/y],
  ["quoted", /"(?:[^"]|"")*"?/y],
  ["word", /[\p{L}_][\p{L}\p{N}_$]*/uy],
  ["end", /;/y],
];

/**
 * Splits a script at its semicolons, and tells which names each statement mentions. Strings, quoted
 * names, dollar quotes and comments (which nest, as in PostgreSQL) are told apart as DuckDB does;
 * a statement of nothing but comments is none.
 */
export function splitStatements(script: string): Statement[] {
  const statements: Statement[] = [];
  let current: Statement | null = null;
  let last = 0;
  const clean: string[] = [];
  const finish = () => {
    const text = clean.join("").slice(0, last - (current?.from ?? 0));
    if (current) statements.push({ ...current, text });
    current = null;
    clean.length = 0;
  };
  for (let at = 0; at < script.length; ) {
    const { kind, text } = tokenAt(script, at);
    if (kind === "end") finish();
    else if (kind === "gap") {
      if (current) clean.push(text.replace(/[^\n]/g, " "));
    } else {
      current ??= { text: "", from: at, words: [], strings: [] };
      if (kind === "word") current.words.push(text.toLowerCase());
      if (kind === "quoted") current.words.push(unquote(text, '"').toLowerCase());
      if (kind === "string") current.strings.push(contentOf(text));
      clean.push(text);
      last = at + text.length;
    }
    at += text.length;
  }
  finish();
  return statements;
}

function tokenAt(script: string, at: number): { kind: string; text: string } {
  if (script.startsWith("/*", at)) return { kind: "gap", text: blockComment(script, at) };
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = at;
    const text = pattern.exec(script)?.[0];
    if (text) return { kind, text };
  }
  return { kind: "other", text: script[at]! };
}

function blockComment(script: string, at: number): string {
  let depth = 0;
  const edge = /\/\*|\*\//g;
  edge.lastIndex = at;
  for (let found = edge.exec(script); found; found = edge.exec(script)) {
    depth += found[0] === "/*" ? 1 : -1;
    if (depth === 0) return script.slice(at, edge.lastIndex);
  }
  return script.slice(at);
}

function contentOf(literal: string): string {
  const dollar = /^\$\w*\$/.exec(literal)?.[0];
  if (dollar) return literal.slice(dollar.length).replace(/\$\w*\$$/, "");
  return unquote(literal.replace(/^[eE](?=')/, ""), "'");
}

function unquote(text: string, quote: string): string {
  const inner = text.slice(1, text.length > 1 && text.endsWith(quote) ? -1 : undefined);
  return inner.replaceAll(quote + quote, quote);
}

/** Words that ask about tables, whichever there are. */
const CATALOGUE =
  /^(show|information_schema|sqlite_master|pg_tables|duckdb_(tables|columns|views))$/;

/** The tables among `names` that statements mention; all when they ask what tables there are. */
export function mentioned(statements: readonly Statement[], names: readonly string[]): string[] {
  const words = new Set(statements.flatMap((s) => s.words));
  const all = [...words].some((word) => CATALOGUE.test(word));
  return names.filter((name) => all || words.has(name.toLowerCase()));
}
