import { createHash } from "node:crypto";

/**
 * The one script that stands in the HTML itself: it runs before the first paint, so that a chosen
 * theme does not flash. The policy below names it by its digest.
 */
export const EARLY_SCRIPT = `
try {
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {}
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
 */
export const POLICY = [
  "default-src 'none'",
  `script-src 'self' 'wasm-unsafe-eval' '${digest(EARLY_SCRIPT)}'`,
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "frame-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
].join("; ");

/** As `script-src` names an inline script (CSP Level 3, section 2.3.1). */
function digest(script: string): string {
  return `sha256-${createHash("sha256").update(script).digest("base64")}`;
}
