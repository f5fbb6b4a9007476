import { literal } from "../../core/view/quote.ts";
import { fold, parseSearch, type Term } from "../../core/view/search.ts";

/** Whether a request is found by a search, which reads as the leaderboard's does. */
export function finder(search: string): (model: string) => boolean {
  const alternatives = parseSearch(search);
  if (alternatives.length === 0) return () => true;
  return (model) => {
    const name = fold(model);
    const has = ({ owner, text }: Term) => (owner ? name.startsWith(text) : name.includes(text));
    return alternatives.some((terms) => terms.every(has));
  };
}

/** The same question to the whole table, as SQL. */
export function searchSql(search: string): string {
  const test = ({ owner, text }: Term) =>
    `${owner ? "starts_with" : "contains"}(lower(model), ${literal(text)})`;
  const any = parseSearch(search).map((terms) => terms.map(test).join(" AND "));
  const where = any.length > 0 ? `\nWHERE ${any.join("\n  OR ")}` : "";
  return `SELECT * FROM requests${where}\nORDER BY submitted_at DESC`;
}
