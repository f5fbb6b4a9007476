/** Rows of an embedded table, unless its address says otherwise. */
export const ROWS = { initial: 20, min: 10, max: 100 } as const;

/** Parameters that only embeds have; the others are those of the page. */
const OWN = new Set(["theme", "as-of", "rows"]);

/** What the address of an embed asks for. */
export interface Asked {
  /** Name of a snapshot, as it was written; null for the newest. */
  asOf: string | null;
  rows: number;
  /** The page's own parameters. */
  view: URLSearchParams;
  /** A sentence on each parameter of the embed that was ignored. */
  problems: string[];
}

/** Reads the address of an embed. Whatever is wrong in it is left out and named. Never throws. */
export function readAsked(query: string): Asked {
  const params = new URLSearchParams(query);
  const problems: string[] = [];
  let rows: number = ROWS.initial;
  const given = params.get("rows");
  if (given !== null) {
    const number = /^\d{1,3}$/.test(given) ? Number(given) : Number.NaN;
    if (number >= ROWS.min && number <= ROWS.max) rows = number;
    else problems.push(`“rows” must be a number from ${ROWS.min} to ${ROWS.max}.`);
  }
  const theme = params.get("theme");
  if (theme !== null && !["auto", "light", "dark"].includes(theme))
    problems.push("“theme” must be auto, light or dark.");
  const view = new URLSearchParams([...params].filter(([name]) => !OWN.has(name)));
  return { asOf: params.get("as-of"), rows, view, problems };
}
