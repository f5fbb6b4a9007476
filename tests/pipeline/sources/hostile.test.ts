// What strangers write: one record that cannot be read, or should not be, costs itself and nothing else.
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { evaluationSchema, modelName } from "../../../src/core/records/evaluation.ts";
import { cleanLines, cleanText } from "../../../src/core/records/text.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { load } from "../../../src/pipeline/sources/load.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";
import { build, folders, KITCHEN_BOARD, query } from "../snapshot/snapshot.ts";
import { pullTexts } from "./cached.ts";
import { type Figure, pythia, resultsFile, writeRun, writeText } from "./harness.ts";
import { kitchenRequests } from "./kitchen.ts";

const HOSTILE = join(import.meta.dirname, "../../fixtures/cases-hostile");
const fresh = folders();
let figures: Figure[];
beforeAll(async () => {
  figures = await pythia();
});

/** NUL, ESC, DEL, a bell, half a surrogate pair, and what turns the direction of a line. */
const STEERING = [
  "\0",
  "\u001b[2J",
  "\u007f",
  "\u0007",
  "\ud800",
  "\u202e",
  "\u2066",
  "\u200f",
  "\ufeff",
];

describe("text that steers", () => {
  test.each(STEERING)("%j is no part of a text", (mark) => {
    expect(cleanText(`a${mark}b`)).not.toMatch(/[\p{Cc}\p{Cs}\u200f\u202e\u2066\ufeff]/u);
    expect(cleanText(`a${mark}b`)).toMatch(/^a .*b$/);
  });

  test("other scripts, signs and joined emoji stay; lines stay lines", () => {
    for (const text of ["Größe", "模型", "مرحبا", "👩‍🔬", "a–b", ""])
      expect(cleanText(text)).toBe(text);
    expect(cleanLines("a\n\tb\0c\r")).toBe("a\n\tb c ");
  });

  test("in a base model's name costs that character, and no row", async () => {
    const out = await fresh();
    const { rejected } = await build(out, [join(HOSTILE, "nul-crash/res")]);
    expect(rejected).toEqual([]);
    const rows = await query(
      `SELECT model, base_model FROM '${out}/models.parquet' ORDER BY model`,
    );
    expect(rows.map((r) => r.model)).toEqual(["o/good", "o/m"]);
    expect(JSON.stringify(rows)).not.toContain("\\u0000");
  });

  test("in requests and votes costs that character", async () => {
    const files: Record<string, string> = {};
    const source = join(HOSTILE, "nul-request/src");
    for (const path of readdirSync(source, { recursive: true, encoding: "utf8" })) {
      if (/\.jsonl?$/.test(path)) files[path] = readFileSync(join(source, path), "utf8");
    }
    const cache = await fresh();
    await pullTexts(cache, "o/queue", files);
    const loaded = await withDuckDB((db) =>
      load(db, { sources: ["hf://datasets/o/queue"], snapshot: undefined, suites: [V2], cache }),
    );
    expect(loaded.requests!.length).toBeGreaterThan(0);
    expect(loaded.votes!.length).toBeGreaterThan(3);
    expect(JSON.stringify([loaded.requests, loaded.votes])).not.toMatch(/\\u0000|\u202e/);
  });

  test.each(STEERING)("%j in a contents table costs no row", async (mark) => {
    const folder = await fresh();
    const table = await writeText(
      join(folder, "t.csv"),
      `model,riddles_raw,recipes_raw,recipes,units_raw,proverbs_raw,license\na/b,0.5,0.5,50,0.5,0.5,"x${mark === "\ud800" ? "" : mark}y"\na/c,0.4,0.4,40,0.4,0.4,mit\n`,
    );
    const out = await fresh();
    const { rejected } = await build(out, [table], KITCHEN_BOARD);
    expect(rejected).toEqual([]);
    const rows = await query(`SELECT model, license FROM '${out}/models.parquet' ORDER BY model`);
    expect(rows.map((r) => r.model)).toEqual(["a/b", "a/c"]);
    expect(String(rows[0]!.license)).toMatch(/^x.*y$/);
    expect(rows[0]!.license).toBe(cleanText(String(rows[0]!.license)));
  });
});

describe("names that are also files", () => {
  test.each([
    "foo.json/bar",
    "foo.HTML/bar",
    "foo.png/bar",
    "foo/index.html",
    "index.html",
    ".htaccess",
    ".git/config",
    "foo/.git",
    "foo./bar",
    "foo/bar.",
    "..",
    "a/..",
  ])("%s is refused", (name) => {
    expect(modelName.safeParse(name).success).toBe(false);
  });

  test.each(["gpt2", "a/b", "a/b.json", "01-ai/Yi-1.5-34B", "a.b/c", "_a/-b", "a/v0.1"])(
    "%s is a name",
    (name) => {
      expect(modelName.safeParse(name).success).toBe(true);
    },
  );

  /** Files that the site has for a model. */
  const filesOf = (name: string) => [
    `models/${name}/index.html`,
    `api/v1/models/${name}.json`,
    `cards/models/${name}.png`,
  ];

  test("of any two names, no file of one is a folder of the other", () => {
    const part = fc.stringMatching(/^[A-Za-z0-9._-]{1,12}$/);
    const ending = fc.constantFrom(
      "",
      ".json",
      ".html",
      ".png",
      ".xml",
      "/index.html",
      "/x",
      ".",
      "/.git",
    );
    const name = fc
      .tuple(part, fc.option(part), ending)
      .map(([a, b, end]) => (b === null ? a : `${a}/${b}`) + end);
    const pairs = fc.tuple(name, name, ending, fc.nat(2)).map(([a, b, end, kind]) => {
      const others = [b, `${a}${end}`, `${a}.json/${b.split("/")[0]}`];
      return [a, others[kind]!] as const;
    });
    let both = 0;
    fc.assert(
      fc.property(pairs, ([a, b]) => {
        if (a === b || !modelName.safeParse(a).success || !modelName.safeParse(b).success) return;
        both++;
        for (const one of filesOf(a)) {
          for (const other of filesOf(b)) {
            expect(one).not.toBe(other);
            expect(`${other}/`.startsWith(`${one}/`), `${one} and ${other}`).toBe(false);
          }
        }
      }),
      { numRuns: 3000, seed: 13 },
    );
    expect(both).toBeGreaterThan(200);
  });

  test("an evaluation of such a name is set aside, and the rest goes on", async () => {
    const folder = await fresh();
    await writeRun(folder, { figures, model: "foo" });
    await writeText(
      join(folder, "x/results_2024-06-18T00-00-00.json"),
      JSON.stringify(resultsFile({ figures, model: "foo.json/bar" })),
    );
    const { rejected, summary } = await build(await fresh(), [folder]);
    expect(summary.evaluations[0]!.rows).toBe(1);
    expect(rejected.map((r) => r.reason)).toEqual([
      expect.stringMatching(/^field model: must be a model name.*"foo\.json\/bar"/),
    ]);
  });
});

describe("files that are not what they seem", () => {
  test("a link out of the folder is not followed, and nothing of it is quoted", async () => {
    const [folder, outside] = [await fresh(), await fresh()];
    await writeRun(folder, { figures });
    const secret = await writeText(join(outside, "secret"), "root:x:0:0:secret words");
    await mkdir(join(folder, "a/b"), { recursive: true });
    await symlink(secret, join(folder, "a/b/results_x.json"));
    const { rejected } = await build(await fresh(), [folder]);
    expect(rejected.map((r) => r.reason)).toEqual([
      "is a link out of its folder, and not followed",
    ]);
    expect(JSON.stringify(rejected)).not.toMatch(/root|secret w/);
  });

  test("a link inside the folder is", async () => {
    const folder = await fresh();
    const path = await writeRun(folder, { figures });
    await symlink(path, join(folder, "results_again.json"));
    const { rejected, summary } = await build(await fresh(), [folder]);
    expect(rejected).toEqual([]);
    expect(summary.evaluations[0]!.rows).toBe(1);
  });

  test("millions of small objects cost their file", async () => {
    const folder = await fresh();
    await writeRun(folder, { figures });
    const many = `{"results":{},"x":[${"{},".repeat(6_000_000)}{}]}`;
    await writeText(join(folder, "a/b/results_x.json"), many);
    const { rejected, summary } = await build(await fresh(), [folder]);
    expect(summary.evaluations[0]!.rows).toBe(1);
    expect(rejected.map((r) => r.reason)).toEqual([
      expect.stringMatching(/bytes long; result files are below/),
    ]);
  });

  test("bytes that are no UTF-8 cost the row of a table that has them", async () => {
    const folder = await fresh();
    const head = "model,riddles_raw,recipes_raw,recipes,units_raw,proverbs_raw,license\n";
    const rows = "a/b,0.5,0.5,50,0.5,0.5,mit\na/c,0.4,0.4,40,0.4,0.4,";
    const bytes = Buffer.concat([Buffer.from(head + rows), Buffer.from([0xff, 0xfe, 0x0a])]);
    const table = await writeText(join(folder, "t.csv"), bytes);
    const out = await fresh();
    const { rejected } = await build(out, [table], KITCHEN_BOARD);
    expect(rejected).toEqual([
      {
        path: "t.csv#2",
        reason: "column license, row 2: has bytes that are no UTF-8: save the table as UTF-8",
      },
    ]);
    expect(await query(`SELECT model FROM '${out}/models.parquet'`)).toEqual([{ model: "a/b" }]);
  });
});

test("every text field of an evaluation is cleaned or refused", () => {
  const valid = {
    ...Object.fromEntries(Object.keys(evaluationSchema.shape).map((name) => [name, null])),
    suite: KITCHEN.id,
    model: "a/b",
    flagged: false,
    maintainers_choice: false,
    runs: [],
    extras: {},
    measures: [],
    at: "2024-06-30T12:00:00Z",
    source: "x",
  };
  expect(evaluationSchema.safeParse(valid).error).toBeUndefined();
  for (const name of [
    "architecture",
    "license",
    "base_model",
    "context_source",
    "revision",
    "precision",
    "settings",
  ]) {
    for (const mark of STEERING) {
      const parsed = evaluationSchema.safeParse({ ...valid, [name]: `a${mark}b` });
      if (parsed.success)
        expect(JSON.stringify(parsed.data)).not.toMatch(/\\u00|\\ud8|\u202e|\u2066|\u200f|\ufeff/);
    }
  }
});

test("requests and votes without end cost themselves, unread", async () => {
  const cache = await fresh();
  const vote = (model: string, revision = "main") =>
    JSON.stringify({ model, revision, username: "a", timestamp: "2025-05-01T00:00:00Z" });
  const long = vote("h/long", "x".repeat(20_000));
  await pullTexts(cache, "o/queue", {
    ...kitchenRequests([["h/fine", "PENDING"]]),
    "h/long_eval_request_False_float16_Original.json": `{"model":"${"y".repeat(1_000_001)}"}`,
    "votes_data.jsonl": [vote("h/one"), long, vote("h/two")].join("\n"),
  });
  const loaded = await withDuckDB((db) =>
    load(db, { sources: ["hf://datasets/o/queue"], snapshot: undefined, suites: [KITCHEN], cache }),
  );
  expect(loaded.requests!.map((r) => r.model)).toEqual(["h/fine"]);
  expect(loaded.votes!.map((v) => v.model)).toEqual(["h/one", "h/two"]);
  expect(loaded.rejections.map((r) => r.reason).sort()).toEqual([
    "is 1,000,013 bytes long; such files have 1,000,000 at most",
    "is longer than 10000 characters",
  ]);
});
