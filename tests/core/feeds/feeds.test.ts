import { describe, expect, test } from "vitest";
import { atomXml } from "../../../src/core/feeds/atom.ts";
import {
  type Dated,
  type FeedSource,
  MOST_ENTRIES,
  newFeed,
  ownerFeeds,
  topFeed,
} from "../../../src/core/feeds/feeds.ts";
import type { Value } from "../../../src/core/table/grid.ts";
import { readFeed } from "./valid.ts";

/** A table of models, best first; equal averages share a rank. */
function dated(name: string, models: [model: string, average: number | null][]): Dated {
  const ranks = models.map(([, a]) =>
    a === null ? null : 1 + models.filter(([, b]) => b !== null && b > a).length,
  );
  const columns: Record<string, Value[]> = {
    eval_id: models.map(([m]) => `${m}@-:-:-:-`),
    model: models.map(([m]) => m),
    average: models.map(([, a]) => a),
    rank: ranks,
  };
  return { name, day: name.slice(0, 10), grid: { length: models.length, columns } };
}

function sourceOf(...snapshots: Dated[]): FeedSource {
  const site = "https://board.example/base/";
  return {
    title: "Board",
    tables: snapshots,
    rescorings: [],
    benchmarks: [{ key: "x", name: "Riddles" }],
    addresses: {
      site,
      feed: (path) => new URL(`.${path}`, site).href,
      snapshot: (name) => `${site}data/${name}/`,
      diff: (from, to) => `${site}data/diff/?from=${from}&to=${to}`,
      model: (model) => (model === "gone/one" ? null : new URL(`models/${model}/`, site).href),
    },
  };
}

/** `count` models with averages from 90 down. */
const many = (count: number, owner = "many"): [string, number][] =>
  Array.from({ length: count }, (_, i) => [`${owner}/m${i}`, 90 - i * 0.1]);

const THREE = sourceOf(
  dated("2025-03-02", [
    ["a/new", 60],
    ["a/old", 50],
    ["b/late", 40],
    ["gone/one", 10],
  ]),
  dated("2025-02-01", [
    ["a/old", 50],
    ["gone/one", 10],
    ["plain", 5],
  ]),
  dated("2025-01-01", [
    ["a/old", 49],
    ["b/early", 3],
  ]),
);

describe("new evaluations", () => {
  const feed = readFeed(atomXml(newFeed(THREE)));

  test("have an entry for each snapshot, newest first", () => {
    expect(feed.entries.map((e) => e.title)).toEqual([
      "2025-03-02: 2 new evaluations",
      "2025-02-01: 2 new evaluations",
      "2025-01-01: the first table known, 2 evaluations",
    ]);
    expect(feed.updated).toBe("2025-03-02T00:00:00Z");
    expect(feed.entries[0]!.content).toContain("a/new: rank 1, average 60.00");
    expect(feed.entries[0]!.content).not.toContain("a/old");
    expect(feed.entries[0]!.links).toContainEqual({
      rel: "alternate",
      href: "https://board.example/base/data/diff/?from=2025-02-01&to=2025-03-02",
    });
    expect(feed.entries[2]!.links).toEqual([
      { rel: "alternate", href: "https://board.example/base/data/2025-01-01/" },
    ]);
  });

  test("keep their ids when snapshots are added", () => {
    const before = newFeed(sourceOf(...THREE.tables.slice(1))).entries.map((e) => e.id);
    expect(
      newFeed(THREE)
        .entries.map((e) => e.id)
        .slice(1),
    ).toEqual(before);
  });

  test("of two editions of a day have two ids", () => {
    const source = sourceOf(
      dated("2025-01-01.2", [
        ["a/b", 2],
        ["a/c", 1],
      ]),
      dated("2025-01-01", [["a/b", 1]]),
    );
    expect(readFeed(atomXml(newFeed(source))).entries).toHaveLength(2);
  });
});

describe("flags", () => {
  const flagged = (name: string, ...flags: [string, boolean | null][]) => {
    const table = dated(
      name,
      flags.map(([model], i) => [model, 90 - i]),
    );
    const columns = { ...table.grid.columns, flagged: flags.map(([, flag]) => flag) };
    return { ...table, grid: { ...table.grid, columns } };
  };

  test("that were set, or that are there no longer, are an entry even where nothing is new", () => {
    const source = sourceOf(
      flagged(
        "2025-03-02",
        ["a/set", true],
        ["a/lost", false],
        ["a/same", true],
        ["a/known", true],
      ),
      flagged(
        "2025-02-01",
        ["a/set", false],
        ["a/lost", true],
        ["a/same", true],
        ["a/known", null],
      ),
    );
    const [entry, ...others] = readFeed(atomXml(newFeed(source))).entries;
    expect(others).toHaveLength(1);
    expect(entry!.title).toBe("2025-03-02: 1 flagged since, 1 no longer flagged");
    expect(entry!.content).toContain("Of the table before, flagged since: a/set.");
    expect(entry!.content).toContain("Of the table before, no longer flagged: a/lost.");
    expect(entry!.content).not.toMatch(/a\/same|a\/known/);
  });

  test("are not spoken of where nothing changed, or where a table does not know them", () => {
    const rows: [string, boolean][] = [["a/b", true]];
    const same = sourceOf(flagged("2025-03-02", ...rows), flagged("2025-02-01", ...rows));
    expect(newFeed(same).entries).toHaveLength(1);
    const unknown = sourceOf(flagged("2025-03-02", ...rows), dated("2025-02-01", [["a/b", 1]]));
    expect(newFeed(unknown).entries).toHaveLength(1);
  });
});

describe("new in the top 100", () => {
  test("are models that were not in it in the snapshot before", () => {
    const source = sourceOf(
      dated("2025-02-01", [
        ...many(99),
        ["x/up", 50],
        ["x/tie", 50],
        ["x/below", 4],
        ["many/m99", 3],
      ]),
      dated("2025-01-01", [...many(100), ["x/up", 40], ["x/below", 4]]),
    );
    const feed = readFeed(atomXml(topFeed(source)));
    // Both hold rank 100, as equal averages share a rank.
    expect(feed.entries.map((e) => e.title)).toEqual([
      "x/up is number 100, average 50.00",
      "x/tie is number 100, average 50.00",
    ]);
    expect(feed.entries[0]!.content).toContain("Its rank was 101 in the table of 2025-01-01.");
    expect(feed.entries[1]!.content).toContain("It was not in the table before.");
  });

  test("count a model once, by its best evaluation", () => {
    const twice = dated("2025-02-01", [
      ["a/b", 60],
      ["a/b", 50],
    ]);
    twice.grid.columns.eval_id = ["a/b@1", "a/b@2"];
    expect(topFeed(sourceOf(twice, dated("2025-01-01", [["a/c", 1]]))).entries).toHaveLength(1);
  });

  test("are none with one snapshot, which is a feed all the same", () => {
    const feed = readFeed(atomXml(topFeed(sourceOf(dated("2025-01-01", many(3))))));
    expect(feed.entries).toEqual([]);
    expect(feed.updated).toBe("2025-01-01T00:00:00Z");
  });
});

describe("new from an owner", () => {
  const feeds = ownerFeeds(THREE);

  test("has a feed for everyone who ever had a model, and none for names without owner", () => {
    expect([...feeds.keys()].sort()).toEqual(["a", "b", "gone"]);
    expect(feeds.get("a")!.self).toBe("https://board.example/base/feeds/owners/a.xml");
  });

  test("tells of each model once, when it is first there", () => {
    const read = readFeed(atomXml(feeds.get("a")!));
    expect(read.entries.map((e) => [e.title, e.updated.slice(0, 10)])).toEqual([
      ["a/new: rank 1, average 60.00", "2025-03-02"],
      ["a/old: rank 1, average 49.00", "2025-01-01"],
    ]);
    expect(read.entries[1]!.content).toContain("It may have been there before.");
    expect(read.entries[0]!.links[0]).toEqual({
      rel: "alternate",
      href: "https://board.example/base/models/a/new/",
    });
  });

  test("leads to what changed where a model has no page", () => {
    const read = readFeed(atomXml(feeds.get("gone")!));
    expect(read.entries[0]!.links[0]!.href).toContain("/data/diff/?from=2025-01-01&to=2025-02-01");
  });

  test("holds the newest hundred", () => {
    const source = sourceOf(dated("2025-02-01", many(150)), dated("2025-01-01", many(20)));
    const read = readFeed(atomXml(ownerFeeds(source).get("many")!));
    expect(read.entries).toHaveLength(MOST_ENTRIES);
    expect(read.entries.every((e) => e.updated.startsWith("2025-02-01"))).toBe(true);
  });
});

test("hostile names are text in every feed", () => {
  const name = '<img src=x onerror="alert(1)">/]]>&\u0007';
  const source = sourceOf(
    dated("2025-02-01", [
      [name, 2],
      ["a/b", 1],
    ]),
    dated("2025-01-01", [["a/b", 1]]),
  );
  const all = [newFeed(source), topFeed(source), ...ownerFeeds(source).values()];
  for (const feed of all) {
    expect(atomXml(feed)).not.toContain("<img");
    readFeed(atomXml(feed));
  }
  expect(readFeed(atomXml(newFeed(source))).entries[0]!.content).toContain(
    '<img src=x onerror="alert(1)">',
  );
});

describe("a model that was renamed", () => {
  const commit = "@0123abcd:bfloat16:Original:chat";
  const called = (name: string, models: [model: string, average: number | null][]): Dated => {
    const table = dated(name, models);
    const eval_id = models.map(([m]) => (m.startsWith("a/") ? m + commit : `${m}@-:-:-:-`));
    return { ...table, grid: { ...table.grid, columns: { ...table.grid.columns, eval_id } } };
  };
  const source = sourceOf(
    called("2025-02-01", [
      ["b/one", 70],
      ["a/later", 60],
    ]),
    called("2025-01-01", [
      ["a/before", 60],
      ["c/one", 50],
    ]),
  );

  test("is not new, neither at all nor in the top 100", () => {
    expect(readFeed(atomXml(newFeed(source))).entries[0]!.content).not.toContain("a/later");
    const titles = readFeed(atomXml(topFeed(source))).entries.map((e) => e.title);
    expect(titles).toEqual(["b/one is number 1, average 70.00"]);
  });

  test("is said to be the same in its owner's feed", () => {
    const [entry] = readFeed(atomXml(ownerFeeds(source).get("a")!)).entries;
    expect(entry!.content).toBe(
      "a/later is another name of a/before in the table of 2025-02-01: rank 2, average 60.00.",
    );
  });
});
