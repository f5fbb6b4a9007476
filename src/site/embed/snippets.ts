import { escapeMarkup } from "../../core/charts/markup.ts";
import { pageAt } from "../../core/view/address.ts";

/** What somebody wants to embed. */
export interface Wanted {
  /** Absolute address of the site's front page, with a slash at the end. */
  root: string;
  /** Name of the chart. */
  name: string;
  /** What it shows, for those who do not see it. */
  title: string;
  /** The view, as the page's own query without `?`; empty for the one that the page opens with. */
  view: string;
  /** Absolute address of the page that shows the same. */
  page: string;
  theme: "auto" | "light" | "dark";
  /** Name of the snapshot to stay with; null for the newest figures. */
  asOf: string | null;
  /** Rows of a table; null for as many as an embed has by itself, and for figures. */
  rows: number | null;
  /** In CSS pixels. */
  width: number;
  height: number;
}

export const KINDS = ["script", "iframe", "markdown", "html"] as const;
export type SnippetKind = (typeof KINDS)[number];

/** What the kinds are called. */
export const KIND_LABELS: Record<SnippetKind, string> = {
  script: "Script tag",
  iframe: "iframe",
  markdown: "Markdown image",
  html: "HTML image",
};

/**
 * What a frame of ours may do in somebody's page. Its scripts draw, and its links open in a new tab
 * that is a page like any other. `allow-same-origin` gives it back its own origin, not the page's:
 * without it our files and DuckDB's worker would be a stranger's to it. Not given: moving the page
 * it stands in, forms, downloads, dialogs.
 */
const SANDBOX = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox";

/** Address of the embed itself. */
export function embedAddress(wanted: Wanted): string {
  const query = new URLSearchParams(wanted.view);
  if (wanted.theme !== "auto") query.set("theme", wanted.theme);
  if (wanted.asOf) query.set("as-of", wanted.asOf);
  if (wanted.rows) query.set("rows", String(wanted.rows));
  const text = readable(query);
  return pageAt(`${wanted.root}embed/${wanted.name}/${text ? `?${text}` : ""}`);
}

/** A piece of code for somebody's page, whatever the view and the title say. */
export function snippetOf(kind: SnippetKind, wanted: Wanted): string {
  return { script, iframe, markdown, html }[kind](wanted);
}

function script(w: Wanted): string {
  const attributes = attributesOf({
    name: w.name,
    view: w.view ? `?${readable(new URLSearchParams(w.view))}` : null,
    theme: w.theme === "auto" ? null : w.theme,
    "as-of": w.asOf,
    rows: w.rows === null ? null : String(w.rows),
    title: w.title,
  });
  return [
    `<script async src="${escapeMarkup(`${w.root}embed.js`)}"></script>`,
    `<leaderboard-chart${attributes}>`,
    `${indented(html(w))}`,
    "</leaderboard-chart>",
  ].join("\n");
}

function iframe(w: Wanted): string {
  const attributes = attributesOf({
    src: embedAddress(w),
    title: w.title,
    width: "100%",
    height: String(w.height),
    loading: "lazy",
    sandbox: SANDBOX,
    referrerpolicy: "no-referrer",
  });
  return `<iframe${attributes} data-leaderboard></iframe>`;
}

function markdown(w: Wanted): string {
  const picture = `${w.root}charts/${w.name}${w.theme === "dark" ? ".dark" : ""}.png`;
  return `[![${markdownText(altOf(w))}](${picture})](${markdownAddress(w.page)})`;
}

/** A picture in the reader's theme, or the one chosen, with a link and a caption. */
function html(w: Wanted): string {
  const light = `${w.root}charts/${w.name}.svg`;
  const dark = `${w.root}charts/${w.name}.dark.svg`;
  const image = `<img${attributesOf({ src: w.theme === "dark" ? dark : light, alt: altOf(w), width: String(w.width), loading: "lazy" })}>`;
  const picture =
    w.theme === "auto"
      ? `<picture>\n${indented(
          `<source${attributesOf({ srcset: dark, media: "(prefers-color-scheme: dark)" })}>\n${image}`,
          4,
        )}\n  </picture>`
      : image;
  return [
    `<a${attributesOf({ href: w.page })}>`,
    `  ${picture}`,
    "</a>",
    ...(isDefault(w)
      ? []
      : [
          "<p>The picture shows all evaluations and the newest figures; the link leads to the view meant here.</p>",
        ]),
  ].join("\n");
}

/** Pictures are made of the page as it opens; the view is only in the link. */
function isDefault(w: Wanted): boolean {
  return w.view === "" && w.asOf === null;
}

function altOf(w: Wanted): string {
  return isDefault(w) ? w.title : "The figure for all evaluations; the link leads to the view.";
}

function attributesOf(attributes: Record<string, string | null>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === null ? "" : ` ${name}="${escapeMarkup(value)}"`))
    .join("");
}

/** Text of a Markdown picture: no character of it is markup. */
function markdownText(text: string): string {
  return text.replace(/[\n\r]+/g, " ").replace(/[\\`*_{}[\]<>()#+!|~&]/g, (c) => `\\${c}`);
}

/** Parentheses, spaces and angles would end the address. */
function markdownAddress(address: string): string {
  return address.replace(
    /[()<>\s\\]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Without needless escapes, as addresses of views are written. */
function readable(query: URLSearchParams): string {
  return query.toString().replace(/%(2C|3A|2F|40)/g, decodeURIComponent);
}

function indented(text: string, by = 2): string {
  return text.replace(/^/gm, " ".repeat(by));
}
