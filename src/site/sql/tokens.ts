import type { Database } from "../../browser/engine.ts";

/** A piece of a statement, as DuckDB's own lexer cuts it. */
export interface Token {
  kind: "name" | "number" | "string" | "sign" | "keyword";
  /**
   * In lower case, or what stands between its quotes. Null for a string that is not written plainly
   * (`e'\x61'`, `U&'…'`, `'a'` and `'b'` on two lines, which are one): nobody here unravels these.
   */
  text: string | null;
  /** Whether it stands in quotes: then it is no keyword. */
  quoted: boolean;
  /** Where it begins in the statement, in UTF-16 units. */
  from: number;
}

/** By DuckDB's numbers of them. */
const KINDS = ["name", "number", "string", "sign", "keyword"] as const;

/** Cuts a statement without comments; nothing of it is carried out. */
export async function tokensOf({ db }: Pick<Database, "db">, text: string): Promise<Token[]> {
  const { offsets, types } = await db.tokenize(text);
  return cut(text, [...offsets], [...types]);
}

/**
 * @param offsets where each token begins, in bytes of UTF-8
 * @param types its kind by DuckDB's number
 */
export function cut(text: string, offsets: number[], types: number[]): Token[] {
  const bytes = new TextEncoder().encode(text);
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let from = decoder.decode(bytes.subarray(0, offsets[0] ?? 0)).length;
  return offsets.map((offset, i) => {
    const piece = decoder.decode(bytes.subarray(offset, offsets[i + 1]));
    const token = { kind: KINDS[types[i]!] ?? "sign", ...plain(piece.trimEnd()), from };
    from += piece.length;
    return token;
  });
}

function plain(piece: string): { text: string | null; quoted: boolean } {
  const string = /^'((?:[^']|'')*)'$/.exec(piece)?.[1];
  if (string !== undefined) return { text: string.replaceAll("''", "'"), quoted: true };
  const dollars = /^\$(\w*)\$([\s\S]*)\$\1\$$/.exec(piece)?.[2];
  if (dollars !== undefined) return { text: dollars, quoted: true };
  const name = /^"((?:[^"]|"")*)"$/.exec(piece)?.[1];
  if (name !== undefined) return { text: name.replaceAll('""', '"'), quoted: true };
  return /['"]/.test(piece)
    ? { text: null, quoted: true }
    : { text: piece.toLowerCase(), quoted: false };
}

/** What stands at a place without quotes. */
export function wordAt(tokens: readonly Token[], index: number): string | undefined {
  const token = tokens[index];
  return token && !token.quoted ? (token.text ?? undefined) : undefined;
}
