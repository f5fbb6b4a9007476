import { readFileSync } from "node:fs";
import { RelaxNGValidator, XmlDocument, type XmlElement } from "libxml2-wasm";

const NAMESPACES = { a: "http://www.w3.org/2005/Atom" };

/** The grammar of RFC 4287, kept for all feeds of a test file. */
const grammar = XmlDocument.fromString(readFileSync("tests/fixtures/atom.rng", "utf8"));
const validator = RelaxNGValidator.fromDoc(grammar);

/** What a feed says, as an XML parser reads it. */
export interface ReadEntry {
  id: string;
  title: string;
  updated: string;
  content: string;
  links: { rel: string; href: string }[];
}

export interface ReadFeed extends Omit<ReadEntry, "content"> {
  entries: ReadEntry[];
}

/**
 * Reads a feed, checked against the RFC: the grammar of its appendix B, and what its prose asks for
 * beside that (section numbers in the messages).
 *
 * @throws Error that names the rule
 */
export function readFeed(xml: string): ReadFeed {
  using document = XmlDocument.fromString(xml);
  validator.validate(document);
  const feed = readEntry(document.root);
  const entries = document.root.find("a:entry", NAMESPACES).map((e) => readEntry(e as XmlElement));
  const rule = (holds: boolean, text: string) => {
    if (!holds) throw new Error(`${feed.id}: ${text}`);
  };
  rule(document.root.find("a:author/a:name", NAMESPACES).length === 1, "4.1.1 an author");
  const self = feed.links.filter((l) => l.rel === "self");
  rule(self.length === 1, "4.1.1 a link to itself");
  const ids = [feed, ...entries].map((e) => e.id);
  rule(new Set(ids).size === ids.length, "4.1.1 entries with different ids");
  for (const id of ids) rule(/^(tag|https?):[!-~]+$/.test(id), `4.2.6 an absolute IRI, not ${id}`);
  for (const { id, title, links, updated } of [feed, ...entries]) {
    rule(
      links.every((l) => URL.canParse(l.href)),
      `absolute links in ${id}`,
    );
    rule(
      links.every((l) => new URL(l.href).href === l.href),
      `normal links in ${id}`,
    );
    rule(links.filter((l) => l.rel === "alternate").length === 1, `4.1.2 one alternate in ${id}`);
    rule(title.trim() !== "", `a title in ${id}`);
    rule(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(updated), `3.3 a date in ${id}`);
  }
  const days = [feed, ...entries].map((e) => e.updated);
  rule(
    days.every((day, i) => i === 0 || day <= days[i - 1]!),
    "newest first",
  );
  if (entries[0]) rule(feed.updated === entries[0].updated, "updated as its newest entry");
  return { ...feed, entries };
}

function readEntry(element: XmlElement): ReadEntry {
  const text = (name: string) => element.get(`a:${name}`, NAMESPACES)?.content ?? "";
  const links = element.find("a:link", NAMESPACES).map((link) => ({
    rel: (link as XmlElement).attr("rel")?.value ?? "alternate",
    href: (link as XmlElement).attr("href")?.value ?? "",
  }));
  return {
    id: text("id"),
    title: text("title"),
    updated: text("updated"),
    content: text("content"),
    links,
  };
}
