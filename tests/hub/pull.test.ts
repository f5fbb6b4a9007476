import { expect, test } from "vitest";
import { pull } from "../../src/hub/pull.ts";
import { contentOf } from "../cache/folder.ts";
import { connectTo, newCache } from "./quick.ts";
import { commitFiles, type Files, standIn } from "./stand-in.ts";

const SMALL: Files = {
  "README.md": "hello\n",
  "empty.txt": "",
  "a/b/results_1.json": '{"x": 1}',
  "a/b/results #2?.json": '{"x": 2}',
  "data/train.parquet": "PAR1 and so on".repeat(1000),
};
const main = { dataset: "o/n", rev: "main", include: [] };

test("a dataset comes whole, and is read at the commit it was", async () => {
  const hub = await standIn();
  const repo = hub.dataset("o/n", SMALL);
  const cache = await newCache();
  const report = await pull(await connectTo(hub), cache, main);
  expect(report).toMatchObject({ files: 5, wanted: 5, fetched: 5, listed: true });
  const listing = await cache.listing("o/n");
  expect(listing.commit).toBe(repo.commits[0]!.oid);
  const read = await Promise.all(
    listing.files.map(async (f) => [f.path, (await cache.read(f.oid)).toString()]),
  );
  expect(Object.fromEntries(read)).toEqual(SMALL);
});

test("with nothing new, one request is all", async () => {
  const hub = await standIn();
  hub.dataset("o/n", SMALL);
  const cache = await newCache();
  const connection = await connectTo(hub);
  await pull(connection, cache, main);
  hub.log.length = 0;
  const report = await pull(connection, cache, main);
  expect(report).toMatchObject({ fetched: 0, listed: false });
  expect(hub.log.map(({ operation }) => operation)).toEqual(["info"]);
  const before = await contentOf(cache.dir);
  commitFiles(hub.repos.get("datasets/o/n")!, SMALL, "touch");
  hub.log.length = 0;
  await pull(connection, cache, main);
  expect(hub.log.map(({ operation }) => operation)).toEqual(["info", "tree"]);
  expect(Object.keys(await contentOf(cache.dir)).length).toBe(Object.keys(before).length + 1);
});
