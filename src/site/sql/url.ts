import { LIMITS } from "./limits.ts";

/** The query that an address holds; null where it holds none. */
export function queryOf(search: string): string | null {
  const text = new URLSearchParams(search).get("q");
  return text?.trim() ? text : null;
}

/**
 * The address of a query, relative to the console's own; null for one that is too long for an
 * address: most servers refuse those above 8 kB.
 */
export function addressOf(sql: string): string | null {
  if (!sql.trim()) return "";
  const address = `?${new URLSearchParams({ q: sql })}`;
  return address.length > LIMITS.address ? null : address;
}
