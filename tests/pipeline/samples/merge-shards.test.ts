// Parts of samples come from other machines: what their notes and files may say and not be merged.
import { createHash } from "node:crypto";
import {
  cpSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { mergeShards } from "../../../src/pipeline/samples/merge-shards.ts";
import { buildShard } from "../../../src/pipeline/samples/shards.ts";
import { folders, query } from "../snapshot/snapshot.ts";
import { writeText } from "../sources/harness.ts";

const fresh = folders();
const RUN = "2024-06-17T12-07-04.698905";
const HEX = "[0-9a-f]{64}";

/** Two parts that merge, made once: of twelve files with two rows each. */
let whole: string;
let source: string;
beforeAll(async () => {
  [whole, source] = [await fresh(), await fresh()];
  const line = (doc_id: number) =>
    JSON.stringify({ doc_id, target: "x", filtered_resps: ["y"], acc: 1 });
  for (let i = 0; i < 12; i++) {
    const text = `${line(0)}\n${line(i + 1)}\n`;
    await writeText(join(source, `a__m${i}`, `samples_x_${RUN}.jsonl`), text);
  }
  for (const part of [1, 2]) {
    await buildShard({ sources: [source], out: whole, cache: "/none" }, { part, of: 2 });
  }
});

async function copy(): Promise<{ out: string; at: (name: string) => string }> {
  const out = await fresh();
  cpSync(whole, out, { recursive: true });
  return { out, at: (name) => join(out, "samples", name) };
}

type Note = Record<string, unknown>;
const noteAt = (path: string): Note => JSON.parse(readFileSync(path, "utf8"));
const change = (path: string, change: Note) =>
  writeFileSync(path, JSON.stringify({ ...noteAt(path), ...change }));

/** A note that fits the file beside it, whatever that is. */
function noteFits(path: string, more: Note = {}): void {
  const bytes = readFileSync(path.replace(/json$/, "parquet"));
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  change(path, { bytes: bytes.length, sha256, ...more });
}

/** The sentence that merging ends in; the folder is not declared whole. */
async function complaint(out: string): Promise<string> {
  const error = await mergeShards(out).then(
    () => new Error("merged"),
    (e) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toContain("\n");
  expect(error.message.length).toBeLessThan(600);
  expect(await readdir(join(out, "samples"))).not.toContain("manifest.json");
  return error.message.replaceAll(join(out, "samples"), "DIR");
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

test("as they were made they merge", async () => {
  const { out } = await copy();
  expect(await mergeShards(out)).toEqual({ parts: 2, rows: 24 });
});

test.each<[string, Note, string]>([
  [
    "parts without end",
    { of: 1e9 },
    "field of: must be a whole number from 1 to 99,999, is 1000000000",
  ],
  ["a part of none", { part: 0 }, "field part: must be a whole number from 1 to 99,999, is 0"],
  [
    "rows without end",
    { rows: 1e300 },
    "field rows: must be a whole number from 0 to 1,000,000,000,000, is 1e+300",
  ],
  [
    "fewer rows than none",
    { rows: -1 },
    "field rows: must be a whole number from 0 to 1,000,000,000,000, is -1",
  ],
  [
    "half a row",
    { rows: 1.5 },
    "field rows: must be a whole number from 0 to 1,000,000,000,000, is 1.5",
  ],
  [
    "a number as text",
    { rows: "12" },
    'field rows: must be a whole number from 0 to 1,000,000,000,000, is "12"',
  ],
  [
    "no files at all",
    { files: undefined },
    "field files: must be a whole number from 0 to 1,000,000,000, is missing",
  ],
  [
    "bytes of nothing",
    { bytes: 0 },
    "field bytes: must be a whole number from 1 to 10,000,000,000,000, is 0",
  ],
  [
    "files without end",
    { all_files: 1e10 },
    "field all_files: must be a whole number from 0 to 1,000,000,000, is 10000000000",
  ],
  ["more files than all", { files: 13 }, "field files: must be at most all_files, 12, is 13"],
  [
    "fewer rejected than listed",
    { rejections: [{ path: "p", reason: "r" }] },
    "field rejected: must be at least the 1 listed, is 0",
  ],
  ["a digest that is none", { sha256: "x" }, 'field sha256: must be 64 hex digits, is "x"'],
  [
    "work that is none",
    { work: ["x".repeat(500)] },
    `field work: must be 64 hex digits, is ["${"x".repeat(58)}`,
  ],
  [
    "a source of fewer rows than none",
    { sources: [{ source: "s", rows: -5 }] },
    "field sources.0.rows: must be a whole number from 0 to 1,000,000,000, is -5",
  ],
  ["another part's number", { part: 1 }, "fields part and of are 1 and 2, unlike its name"],
  ["more parts than its name says", { of: 3 }, "fields part and of are 2 and 3, unlike its name"],
])("a note with %s", async (_, changed, sentence) => {
  const { out, at } = await copy();
  change(at("part-2-of-2.json"), changed);
  expect(await complaint(out)).toBe(`DIR/part-2-of-2.json: ${sentence}. Run that shard again.`);
});

test("a note that is no JSON, too long, or has a field that is none", async () => {
  const { out, at } = await copy();
  const note = at("part-2-of-2.json");
  change(note, { more: 1 });
  expect(await complaint(out)).toMatch(
    /^DIR\/part-2-of-2\.json: .*more.*\. Run that shard again\.$/,
  );
  writeFileSync(note, "[broken");
  expect(await complaint(out)).toMatch(
    /^DIR\/part-2-of-2\.json is not valid JSON: .* Run that shard again\.$/,
  );
  truncateSync(note, 5 * 1024 ** 3);
  expect(await complaint(out)).toBe(
    "DIR/part-2-of-2.json: is 5,368,709,120 bytes long; notes have at most 16,777,216. Run that shard again.",
  );
});

test("rows that a note says and the file has not, though all else of it fits", async () => {
  for (const [rows, said] of [
    [1_000_000, "1,000,000"],
    [0, "0"],
  ] as const) {
    const { out, at } = await copy();
    const { rows: real } = noteAt(at("part-2-of-2.json"));
    change(at("part-2-of-2.json"), { rows });
    expect(await complaint(out)).toBe(
      `DIR/part-2-of-2.parquet: has ${real} rows, and field rows of its note is ${said}. Run that shard again.`,
    );
  }
});

test("a file that is another one, with a note that fits it", async () => {
  const { out, at } = await copy();
  const [part, note] = [at("part-2-of-2.parquet"), at("part-2-of-2.json")];
  await query(`COPY (SELECT 'a/b' AS model, 1 AS evil) TO '${part}' (FORMAT parquet)`);
  noteFits(note, { rows: 1 });
  expect(await complaint(out)).toMatch(
    /^DIR\/part-2-of-2\.parquet: has the columns model, evil, not model, task, .*\. Run that shard again\.$/,
  );
  writeFileSync(part, "PAR1 and then nothing PAR1");
  noteFits(note);
  expect(await complaint(out)).toBe(
    "DIR/part-2-of-2.parquet: cannot be read as Parquet. Run that shard again.",
  );
});

test("a file that is not as it was written", async () => {
  const { out, at } = await copy();
  const part = at("part-2-of-2.parquet");
  const bytes = readFileSync(part);
  writeFileSync(part, bytes.subarray(1));
  expect(await complaint(out)).toBe(
    `DIR/part-2-of-2.parquet: is not as it was written: field bytes is ${bytes.length}, the file has ${bytes.length - 1}. Run that shard again.`,
  );
  bytes[20]! ^= 1;
  writeFileSync(part, bytes);
  expect(await complaint(out)).toMatch(
    new RegExp(
      `^DIR/part-2-of-2\\.parquet: is not as it was written: field sha256 is ${HEX}, the file’s is ${HEX}\\. Run that shard again\\.$`,
    ),
  );
});

test.each(["part-2-of-2.json", "part-2-of-2.parquet"])("a link in place of %s", async (name) => {
  const { out, at } = await copy();
  renameSync(at(name), join(out, "moved"));
  symlinkSync(join(out, "moved"), at(name));
  expect(await complaint(out)).toBe(
    `DIR/${name}: is a link, and not followed. Run that shard again.`,
  );
  rmSync(at(name));
  symlinkSync("/dev/zero", at(name));
  expect(await complaint(out)).toBe(
    `DIR/${name}: is a link, and not followed. Run that shard again.`,
  );
});

test("missing parts, however many", async () => {
  const { out, at } = await copy();
  rmSync(at("part-2-of-2.parquet"));
  expect(await complaint(out)).toBe("DIR/part-2-of-2.parquet: is missing. Run that shard again.");
  rmSync(at("part-2-of-2.json"));
  expect(await complaint(out)).toBe("DIR lacks part 2 of 2.");
  renameSync(at("part-1-of-2.json"), at("part-1-of-99999.json"));
  change(at("part-1-of-99999.json"), { of: 99_999 });
  expect(await complaint(out)).toBe(
    "DIR lacks part 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 and 99,988 more of 99999.",
  );
});

test("a part twice: under another spelling, under another number, or beside the others", async () => {
  const spelt = await copy();
  cpSync(spelt.at("part-2-of-2.json"), spelt.at("part-02-of-2.json"));
  expect(await complaint(spelt.out)).toBe(
    "DIR/part-02-of-2.json: fields part and of are 2 and 2, unlike its name. Run that shard again.",
  );
  const renamed = await copy();
  cpSync(renamed.at("part-1-of-2.parquet"), renamed.at("part-2-of-2.parquet"));
  const { files, rows } = noteAt(renamed.at("part-1-of-2.json"));
  noteFits(renamed.at("part-2-of-2.json"), { rows, files: 12 - Number(files) });
  expect(await complaint(renamed.out)).toMatch(
    new RegExp(`^DIR: parts 1 and 2 are the same file: field sha256 is ${HEX} in both\\. Run both`),
  );
  const beside = await copy();
  cpSync(beside.at("part-1-of-2.parquet"), beside.at("other.parquet"));
  expect(await complaint(beside.out)).toBe("DIR/other.parquet: is none of the 2 parts. Remove it.");
});

test.each<[string, Note, string]>([
  ["work", { work: "0".repeat(64) }, `field work is "${"0".repeat(64)}" and "`],
  ["all_files", { all_files: 13 }, "field all_files is 13 and 12"],
  [
    "sources",
    { sources: [{ source: "else", rows: 12 }] },
    'field sources is [{"source":"else","rows":12}] and [',
  ],
])("a part of other inputs, by its field %s", async (_, changed, sentence) => {
  const { out, at } = await copy();
  change(at("part-2-of-2.json"), changed);
  expect(await complaint(out)).toMatch(
    new RegExp(
      `^DIR: part 2 was made of other files than part 1: ${escaped(sentence)}.*\\. Run that shard again\\.$`,
    ),
  );
});

test("files that are in no part, and parts of another number", async () => {
  const { out, at } = await copy();
  change(at("part-2-of-2.json"), { files: 0 });
  expect(await complaint(out)).toMatch(
    /^DIR: the parts hold \d of 12 files \(fields files and all_files\)\. Run all/,
  );
  const both = await copy();
  await buildShard({ sources: [source], out: both.out, cache: "/none" }, { part: 3, of: 3 });
  expect(await complaint(both.out)).toMatch(/^DIR has parts of [23] and of [23]: remove those/);
});
