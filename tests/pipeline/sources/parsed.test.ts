import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { objectPath } from "../../../src/pipeline/cache/layout.ts";
import { HUB_NAMES } from "../../../src/pipeline/sources/model-of.ts";
import { decodePack, encodePack } from "../../../src/pipeline/sources/pack.ts";
import { measuresOf } from "../../../src/pipeline/sources/packed.ts";
import { parseFiles, type ResultFile } from "../../../src/pipeline/sources/parse-files.ts";
import { parseCached } from "../../../src/pipeline/sources/parsed.ts";
import { parseResults } from "../../../src/pipeline/sources/results.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";
import { folders } from "../snapshot/snapshot.ts";
import { longRun, putFile } from "./cached.ts";
import { type Figure, pythia } from "./harness.ts";

const fresh = folders();
const V2_RULES = { suites: [V2], naming: HUB_NAMES };
let figures: Figure[];
beforeAll(async () => {
  figures = await pythia();
});

/** A cache of some runs, one of them cut short. */
async function runs(count: number): Promise<{ dir: string; files: ResultFile[] }> {
  const dir = await fresh();
  const files = Array.from({ length: count }, (_, i) => {
    const { path, text } = longRun(figures, i);
    const { oid } = putFile(dir, path, i === 3 ? text.slice(0, 5000) : text);
    return { disk: objectPath(dir, oid), path, oid };
  });
  return { dir, files };
}

const packsIn = (dir: string) =>
  readdirSync(join(dir, "parsed"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".pack"))
    .map((name) => join(dir, "parsed", name));

/** Outcomes with their measures as objects, to be compared. */
const plain = (outcomes: Awaited<ReturnType<typeof parseFiles>>) =>
  outcomes.map((o) => ({
    ...o,
    evaluations: o.evaluations.map((e) => ({ ...e, measures: measuresOf(e) })),
  }));

test("what is packed comes back as it was parsed, in threads too", async () => {
  const { files } = await runs(12);
  const here = plain(await parseFiles(files, V2_RULES, 0));
  expect(here[3]).toMatchObject({ evaluations: [], reason: expect.stringMatching(/cut short/) });
  for (const [i, { path, disk }] of files.entries()) {
    if (i === 3) continue;
    expect(here[i]?.evaluations).toEqual(parseResults(readFileSync(disk, "utf8"), path, [V2]));
  }
  expect(plain(await parseFiles(files, V2_RULES, 2))).toEqual(here);
});

test("each file is parsed once: what is in the cache counts, even when the object is gone", async () => {
  const { dir, files } = await runs(12);
  const first = plain(await parseCached(dir, "o/n", files, V2_RULES));
  expect(packsIn(dir)).toHaveLength(1);
  for (const { disk } of files) rmSync(disk, { force: true });
  expect(plain(await parseCached(dir, "o/n", files, V2_RULES))).toEqual(first);
  // Other suites, another dataset or another path are another question.
  expect(
    (await parseCached(dir, "o/n", files, { ...V2_RULES, suites: [V2, KITCHEN] }))[0]?.gone,
  ).toBe(true);
  expect((await parseCached(dir, "o/m", files, V2_RULES))[0]?.gone).toBe(true);
  const moved = files.map((f) => ({ ...f, path: `x/${f.path}` }));
  expect((await parseCached(dir, "o/n", moved, V2_RULES))[0]?.gone).toBe(true);
});

test("packs that are damaged, forged or of something else are not believed", async () => {
  const { dir, files } = await runs(6);
  const first = plain(await parseCached(dir, "o/n", files, V2_RULES));
  const [pack] = packsIn(dir);
  const bytes = readFileSync(pack!);
  const folder = join(pack!, "..");
  const named = (content: Uint8Array) =>
    join(folder, `${createHash("sha256").update(content).digest("hex")}.pack`);
  const cases: Uint8Array[] = [
    new Uint8Array(0),
    Buffer.from("no pack at all"),
    bytes.subarray(0, bytes.length - 8),
    bytes.subarray(0, 100),
    Buffer.concat([bytes, Buffer.alloc(8)]),
  ];
  // Well named, well formed, and with a score above 100 %, or a standard error from nowhere.
  for (const [number, end] of [
    [1.5, 5],
    [7, 2],
  ] as const) {
    const forged = Buffer.from(bytes);
    forged.writeDoubleLE(number, forged.length - 8 * end);
    cases.push(forged);
  }
  cases.push(
    Buffer.from(bytes.toString("latin1").replace("synthetic-0/", "<script>!!!/"), "latin1"),
  );
  for (const content of cases) {
    rmSync(pack!, { force: true });
    writeFileSync(named(content), content);
    expect(plain(await parseCached(dir, "o/n", files, V2_RULES))).toEqual(first);
    rmSync(named(content), { force: true });
  }
  // Bytes that are not those of its name: removed.
  for (const name of packsIn(dir)) rmSync(name);
  writeFileSync(pack!, bytes.subarray(1));
  expect(plain(await parseCached(dir, "o/n", files, V2_RULES))).toEqual(first);
  expect(packsIn(dir)).toHaveLength(1);
});

test("runs at once get along; many small packs become one; what nobody uses goes", async () => {
  const { dir, files } = await runs(14);
  const both = await Promise.all([1, 2, 3].map(() => parseCached(dir, "o/n", files, V2_RULES)));
  expect(plain(both[1]!)).toEqual(plain(both[0]!));
  const other = await fresh();
  for (let i = 1; i <= files.length; i++) {
    await parseCached(other, "o/n", files.slice(0, i), V2_RULES);
    expect(packsIn(other).length).toBeLessThanOrEqual(9);
  }
  expect(plain(await parseCached(other, "o/n", files, V2_RULES))).toEqual(plain(both[0]!));
  const [unused] = packsIn(other);
  const longAgo = new Date("2020-01-01");
  utimesSync(join(unused!, ".."), longAgo, longAgo);
  await parseCached(other, "o/m", files, V2_RULES);
  expect(packsIn(other)).not.toContain(unused);
});

test("no bytes are too odd to be refused", async () => {
  const { files } = await runs(2);
  const bytes = encodePack(await parseFiles(files, V2_RULES, 0));
  expect(decodePack(bytes)).toHaveLength(2);
  for (let i = 0; i < 400; i++) {
    const odd = bytes.slice();
    odd[(i * 7919) % odd.length]! ^= 1 << (i % 8);
    const outcomes = decodePack(odd);
    for (const row of outcomes?.flatMap((o) => o.evaluations) ?? []) {
      for (const m of measuresOf(row)) expect(m.raw >= 0 && m.raw <= 1).toBe(true);
    }
  }
});
