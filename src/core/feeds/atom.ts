import { escapeMarkup } from "../charts/markup.ts";

/** A link of an entry or a feed; the address is absolute. */
export interface Link {
  rel: "alternate" | "related" | "self";
  href: string;
  /** Media type; HTML where it is not said. */
  type?: string;
  title?: string;
}

/** An entry; its texts are plain text. */
export interface Entry {
  /** An IRI that stays, see `tagUri`. */
  id: string;
  title: string;
  /** `YYYY-MM-DD`, or a moment: ISO 8601, UTC. */
  day: string;
  links: Link[];
  content: string;
}

export interface Feed {
  title: string;
  subtitle: string;
  /** Its own absolute address, which is its id too. */
  self: string;
  /** The page that it speaks of. */
  page: string;
  author: string;
  /** Day or moment of the newest entry, or the day of the data where there is none. */
  day: string;
  /** Newest first. */
  entries: Entry[];
}

/**
 * A feed as Atom (RFC 4287). All texts are of type `text`: whatever a model is called, no reader
 * takes it for markup.
 */
export function atomXml(feed: Feed): string {
  const lines = [
    '<?xml version="1.0" encoding="utf-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">',
    `  <id>${escapeXml(feed.self)}</id>`,
    `  <title>${escapeXml(feed.title)}</title>`,
    `  <subtitle>${escapeXml(feed.subtitle)}</subtitle>`,
    `  <updated>${instant(feed.day)}</updated>`,
    `  <author><name>${escapeXml(feed.author)}</name></author>`,
    `  ${linkXml({ rel: "self", href: feed.self, type: "application/atom+xml" })}`,
    `  ${linkXml({ rel: "alternate", href: feed.page })}`,
    ...feed.entries.flatMap(entryLines),
    "</feed>",
  ];
  return `${lines.join("\n")}\n`;
}

function entryLines(entry: Entry): string[] {
  return [
    "  <entry>",
    `    <id>${escapeXml(entry.id)}</id>`,
    `    <title>${escapeXml(entry.title)}</title>`,
    `    <updated>${instant(entry.day)}</updated>`,
    ...entry.links.map((link) => `    ${linkXml(link)}`),
    `    <content type="text">${escapeXml(entry.content)}</content>`,
    "  </entry>",
  ];
}

function linkXml({ rel, href, type = "text/html", title }: Link): string {
  const named = title ? ` title="${escapeXml(title)}"` : "";
  return `<link rel="${rel}" type="${type}" href="${escapeXml(href)}"${named}/>`;
}

/** A snapshot stands for a day: its first instant, in UTC. */
function instant(day: string): string {
  return day.includes("T") ? day : `${day}T00:00:00Z`;
}

/**
 * Text for XML 1.0, in an element or an attribute. What no XML document may hold (most control
 * characters, half surrogate pairs, U+FFFE and U+FFFF: section 2.2) is left out.
 */
export function escapeXml(text: string): string {
  let clean = "";
  for (const letter of text) if (isXml(letter.codePointAt(0)!)) clean += letter;
  return escapeMarkup(clean).replaceAll("\r", "&#13;");
}

function isXml(point: number): boolean {
  return (
    point === 0x9 ||
    point === 0xa ||
    point === 0xd ||
    (point >= 0x20 && point <= 0xd7ff) ||
    (point >= 0xe000 && point <= 0xfffd) ||
    point >= 0x10000
  );
}

/**
 * A `tag:` URI (RFC 4151): it names an entry for good, also when the site's addresses change. Names
 * of any letters may stand in the path.
 *
 * @param site absolute address of the site, which has the host's name and its path there
 * @param day on which the host's owner gave the name
 */
export function tagUri(site: string, day: string, path: readonly string[]): string {
  const { hostname, pathname } = new URL(site);
  const escaped = path.map((part) => encodeURIComponent(part).replaceAll("%3A", ":"));
  return `tag:${hostname},${day}:${pathname}${escaped.join("/")}`;
}
