// Links that lead elsewhere, in every kind of source: none is followed, and nothing of it is quoted.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { readFacts } from "../../../src/pipeline/cache/facts.ts";
import {
  factsPath,
  listingPath,
  objectPath,
  refsPath,
} from "../../../src/pipeline/cache/layout.ts";
import { openCache } from "../../../src/pipeline/cache/open.ts";
import { readPacks } from "../../../src/pipeline/cache/parsed.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { findSamples, readSamples } from "../../../src/pipeline/samples/samples.ts";
import { readCurated } from "../../../src/pipeline/sources/curated.ts";
import { load } from "../../../src/pipeline/sources/load.ts";
import { siblingOf } from "../../../src/pipeline/sources/parse-files.ts";
import { V2 } from "../../core/suite/suites.ts";
import { folders } from "../snapshot/snapshot.ts";
import { pulled, putFile } from "./cached.ts";
import { type Figure, pythia, resultsFile, writeText } from "./harness.ts";

const fresh = folders();
const OUT = "is a link out of its folder, and not followed";
const IN_CACHE = "is a link in the cache, and not followed: remove it and pull again";
const RUN = "2024-06-17T12-07-04.698905";
const SAMPLE = JSON.stringify({ doc_id: 3, target: "secret words", filtered_resps: ["y"], acc: 1 });

let figures: Figure[];
beforeAll(async () => {
  figures = await pythia();
});

/** Something of the machine that no source holds. */
async function elsewhere(content = "root:x:0:0:secret words\n"): Promise<string> {
  return writeText(join(await fresh(), "secret"), content);
}

/** Puts a link in a file's place. */
function link(path: string, target: string): void {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  symlinkSync(target, path);
}

async function complaint(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => new Error("nothing to complain of"),
    (e) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toMatch(/root|secret w|\n/);
  return error.message;
}

const read = (sources: string[], cache = "nowhere", snapshot?: string) =>
  withDuckDB((db) => load(db, { sources, snapshot, suites: [V2], cache }));

describe("a source of files", () => {
  test("results: a link out of the folder is set aside, one inside is followed", async () => {
    const folder = await fresh();
    const text = JSON.stringify(resultsFile({ figures }));
    const own = await writeText(join(folder, "a/results_2024-06-17T12-07-04.1.json"), text);
    link(join(folder, "a/results_again.json"), own);
    link(join(folder, "a/results_x.json"), await elsewhere());
    link(join(folder, "b"), dirname(await writeText(join(await fresh(), "results_y.json"), text)));
    const { rejections, evaluations } = await read([folder]);
    expect(rejections.map((r) => r.reason)).toEqual([OUT]);
    expect(evaluations).toHaveLength(1);
  });

  test("what lies beside a result file", async () => {
    const folder = await fresh();
    const stats = await writeText(join(folder, "stats.json"), "[]");
    link(join(folder, "run_spec.json"), await elsewhere('{"secret": "words"}'));
    expect(siblingOf(stats)("run_spec.json")).toBeNull();
    await writeText(join(folder, "own.json"), '{"name": 1}');
    link(join(folder, "inside.json"), join(folder, "own.json"));
    expect(siblingOf(stats)("inside.json")).toEqual({ name: 1 });
  });

  test.each(["table.csv", "table.parquet"])("a table: %s", async (name) => {
    const path = join(await fresh(), name);
    link(path, await elsewhere("model,secret words\na/b,1\n"));
    expect(await complaint(read([path]))).toBe(`--source ${path}: ${OUT}: name the file itself.`);
  });

  test("an embedded snapshot: what it says of itself, and its tables", async () => {
    const folder = await fresh();
    const path = join(folder, "provenance.json");
    link(path, await elsewhere());
    const fix = "put the file itself there.";
    expect(await complaint(read([], "nowhere", folder))).toBe(`${path} ${OUT}: ${fix}`);
    expect(await complaint(read([folder]))).toBe(`${path} ${OUT}: ${fix}`);
    rmSync(path);
    writeFileSync(path, '{"as_of": {}, "origins": []}');
    for (const name of ["runs.csv", "intervals.parquet", `${V2.id}.csv`]) {
      const table = join(folder, name);
      link(table, await elsewhere("model,secret words\na/b,1\n"));
      expect(await complaint(read([folder]))).toBe(`${table} ${OUT}: ${fix}`);
      rmSync(table);
    }
  });

  test.each(["maintainers-choice", "flagged", "aliases"])("a curated list: %s", async (name) => {
    const path = join(await fresh(), `${name}.json`);
    link(path, await elsewhere());
    const message = await complaint(readCurated(dirname(path)));
    expect(message).toBe(`${path} ${OUT}: put the file itself there.`);
  });

  test("samples: a link out of the folder is set aside, one inside is followed", async () => {
    const folder = await fresh();
    const name = `samples_x_${RUN}.jsonl`;
    const own = await writeText(join(folder, "a__b", name), SAMPLE);
    link(join(folder, "a__c", name), own);
    link(join(folder, "a__d", name), await elsewhere(SAMPLE));
    link(join(folder, "a__e", name), "/nowhere");
    link(join(folder, "a__f"), dirname(await writeText(join(await fresh(), name), SAMPLE)));
    const { files, rejections } = await findSamples([folder], "/none");
    expect(files.map((f) => f.model)).toEqual(["a/b", "a/c"]);
    expect(rejections).toEqual([{ path: `a__d/${name}`, reason: OUT }]);
  });
});

describe("a cache", () => {
  const PATHS = {
    results: "a/b/results_2024-06-17T12-07-04.1.json",
    request: "a/b_eval_request_False_float16_Original.json",
    votes: "votes_data.jsonl",
    table: "data/train-00000-of-00001.parquet",
    samples: `a__b/samples_x_${RUN}.jsonl`,
  };

  /** A dataset whose file of that path is a link in the cache. */
  async function linked(path: string, content: string): Promise<{ cache: string; disk: string }> {
    const cache = await fresh();
    const run = JSON.stringify(resultsFile({ figures }));
    const file = putFile(cache, path, content);
    const good = putFile(cache, "o/n/results_2024-06-18T00-00-00.json", run);
    await pulled(cache, "o/d", [file, good]);
    const disk = objectPath(cache, file.oid);
    link(disk, await elsewhere(content));
    return { cache, disk };
  }

  test.each([
    ["results", '{"secret": "words"}'],
    ["request", '{"model": "secret/words", "status": "PENDING"}'],
    ["votes", '{"model": "secret/words", "revision": "main", "username": "u"}\n'],
  ] as const)("%s are set aside", async (kind, content) => {
    const { cache } = await linked(PATHS[kind], content);
    const { rejections, evaluations, requests, votes } = await read(["hf://datasets/o/d"], cache);
    expect(rejections).toEqual([{ path: `o/d/${PATHS[kind]}`, reason: IN_CACHE }]);
    expect([evaluations.length, requests ?? [], votes ?? []]).toEqual([1, [], []]);
  });

  test("a table is refused", async () => {
    const { cache } = await linked(PATHS.table, "PAR1 secret words PAR1");
    const message = await complaint(read(["hf://datasets/o/d"], cache));
    expect(message).toBe(`--source hf://datasets/o/d: ${PATHS.table} ${IN_CACHE}.`);
  });

  test("a file of samples is set aside", async () => {
    const { cache } = await linked(PATHS.samples, SAMPLE);
    const { files } = await findSamples(["hf://datasets/o/d"], cache);
    const refused: string[] = [];
    for (const file of files)
      for await (const rows of readSamples(file, (path, why) => refused.push(`${path}: ${why}`)))
        expect(rows).toEqual([]);
    expect(refused).toEqual([`${PATHS.samples}: ${IN_CACHE}`]);
  });

  test("its version, revisions, listings, objects and facts are refused", async () => {
    const { cache, disk } = await linked(PATHS.samples, SAMPLE);
    const opened = await openCache(cache);
    const { commit } = await opened.listing("o/d");
    const oid = disk.split("/").slice(-2).join("");
    expect(await complaint(opened.read(oid))).toBe(`${disk} ${IN_CACHE}.`);
    const places: [string, () => Promise<unknown>][] = [
      [listingPath(cache, "o/d", commit), () => opened.listing("o/d")],
      [refsPath(cache, "o/d"), () => opened.listing("o/d")],
      [factsPath(cache), () => readFacts(cache)],
      [join(cache, "version"), () => openCache(cache)],
    ];
    for (const [path, work] of places) {
      link(path, await elsewhere());
      expect(await complaint(work())).toBe(`${path} ${IN_CACHE}.`);
    }
  });

  test("a pack of parsed results is as good as not there", async () => {
    const [cache, key] = [await fresh(), "0".repeat(64)];
    // A device that never ends would be read for ever.
    link(join(cache, "parsed", key, `${"0".repeat(64)}.pack`), "/dev/zero");
    const packs = [];
    for await (const pack of readPacks(cache, key)) packs.push(pack);
    expect(packs).toEqual([]);
  });
});
