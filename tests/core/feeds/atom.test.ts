import fc from "fast-check";
import { expect, test } from "vitest";
import { atomXml, escapeXml, type Feed, tagUri } from "../../../src/core/feeds/atom.ts";
import { readFeed } from "./valid.ts";

const FEED: Feed = {
  title: "Kitchen: new dishes",
  subtitle: "As they come.",
  self: "https://kitchen.example/base/feeds/new.xml",
  page: "https://kitchen.example/base/",
  author: "Kitchen",
  day: "2025-03-13",
  entries: [
    {
      id: "tag:kitchen.example,2025-03-13:/base/feeds/new/2025-03-13",
      title: "Soup",
      day: "2025-03-13",
      links: [{ rel: "alternate", href: "https://kitchen.example/base/models/soup/?a=1&b=2" }],
      content: "Hot.\nSalty.",
    },
  ],
};

test("a feed is valid, and says what it was given", () => {
  const read = readFeed(atomXml(FEED));
  expect(read).toMatchObject({ id: FEED.self, title: FEED.title, updated: "2025-03-13T00:00:00Z" });
  expect(read.entries).toEqual([
    {
      id: FEED.entries[0]!.id,
      title: "Soup",
      updated: "2025-03-13T00:00:00Z",
      content: "Hot.\nSalty.",
      links: [{ rel: "alternate", href: "https://kitchen.example/base/models/soup/?a=1&b=2" }],
    },
  ]);
});

test("a feed without entries is valid", () => {
  expect(readFeed(atomXml({ ...FEED, entries: [] })).entries).toEqual([]);
});

test("the check knows feeds that are not", () => {
  const xml = atomXml(FEED);
  expect(() => readFeed(xml.replace(/<id>.*<\/id>/, ""))).toThrow();
  expect(() => readFeed(xml.replaceAll("T00:00:00Z", ""))).toThrow();
  expect(() => readFeed(xml.replace('type="text"', 'type="words"'))).toThrow();
  expect(() => readFeed(xml.replace("<subtitle>", "<entry/><subtitle>"))).toThrow();
  expect(() => readFeed(xml.replace("<author><name>Kitchen</name></author>", ""))).toThrow(
    "author",
  );
  const twice = { ...FEED, entries: [FEED.entries[0]!, FEED.entries[0]!] };
  expect(() => readFeed(atomXml(twice))).toThrow("different ids");
  const relative = { ...FEED, page: "/base/" };
  expect(() => readFeed(atomXml(relative))).toThrow("absolute");
});

test("any text is text in a feed, without what XML cannot hold", () => {
  const hostile = "<script>alert(1)</script>]]>&amp;\u0000\u0008\ud800\uffff\"'\u{1f36d}";
  const feed = { ...FEED, title: hostile, entries: [{ ...FEED.entries[0]!, content: hostile }] };
  const read = readFeed(atomXml(feed));
  const clean = "<script>alert(1)</script>]]>&amp;\"'\u{1f36d}";
  expect(read.title).toBe(clean);
  expect(read.entries[0]!.content).toBe(clean);
  expect(atomXml(feed)).not.toContain("<script");
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
      const entry = { ...FEED.entries[0]!, content: text, title: `x${text}` };
      const content = readFeed(atomXml({ ...FEED, entries: [entry] })).entries[0]!.content;
      // What is left are all of its letters that XML 1.0 (section 2.2) knows.
      const kept = text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "");
      expect(content).toBe(kept);
    }),
  );
  expect(escapeXml("a\r\nb")).toBe("a&#13;\nb");
});

test("ids keep to the letters that a tag may have", () => {
  expect(tagUri("https://kitchen.example/base/", "2025-03-13", ["feeds", "new", "a b%<é"])).toBe(
    "tag:kitchen.example,2025-03-13:/base/feeds/new/a%20b%25%3C%C3%A9",
  );
});
