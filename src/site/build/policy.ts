import { createHash } from "node:crypto";
import { HUB } from "../../core/queue/open.ts";
import { UserError } from "../../core/records/user-error.ts";

/**
 * The one script that stands in the HTML itself: it runs before the first paint, so that a chosen
 * theme does not flash. The policy below names it by its digest.
 *
 * Embeds may stand in anybody's page, and take their theme from their address. Where that asks for
 * more than their HTML shows, the root is marked, so that no other picture is seen first (`embed.css`).
 * Pages whose address asks for anything are marked alike, where what their HTML shows may be another
 * view: their scripts take the mark away.
 *
 * All other pages may not be framed: a transparent frame over somebody's button could make a reader
 * click what they do not see. Static hosts set no `frame-ancestors`, so a framed page is marked and
 * shows only a link to itself (`base.css`). Without scripts nothing in a page can tell that it is framed;
 * hosts that read `public/_headers` forbid it in all cases.
 */
export const EARLY_SCRIPT = `
{
  const { dataset: marks } = document.documentElement;
  let theme;
  if ("embed" in marks) {
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (name === "theme") theme ??= value;
      else if (document.documentElement.getAttribute("data-" + name) !== value) marks.asked = "";
    }
  } else {
    if (window.top !== window.self) marks.framed = "";
    for (const [name] of new URLSearchParams(location.search)) {
      if (!/^(utm_.*|fbclid|gclid)$/.test(name)) marks.asked = "";
    }
    try {
      theme = localStorage.getItem("theme");
    } catch {}
  }
  if (theme === "light" || theme === "dark") marks.theme = theme;
}
`;

/**
 * The Content-Security-Policy of every page, in a meta element since some static hosts set no
 * headers (GitHub Pages). Scripts, styles, data and frames are our own; no markup that gets in
 * through a model's name could run. What a meta element cannot say (`frame-ancestors`), a header
 * may add, where the host has them.
 *
 * - `wasm-unsafe-eval`: DuckDB is WebAssembly. It does not allow `eval`.
 * - `worker-src blob:`: DuckDB's worker starts from a blob, as only then this policy holds inside
 *   it, and SQL that somebody types or links to reaches no other host.
 * - `img-src blob:`: charts saved as PNG are drawn from one.
 *
 * @param files where the host keeps what is no text, as `https://*.hf.co`: a static Space answers such
 *   a request with a redirect there. Never scripts and styles, for others' files are there too
 * @param hub the Hub's address, on pages from which visitors send something there; nothing is loaded
 *   from it but data
 */
export function policyFor(files = "", hub = ""): string {
  if (files !== "" && !/^https:\/\/(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(files)) {
    throw new UserError(`PUBLIC_FILES=${files}: must be a host like https://*.example.org.`);
  }
  if (hub !== "" && !/^https:\/\/[a-z0-9-]+(?:\.[a-z0-9-]+)+$/.test(hub)) {
    throw new UserError(`The Hub's address is ${hub}: must be like https://huggingface.co.`);
  }
  const own = files === "" ? "'self'" : `'self' ${files}`;
  return [
    "default-src 'none'",
    `script-src 'self' 'wasm-unsafe-eval' '${digest(EARLY_SCRIPT)}'`,
    "style-src 'self'",
    `img-src ${own} data: blob:`,
    `font-src ${own}`,
    `connect-src ${own}${hub && ` ${hub}`}`,
    "worker-src 'self' blob:",
    "frame-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
  ].join("; ");
}

export const POLICY = policyFor(import.meta.env?.PUBLIC_FILES);

/** Of pages from which visitors send something to the Hub in their own name. */
export const HUB_POLICY = policyFor(import.meta.env?.PUBLIC_FILES, HUB);

/** As `script-src` names an inline script (CSP Level 3, section 2.3.1). */
function digest(script: string): string {
  return `sha256-${createHash("sha256").update(script).digest("base64")}`;
}
