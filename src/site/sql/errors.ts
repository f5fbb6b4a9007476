import type { Statement } from "./statements.ts";

/** An error as the page shows it. */
export interface Problem {
  /** A sentence or more for the reader; DuckDB's own words where they say it best. */
  text: string;
  /** Where in the script, in UTF-16 units; null where DuckDB does not say. */
  range: { from: number; to: number } | null;
  /** Whether memory ran out: then the database is to be started anew. */
  memory: boolean;
}

/** A refusal with a sentence for the reader. */
export class ConsoleError extends Error {}

const PLACE = /\nLINE (\d+): (.*)\n( *)\^/;

/** What sentences need to know of the page. */
export interface Surroundings {
  /** Of the page, whose files can be read. */
  origin: string;
  /** That DuckDB may use. */
  megabytes: number;
  /** Tables that can be asked, loaded or not. */
  tables: readonly string[];
}

/**
 * What DuckDB says about a statement, for the reader.
 *
 * @param message DuckDB's, with `LINE n: …` and a caret below where it knows the place
 */
export function problemOf(message: string, statement: Statement, around: Surroundings): Problem {
  const memory =
    /bad_alloc|Out of Memory|memory access out of bounds|Array buffer allocation/i.test(message);
  const place = PLACE.exec(message);
  const said = place ? message.slice(0, place.index) : message;
  return {
    text: memory ? memorySentence(around) : sentenceOf(said, statement, around),
    range: place
      ? rangeOf(statement, Number(place[1]), place[2]!, place[3]!.length)
      : /at end of input/.test(message)
        ? endOf(statement)
        : null,
    memory,
  };
}

function memorySentence({ megabytes }: Surroundings): string {
  return `This needs more memory than DuckDB may use here (${megabytes} MB). Ask for fewer rows or columns, group before sorting, or run it in DuckDB on your own machine.`;
}

function sentenceOf(
  message: string,
  { strings }: Statement,
  { origin, tables }: Surroundings,
): string {
  const address = /Failed to load '([^']+)'/.exec(message)?.[1];
  if (address) return addressSentence(address, origin);
  // What this version throws, without words, for a file that is not there.
  if (message.includes("WebAssembly.Exception")) {
    const own = strings.find((s) => isOwn(s, origin));
    return own ? addressSentence(own, origin) : "DuckDB failed at this without saying why.";
  }
  const extension =
    /exists in the (\w+) extension/.exec(message)?.[1] ??
    /^(?:\w+ Error: )?Extension "(?:.*\/)?(\w+)(?:\.duckdb_extension)?"/.exec(message)?.[1];
  if (extension) return extensionSentence(extension);
  const depth = /Max expression depth limit of (\d+) exceeded/.exec(message)?.[1];
  if (depth) return depthSentence(depth);
  // DuckDB only knows, and suggests, the tables that are loaded.
  const table = /Table with name .* does not exist!/.exec(message)?.[0];
  if (table) return `${table} There are ${tables.join(", ")}.`;
  return message.replace(/^(Invalid )?Error: /, "").trim();
}

function depthSentence(depth: string): string {
  return `This nests more than ${depth} deep, which is too much for DuckDB in a browser: brackets and calls in each other count, and joins, UNION and operators in a row. Make tables of parts of it: CREATE TABLE … AS.`;
}

/** Addresses are those that are not asked, or that could not be reached. */
export function addressSentence(address: string, origin: string): string {
  return isOwn(address, origin)
    ? `${address} could not be read: is there such a file?`
    : `${address} was not asked for anything: queries read files of this site only. Download the file and drop it on this page.`;
}

export function extensionSentence(name: string): string {
  return `This is in DuckDB’s extension “${name}”, which would come from another host and is not part of this page.`;
}

export function isOwn(address: string, origin: string): boolean {
  try {
    return new URL(address).origin === origin;
  } catch {
    return false;
  }
}

function endOf({ from, text }: Statement) {
  return { from: from + text.length - 1, to: from + text.length };
}

/** Where a caret points: from there to the end of the word. */
function rangeOf(statement: Statement, line: number, excerpt: string, caret: number) {
  const lines = statement.text.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, l) => sum + l.length + 1, 0);
  const text = lines[line - 1];
  if (text === undefined) return null;
  const column = columnOf(text, excerpt, caret - `LINE ${line}: `.length);
  const at = Math.min(column, Math.max(0, text.length - 1));
  const length = /^(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[\p{L}\p{N}_]+|.)/u.exec(text.slice(at))?.[0]
    .length;
  const from = statement.from + before + at;
  return { from, to: from + (length ?? 1) };
}

/** The excerpt is the line, or a part of it between dots; the caret counts columns of a terminal. */
function columnOf(line: string, excerpt: string, caret: number): number {
  if (line.startsWith(excerpt)) return unitsOf(excerpt, caret);
  const core = excerpt.replace(/^\.{3}/, "").replace(/\.{3}$/, "");
  const lead = excerpt.startsWith("...") ? 3 : 0;
  const start = Math.max(0, line.indexOf(core));
  return start + unitsOf(core, caret - lead);
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}]/u;

/** UTF-16 units of the first columns of a text, where wide characters take two and tabs none. */
function unitsOf(text: string, columns: number): number {
  let units = 0;
  for (const character of text) {
    const width = character < " " ? 0 : WIDE.test(character) ? 2 : 1;
    if (columns <= 0 && width > 0) break;
    columns -= width;
    units += character.length;
  }
  return units;
}
