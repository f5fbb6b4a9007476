import type { Database } from "../../browser/engine.ts";
import { count } from "../../core/table/format.ts";
import { addressSentence, isOwn } from "./errors.ts";
import { carriedOut, refusalOfKind } from "./kinds.ts";
import { bytesOf, LIMITS } from "./limits.ts";
import { refusalOfReads } from "./reads.ts";
import type { Statement } from "./statements.ts";
import { type Token, tokensOf } from "./tokens.ts";
import { isOneQuery } from "./verdict.ts";

/** What a statement is, and whether it runs here. */
export interface Judgement {
  /** Why it does not run; null where it does. */
  refusal: string | null;
  /** Whether it asks for rows and can stand in parentheses. */
  isQuery: boolean;
}

/**
 * What DuckDB's own lexer and parser say that a statement is, before any of it is carried out.
 *
 * @param origin of the page, whose files can be read
 */
export async function judge(
  db: Pick<Database, "db" | "connection">,
  { text }: Statement,
  origin: string,
): Promise<Judgement> {
  if (text.includes("\0"))
    return refused("This has a character in it that DuckDB stops reading at.");
  const bytes = bytesOf(text);
  if (bytes > LIMITS.text) {
    return refused(
      `This statement has ${count(bytes)} bytes; DuckDB in a browser takes up to ${count(LIMITS.text)}. Long lists of values can be dropped on this page as a CSV file, which is a table then.`,
    );
  }
  const tokens = await tokensOf(db, text);
  if (tokens.some(isEnd)) {
    return refused(
      "DuckDB reads several statements where this page reads one: run them one by one.",
    );
  }
  const carried = carriedOut(tokens);
  const at = carried[0]?.from ?? 0;
  const isQuery = await isOneQuery(db, text.slice(at));
  const reads = () =>
    refusalOfReads(
      carried,
      (address) => isOwn(address, origin),
      (address) => addressSentence(address, origin),
    );
  const refusal = (isQuery ? null : refusalOfKind(carried)) ?? reads();
  return { refusal, isQuery: isQuery && carried.length === tokens.length };
}

function refused(refusal: string): Judgement {
  return { refusal, isQuery: false };
}

function isEnd({ kind, text }: Token): boolean {
  return kind === "sign" && text === ";";
}
