import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SnapshotIndex } from "../../src/core/records/snapshot-index.ts";
import { readFeed } from "../core/feeds/valid.ts";
import { query } from "../pipeline/snapshot/snapshot.ts";
import { SITE, visitSite } from "./site.ts";

const site = visitSite();

async function index(): Promise<SnapshotIndex> {
  return JSON.parse(await readFile(join(SITE, "data/index.json"), "utf8"));
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

describe("the snapshots", () => {
  it("are all listed, newest first, with what is new in each", async () => {
    const page = await site.open("/data/", { javaScriptEnabled: false });
    const rows = await page.$$eval(".snapshots tbody tr", (all) =>
      all.map((tr) => [...tr.children].map((c) => c.textContent?.trim() ?? "")),
    );
    const { snapshots } = await index();
    expect(rows.map((r) => r[0])).toEqual(snapshots.map((s) => s.name));
    for (const [i, snapshot] of snapshots.entries()) {
      const before = snapshots[i + 1];
      const own = `'${SITE}/data/${snapshot.name}/models.parquet'`;
      const old = before ? `'${SITE}/data/${before.name}/models.parquet'` : own;
      // What has the commit and settings of one that is no longer there under its name was renamed, if one
      // of the two names is in one of the two tables only.
      const run = "substr(eval_id, strpos(eval_id, '@'))";
      const gone = `SELECT model, ${run} AS run FROM ${old}
        WHERE weight_type = 'Original' AND regexp_matches(eval_id, '@[0-9a-f]{8}:') AND eval_id NOT IN (SELECT eval_id FROM ${own})`;
      const fresh = `SELECT model, ${run} AS run FROM ${own}
        WHERE eval_id NOT IN (SELECT eval_id FROM ${old})`;
      const [counted] = await query(
        `WITH gone AS (${gone}), fresh AS (${fresh}), renamed AS (
           SELECT 1 FROM fresh JOIN gone USING (run) WHERE gone.model NOT IN (SELECT model FROM ${own})
             OR fresh.model NOT IN (SELECT model FROM ${old}))
         SELECT (SELECT count(*) FROM ${own}) AS n,
           (SELECT count(*) FROM fresh) - (SELECT count(*) FROM renamed) AS fresh`,
      );
      const text = (n: unknown) => Number(n).toLocaleString("en");
      expect(rows[i]![1]).toBe(text(counted!.n));
      expect(rows[i]![2]).toBe(before ? text(counted!.fresh) : "–");
      const manifest = await readFile(join(SITE, "data", snapshot.name, "manifest.json"));
      expect(rows[i]![5]).toContain(digest(manifest).slice(0, 12));
    }
  });

  it("have a page with their files, each with its digest, and the board as it stood", async () => {
    const page = await site.open("/data/2024-10-09/");
    const files = await page.$$eval(".files > li", (items) =>
      items.map((li) => [
        li.querySelector("a")!.href,
        li.querySelector(".digest code")!.textContent,
      ]),
    );
    expect(files.map(([href]) => href!.split("/").at(-1))).toContain("manifest.json");
    for (const [href, sha256] of files) {
      expect(digest(new Uint8Array(await (await fetch(href!)).arrayBuffer())), href!).toBe(sha256);
    }
    const top = await page.$$eval(".standings tbody tr", (all) =>
      all.map((tr) => ({
        rank: tr.children[0]?.textContent,
        model: tr.children[1]?.textContent?.replace(
          tr.querySelector(".note")?.textContent ?? "",
          "",
        ),
        average: tr.children[2]?.textContent,
      })),
    );
    const rows = await query(
      `SELECT rank, model, average FROM '${SITE}/data/2024-10-09/models.parquet' WHERE rank IS NOT NULL ORDER BY rank, eval_id LIMIT 20`,
    );
    expect(top).toEqual(
      rows.map((r) => ({
        rank: String(r.rank),
        model: r.model,
        average: Number(r.average).toFixed(2),
      })),
    );
  });

  it("have `latest` lead to the dated one that it is a copy of", async () => {
    const page = await site.open("/data/latest/");
    const { latest } = await index();
    expect(await page.textContent("article header")).toContain(latest);
    expect(await page.getAttribute("link[rel=canonical]", "href")).toMatch(
      new RegExp(`/data/${latest}/$`),
    );
  });
});

describe("the feeds", () => {
  const read = async (path: string) => readFeed(await readFile(join(SITE, "feeds", path), "utf8"));

  it("are all valid, one for each owner that ever had a model", async () => {
    const files = (await readdir(join(SITE, "feeds/owners"))).toSorted();
    const owners = await query(
      `SELECT DISTINCT split_part(model, '/', 1) AS owner FROM '${SITE}/data/2*/models.parquet' WHERE model LIKE '%/%'`,
    );
    expect(files).toEqual(owners.map((o) => `${String(o.owner)}.xml`).toSorted());
    const ids = new Set<string>();
    for (const file of files) {
      const feed = await read(`owners/${file}`);
      expect(feed.entries.length).toBeGreaterThan(0);
      for (const { id } of feed.entries) ids.add(id);
      expect(new URL(feed.id).pathname).toBe(`/feeds/owners/${file}`);
    }
    await read("new.xml");
    await read("top-100.xml");
    expect(ids.size).toBeGreaterThan(3000);
  });

  it("name the models that came into the top 100", async () => {
    const { entries } = await read("top-100.xml");
    // The newest day with any, and the known day before it.
    const day = entries[0]!.updated.slice(0, 10);
    const history = `'${SITE}/data/latest/history.parquet'`;
    const top = (of: string) =>
      `SELECT split_part(eval_id, '@', 1) AS model, min(rank) AS rank FROM ${history}
       WHERE as_of = ${of} AND rank <= 100 GROUP BY ALL`;
    const before = `(SELECT max(as_of) FROM ${history} WHERE as_of < DATE '${day}')`;
    const rows = await query(
      `SELECT model, rank FROM (${top(`DATE '${day}'`)})
       WHERE model NOT IN (SELECT model FROM (${top(before)}))`,
    );
    expect(rows.length).toBeGreaterThan(0);
    const newest = entries.filter((e) => e.updated.startsWith(day));
    expect(newest.map((e) => e.title.replace(/,.*/, "")).toSorted()).toEqual(
      rows.map((r) => `${String(r.model)} is number ${String(r.rank)}`).toSorted(),
    );
  });

  it("are found from the pages that they speak of", async () => {
    for (const [path, feeds] of [
      ["/data/", ["new", "top-100"]],
      ["/data/diff/", ["new", "top-100"]],
      ["/models/Qwen/Qwen2.5-72B-Instruct/", ["owners/Qwen", "new", "top-100"]],
      ["/models/gpt2/", []],
    ] as const) {
      const page = await site.open(path, { javaScriptEnabled: false });
      const found = await page.$$eval('link[type="application/atom+xml"]', (all) =>
        all.map((l) => new URL((l as HTMLLinkElement).href).pathname),
      );
      expect(found, path).toEqual(feeds.map((name) => `/feeds/${name}.xml`));
    }
    const page = await site.open("/models/Qwen/Qwen2.5-72B-Instruct/");
    expect(await page.getAttribute("a:text('Follow @Qwen')", "href")).toBe(
      "/feeds/owners/Qwen.xml",
    );
  });
});
