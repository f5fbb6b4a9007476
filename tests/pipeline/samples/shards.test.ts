// Samples of single questions, shard by shard.
import { rmSync, writeFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { mergeShards } from "../../../src/pipeline/samples/merge-shards.ts";
import { shardOf } from "../../../src/pipeline/samples/samples.ts";
import { buildShard, parseShard } from "../../../src/pipeline/samples/shards.ts";
import { command, folders, query } from "../snapshot/snapshot.ts";
import { pullTexts } from "../sources/cached.ts";
import { writeText } from "../sources/harness.ts";

const fresh = folders();

/** A line as the harness writes it with --log_samples. */
const line = (doc_id: number, more: object = {}) =>
  JSON.stringify({
    doc_id,
    doc: { question: "…", choices: ["a", "b"] },
    target: String(doc_id % 2),
    arguments: { gen_args_0: { arg_0: "…", arg_1: " a" } },
    resps: [[["-1.5", "False"]], [["-0.5", "True"]]],
    filtered_resps: [
      ["-1.5", "False"],
      ["-0.5", "True"],
    ],
    filter: "none",
    metrics: ["acc_norm"],
    doc_hash: `d${doc_id}`,
    prompt_hash: `p${doc_id}`,
    target_hash: `t${doc_id}`,
    acc_norm: doc_id % 3 === 0 ? 1.0 : 0.0,
    ...more,
  });

const RUN = "2024-06-17T12-07-04.698905";
/** Twelve files of 50 questions; one has a broken line, one is a list, one has two metrics. */
function samples(): Record<string, string> {
  const files: Record<string, string> = { "README.md": "no samples" };
  for (let i = 0; i < 12; i++) {
    const lines = Array.from({ length: 50 }, (_, q) => line(q));
    if (i === 4) lines[7] = lines[7]!.slice(0, 60);
    files[`a__m${i}/samples_leaderboard_bbh_navigate_${RUN}.jsonl`] = `${lines.join("\n")}\n`;
  }
  files[`a__old/samples_leaderboard_gpqa_main_${RUN}.json`] = `[\n${line(0)},\n${line(1)}\n]`;
  // As before metrics were named; a list of truth values counts as its mean.
  const old = {
    metrics: undefined,
    prompt_level_strict_acc: false,
    inst_level_strict_acc: [true, false],
    filtered_resps: ["hello"],
    acc_norm: undefined,
  };
  files[`a__old/samples_leaderboard_ifeval_${RUN}.jsonl`] = line(0, old);
  return files;
}

const ALL = "* FROM read_parquet('DIR/samples/*.parquet') ORDER BY ALL";
const rowsIn = (out: string) => query(`SELECT ${ALL.replace("DIR", out)}`);

describe("two shards", () => {
  test("are the same rows as one, and each file falls to one of them", async () => {
    const cache = await fresh();
    const commit = await pullTexts(cache, "o/a__x-details", samples());
    const [one, two] = [await fresh(), await fresh()];
    const data = (out: string, ...args: string[]) =>
      command("data", ["--out", out, "--cache", cache, ...args]);
    const source = ["--source", "hf://datasets/o/a__x-details"];
    expect(data(one, ...source, "--shard", "1/1").out).toBe(
      "part-1-of-1.parquet: 14 files, 603 rows, 1 lines rejected\n",
    );
    expect(data(two, ...source, "--shard", "2/2").code).toBe(0);
    expect(data(two, "--merge-shards").err).toBe(`${two}/samples lacks part 1 of 2.\n`);
    expect(data(two, ...source, "--shard", "1/2").code).toBe(0);
    expect(data(two, "--merge-shards").out).toBe(
      `Samples in ${two}/samples: 2 parts, 603 rows, whole\n`,
    );
    const whole = await rowsIn(one);
    expect(whole).toHaveLength(603);
    expect(await rowsIn(two)).toEqual(whole);
    for (const part of [1, 2]) {
      const models = await query(
        `SELECT DISTINCT model FROM '${two}/samples/part-${part}-of-2.parquet'`,
      );
      expect(models.length).toBeGreaterThan(2);
    }
    const manifest = JSON.parse(await readFile(join(two, "samples/manifest.json"), "utf8"));
    expect(manifest).toMatchObject({
      rows: 603,
      rejected: 1,
      sources: [{ source: "hf://datasets/o/a__x-details", commit }],
    });
    expect(Object.keys(manifest.files)).toEqual(["part-1-of-2.parquet", "part-2-of-2.parquet"]);
    // The same again gives the same bytes.
    const before = await readFile(join(two, "samples/part-1-of-2.parquet"));
    data(two, ...source, "--shard", "1/2");
    expect((await readFile(join(two, "samples/part-1-of-2.parquet"))).equals(before)).toBe(true);
  });

  test("say what a question's row is", async () => {
    const cache = await fresh();
    await pullTexts(cache, "o/details", samples());
    const out = await fresh();
    await buildShard({ sources: ["hf://datasets/o/details"], out, cache }, { part: 1, of: 1 });
    const rows = await rowsIn(out);
    expect(rows.filter((r) => r.task === "leaderboard_ifeval")).toEqual([
      expect.objectContaining({
        model: "a/old",
        metric: "inst_level_strict_acc",
        value: 0.5,
        response: "hello",
      }),
      expect.objectContaining({
        metric: "prompt_level_strict_acc",
        value: 0,
        target: "0",
        run: RUN,
      }),
    ]);
    expect(rows.find((r) => r.model === "a/m0" && r.doc_id === 3)).toEqual({
      model: "a/m0",
      task: "leaderboard_bbh_navigate",
      run: RUN,
      doc_id: 3,
      doc_hash: "d3",
      filter: "none",
      metric: "acc_norm",
      value: 1,
      target: "1",
      response: '[["-1.5","False"],["-0.5","True"]]',
    });
  });
});

test("parts that are damaged, of other files or of another number are not merged", async () => {
  const cache = await fresh();
  await pullTexts(cache, "o/details", samples());
  const out = await fresh();
  const options = { sources: ["hf://datasets/o/details"], out, cache };
  await expect(mergeShards(out)).rejects.toThrow(/has no parts in it/);
  await buildShard(options, { part: 1, of: 2 });
  await buildShard(options, { part: 2, of: 2 });
  const part = join(out, "samples/part-2-of-2.parquet");
  const bytes = await readFile(part);
  writeFileSync(part, bytes.subarray(0, 100));
  await expect(mergeShards(out)).rejects.toThrow(
    /part-2-of-2\.parquet: is not as it was written: field bytes is \d+, the file has 100\./,
  );
  rmSync(part);
  await expect(mergeShards(out)).rejects.toThrow(`${part}: is missing. Run that shard again.`);
  const { "a__m3/samples_leaderboard_bbh_navigate_2024-06-17T12-07-04.698905.jsonl": _, ...fewer } =
    samples();
  await pullTexts(cache, "o/details", fewer);
  await buildShard(options, { part: 2, of: 2 });
  await expect(mergeShards(out)).rejects.toThrow(/part 2 was made of other files than part 1/);
  await buildShard(options, { part: 1, of: 2 });
  expect((await mergeShards(out)).rows).toBe(553);
  await buildShard(options, { part: 3, of: 3 });
  await expect(mergeShards(out)).rejects.toThrow(
    /has parts of 2 and of 3|has parts of 3 and of 2|of other/,
  );
  expect((await readdir(join(out, "samples"))).filter((n) => n.includes("tmp"))).toEqual([]);
});

test("a file's shard is its own, whatever else there is; shards are about as large", () => {
  const counts = [0, 0, 0, 0];
  for (let i = 0; i < 4000; i++) counts[shardOf(`a__m${i}/samples_x_${RUN}.jsonl`, 4) - 1]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(120);
  // sha256 of "a", its first four bytes, by another tool: 0xca978112 is 3398926610, and 10 modulo 100.
  expect(shardOf("a", 100)).toBe(11);
  for (const text of ["0/2", "3/2", "1/0", "x", "1/2/3", "-1/2"]) {
    expect(() => parseShard(text)).toThrow(/must be I\/N/);
  }
});

test("a part that is made again takes back that the folder is whole", async () => {
  const [folder, out] = [await fresh(), await fresh()];
  const path = join(folder, "a__b", `samples_x_${RUN}.jsonl`);
  await writeText(path, line(0));
  const shard = () => buildShard({ sources: [folder], out, cache: "/none" }, { part: 1, of: 1 });
  await shard();
  await mergeShards(out);
  expect(await readdir(join(out, "samples"))).toContain("manifest.json");
  await writeText(path, `${line(0)}\n${line(1)}`);
  await shard();
  expect(await readdir(join(out, "samples"))).not.toContain("manifest.json");
  expect(await mergeShards(out)).toEqual({ parts: 1, rows: 2 });
});

test("parts of a folder whose files changed between them are not merged", async () => {
  const [folder, out] = [await fresh(), await fresh()];
  for (const model of ["a__b", "c__d"]) {
    await writeText(join(folder, model, `samples_x_${RUN}.jsonl`), line(0));
  }
  const shard = (part: number) =>
    buildShard({ sources: [folder], out, cache: "/none" }, { part, of: 2 });
  await shard(1);
  await writeText(join(folder, "a__b", `samples_x_${RUN}.jsonl`), `${line(0)}\n${line(1)}`);
  await shard(2);
  await expect(mergeShards(out)).rejects.toThrow("part 2 was made of other files than part 1");
});

test("a line of a hundred thousand metrics is rejected, and costs no other", async () => {
  const [folder, out] = [await fresh(), await fresh()];
  const many = Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`m${i}`, 1]));
  await writeText(
    join(folder, "a__b", `samples_x_${RUN}.jsonl`),
    `${line(0)}\n${line(1, { ...many, metrics: undefined })}\n${line(2)}`,
  );
  const done = await buildShard({ sources: [folder], out, cache: "/none" }, { part: 1, of: 1 });
  expect(done).toMatchObject({ rows: 2, rejected: 1 });
});
