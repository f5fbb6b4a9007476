/**
 * The address of the SQL console with a query in its editor.
 *
 * @param page of the console; a query it may have already is left out
 */
export function consoleLink(page: string, sql: string): string {
  return `${page.split("?")[0]}?${new URLSearchParams({ q: sql })}`;
}
