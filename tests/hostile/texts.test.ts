// Every text in every place of every source: it costs itself at most, and nothing of it steers a table, a log or a
// terminal.
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { afterAll, expect, test } from "vitest";
import { modelName } from "../../src/core/records/evaluation.ts";
import { listedFileSchema } from "../../src/core/records/listing.ts";
import { prepareCache } from "../../src/pipeline/cache/open.ts";
import { refreshFacts } from "../../src/pipeline/hub/facts.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import { connectTo } from "../pipeline/hub/quick.ts";
import { standIn } from "../pipeline/hub/stand-in.ts";
import { query, readJson } from "../pipeline/snapshot/snapshot.ts";
import { pullTexts } from "../pipeline/sources/cached.ts";
import { writeText } from "../pipeline/sources/harness.ts";
import { kitchenRequests, kitchenResults, kitchenVotes } from "../pipeline/sources/kitchen.ts";
import { start } from "../scripts/process.ts";
import { tried } from "./counts.ts";
import { STEERS, TEXTS } from "./texts.ts";

const texts = Object.values(TEXTS);
const places: Record<string, number> = {};
afterAll(() => {
  const all = Object.values(places).reduce((sum, n) => sum + n, 0);
  const which = Object.entries(places).map(([where, n]) => `${where} ${n}`);
  tried(
    "texts × places",
    texts.length * all,
    `${texts.length} texts, ${all} places (${which.join(", ")})`,
  );
});

/** As UTF-8 has it, which knows no half of a pair. */
const wellFormed = (text: string) => Buffer.from(text).toString();

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A copy with a text at every place of a value, or of a name, in turn. */
function* planted(value: Json, text: string): Generator<Json> {
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries())
      for (const one of planted(item, text)) yield value.with(i, one);
    return;
  }
  if (typeof value !== "object" || value === null) {
    yield text;
    return;
  }
  const entries = Object.entries(value);
  for (const [i, [name, inner]] of entries.entries()) {
    for (const one of planted(inner, text)) yield fromEntries(entries.with(i, [name, one]));
    yield fromEntries(entries.with(i, [text, inner]));
  }
}

/** `__proto__` is a name like others, as `JSON.parse` has it. */
function fromEntries(entries: [string, Json][]): Json {
  const made = {};
  for (const [name, value] of entries)
    Object.defineProperty(made, name, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return made;
}

/** Every text of a document, names of fields included. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => [name, ...textsIn(inner)]);
}

/** What a whole run of the command leaves: nothing that steers, and the good record as it was. */
async function expectCalm(args: string[], good: string, env: NodeJS.ProcessEnv = {}) {
  const out = join(await tmpFolder(), "tables");
  const {
    code,
    signal,
    out: said,
    err,
  } = await start("data", [...args, "--out", out], {
    env: { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts", ...env },
  }).ended;
  expect({ code, signal, err }).toEqual({ code: 0, signal: null, err: "" });
  for (const line of said.split("\n")) expect(line).not.toMatch(STEERS);
  expect(said).not.toMatch(/::error|##\[group/);
  const manifest = await readJson<{ files: Record<string, unknown> }>(out, "manifest.json");
  const files = Object.keys(manifest.files).filter((name) => name.endsWith(".parquet"));
  expect(files).toContain("models.parquet");
  for (const file of files) {
    for (const row of await query(`SELECT * FROM '${join(out, file)}'`))
      for (const [column, value] of Object.entries(row))
        if (typeof value === "string" && STEERS.test(value))
          throw new Error(`${file}, ${column}: ${JSON.stringify(value.slice(0, 200))}`);
  }
  for (const text of textsIn(manifest)) expect(text).not.toMatch(STEERS);
  const rows = await query(`SELECT * FROM '${join(out, "models.parquet")}'`);
  for (const { model } of rows) expect(modelName.safeParse(model).success).toBe(true);
  expect(rows.find((row) => row.model === good)).toMatchObject({ riddles_raw: 0.75 });
  const rejected = await readJson<{ path: string; reason: string }[]>(out, "rejected.json");
  for (const { path, reason } of rejected) {
    expect(`${path}${reason}`).not.toMatch(STEERS);
    expect(reason.length).toBeLessThan(3000);
  }
  return { rows, rejected, out };
}

const RESULT: Json = {
  ...(JSON.parse(Object.values(kitchenResults([{ model: "h/x", right: 0.5 }]))[0]!) as {
    [key: string]: Json;
  }),
  group_subtasks: { kitchen_recipes: ["kitchen_recipes_baking"] },
  configs: {
    kitchen_riddles: {
      task: "kitchen_riddles",
      dataset_path: "json",
      num_fewshot: 0,
      metadata: { version: 1 },
    },
  },
  versions: { kitchen_riddles: 1 },
  "n-shot": { kitchen_riddles: 0 },
  higher_is_better: { kitchen_riddles: { acc: true } },
  "n-samples": { kitchen_riddles: { original: 250, effective: 250 } },
  git_hash: "8f1dc26",
  date: 1718600000,
  pretty_env_info: "PyTorch version: 2.3.1",
  transformers_version: "4.41.1",
  lm_eval_version: "0.4.3",
  tokenizer_pad_token: ["<pad>", "0"],
  max_length: 2048,
  task_hashes: { kitchen_riddles: "c54be777" },
  model_source: "hf",
  system_instruction: null,
  fewshot_as_multiturn: null,
  chat_template: "{{ messages }}",
  chat_template_sha: "abc",
  start_time: 1.5,
  end_time: 2.5,
  total_evaluation_time_seconds: "693.95",
};

test("in result files: every value, and every field's name", async () => {
  const cache = await tmpFolder();
  const good = kitchenResults([{ model: "good/model", right: 0.75 }]);
  const files: Record<string, string> = { ...good };
  places["a result file's"] = [...planted(RESULT, "")].length;
  for (const [i, text] of texts.entries()) {
    for (const [place, file] of [...planted(RESULT, text)].entries()) {
      // Its own name, so that no two are runs of the same model: but for those that are about the name.
      const json = JSON.stringify(file)
        .replaceAll('"h/x"', `"h/x-${i}-${place}"`)
        .replaceAll("=h/x,", `=h/x-${i}-${place},`);
      files[`h/x-${i}-${place}/results_2025-06-01T12-07-04.698905.json`] = json;
    }
  }
  await pullTexts(cache, "o/results", files);
  const { rows, rejected } = await expectCalm(
    ["--source", "hf://datasets/o/results", "--cache", cache],
    "good/model",
  );
  // Each file is a row, or set aside with a reason, in part or whole; none is lost without a word.
  const named = new Set(
    rejected.map(({ path }) => path.split("#")[0]!.replace(/^.*?(?=h\/x-)/, "")),
  );
  const own = new Set(rows.map(({ model }) => model));
  const lost = Object.keys(files).filter(
    (path) => !own.has(path.split("/results_")[0]!) && !named.has(path),
  );
  expect(lost).toEqual([]);
}, 240_000);

/** What collector and runner add to a request's file. */
const NOTED = {
  branch: "v2",
  pull_request: 7,
  runner: { until: null, tries: 1, cause: "gone", why: "Gone.", progress: "Upload", ended: null },
  earlier: [
    { revision: "v1", status: "FAILED", submitted_time: "2025-01-01", ended: null, why: "Gone." },
  ],
};

test("in requests and votes", async () => {
  const cache = await tmpFolder();
  const files: Record<string, string> = kitchenResults([{ model: "good/model", right: 0.75 }]);
  const [request] = Object.values(kitchenRequests([["h/x", "PENDING"]])).map(
    (text) => ({ ...JSON.parse(text), ...NOTED }) as Json,
  );
  const [vote] = Object.values(kitchenVotes([["h/x", "somebody"]])).map(
    (text) => ({ ...JSON.parse(text), precision: "float16", pull_request: 7 }) as Json,
  );
  const requests = [...planted(request!, "")].length;
  places["a request's"] = requests;
  places["a vote's"] = [...planted(vote!, "")].length;
  const votes: Json[] = [];
  for (const [i, text] of texts.entries()) {
    for (const [place, file] of [...planted(request!, text)].entries()) {
      const json = JSON.stringify(file).replaceAll('"h/x"', `"h/x-${i}-${place}"`);
      files[`h/x-${i}-${place}_eval_request_False_float16_Original.json`] = json;
    }
    votes.push(...planted(vote!, text));
  }
  // What is broken, and what is no vote at all, between those that are.
  const lines = votes.flatMap((one) => [JSON.stringify(one), "[", "null", ""]);
  await pullTexts(cache, "o/queue", { ...files, "votes_data.jsonl": lines.join("\n") });
  const { rejected, out } = await expectCalm(
    ["--source", "hf://datasets/o/queue", "--cache", cache],
    "good/model",
  );
  const [asked] = await query(`SELECT count(*) n FROM '${join(out, "requests.parquet")}'`);
  const aside = rejected.filter(({ path }) => path.includes("_eval_request_")).length;
  expect(Number(asked!.n) + aside).toBe(requests * texts.length);
  // Votes for one model by one account are one; those that are none are named by their line.
  expect(rejected.filter(({ path }) => /votes_data\.jsonl#\d+$/.test(path)).length).toBeGreaterThan(
    2 * votes.length - 1,
  );
}, 120_000);

const HEAD =
  "model,riddles_raw,recipes_raw,recipes,units_raw,proverbs_raw,license,architecture,base_model,model_type,precision,revision,weight_type,likes,params_b,submitted_at".split(
    ",",
  );
const ROW = [
  "h/x",
  "0.5",
  "0.5",
  "50",
  "0.5",
  "0.5",
  "mit",
  "A",
  "b/c",
  "chat",
  "float16",
  "main",
  "Original",
  "1",
  "7",
  "2025-01-01",
];
const GOOD = ROW.map((cell, i) => (i === 0 ? "good/model" : i === 1 ? "0.75" : cell));

/** Every cell in turn, then every column's name. */
function rowsWith(text: string, i: number): string[][] {
  return ROW.map((_, column) => ROW.with(0, `h/x-${i}-${column}`).with(column, text));
}

test("in a table as CSV", async () => {
  const folder = await tmpFolder();
  // Half a pair has no bytes in UTF-8, and NUL none in a CSV file that any other program reads.
  const rows = texts.flatMap((text, i) => rowsWith(wellFormed(text), i));
  places["a CSV table's"] = HEAD.length;
  const csv = [HEAD, GOOD, ...rows].map((cells) =>
    cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(","),
  );
  const path = await writeText(join(folder, "t.csv"), `${csv.join("\n")}\n`);
  const { rows: read, rejected } = await expectCalm(["--source", path], "good/model");
  expect(read.length + rejected.length).toBeGreaterThan(rows.length);
}, 120_000);

test("in a table as Parquet, columns' names too", async () => {
  const folder = await tmpFolder();
  const rows = texts.flatMap((text, i) => rowsWith(wellFormed(text), i));
  places["a Parquet table's"] = HEAD.length + 1;
  const columnData = [
    ...HEAD.map((name, column) => ({ name, data: [GOOD, ...rows].map((row) => row[column]!) })),
    ...[...new Set(texts.map((text) => wellFormed(text)))].map((name) => ({
      name,
      data: [GOOD, ...rows].map(() => name),
    })),
  ];
  const path = await writeText(
    join(folder, "t.parquet"),
    new Uint8Array(parquetWriteBuffer({ columnData })),
  );
  const { rows: read, rejected } = await expectCalm(["--source", path], "good/model");
  expect(read.length + rejected.length).toBeGreaterThan(rows.length);
}, 120_000);

test("in what the Hub says of models, and is kept of it", async () => {
  const hub = await standIn();
  const cache = await prepareCache(await tmpFolder());
  const models = texts.map((_, i) => `h/x-${i}`);
  const info = {
    id: "h/x",
    likes: 1,
    sha: "a".repeat(40),
    tags: ["license:mit"],
    cardData: { license: "mit", license_name: "x", base_model: ["a/b"] },
    safetensors: { total: 5, parameters: { F32: 5 } },
  };
  const all = texts.flatMap((text, i) =>
    [...planted(info, text)].map((one, place) => ({
      name: `${models[i]}-${place}`,
      one: one as Record<string, unknown>,
    })),
  );
  places["a model's on the Hub"] = [...planted(info, "")].length;
  for (const { name, one } of all)
    hub.model(
      name,
      { ...one, ...(one.id === "h/x" && { id: name }) },
      { "config.json": JSON.stringify(one) },
    );
  hub.model("good/model", { likes: 3 });
  const names = all.map(({ name }) => name);
  const report = await refreshFacts(await connectTo(hub), cache, {
    models: ["good/model", ...names],
    days: 1,
    limit: 99_999,
    allowGone: true,
  });
  expect(report.asked).toBe(names.length + 1);
  const files = kitchenResults([
    { model: "good/model", right: 0.75 },
    ...names.map((model) => ({ model, right: 0.5 })),
  ]);
  await pullTexts(cache.dir, "o/results", files);
  const { rows } = await expectCalm(
    ["--source", "hf://datasets/o/results", "--cache", cache.dir],
    "good/model",
  );
  expect(rows).toHaveLength(names.length + 1);
}, 120_000);

test("in the names of files", async () => {
  const cache = await tmpFolder();
  const good = kitchenResults([{ model: "good/model", right: 0.75 }]);
  const [result] = Object.values(kitchenResults([{ model: "h/x", right: 0.5 }]));
  const [request] = Object.values(kitchenRequests([["h/x", "PENDING"]]));
  // What is no segment of a path on the Hub cannot be in a listing.
  const segments = texts
    .map((text) => wellFormed(text).slice(0, 1000))
    .filter((text) => listedFileSchema.shape.path.safeParse(`${text}/x`).success);
  places["a file's name's"] = 3;
  const files = segments.flatMap((text) => [
    `h/x/${text}/results_2025-06-01T12-07-04.698905.json`,
    `h/x/results_${text}.json`,
    `${text}/x_eval_request_False_float16_Original.json`,
  ]);
  await pullTexts(cache, "o/results", {
    ...good,
    ...Object.fromEntries(
      files.map((path) => [path, path.endsWith("_Original.json") ? request! : result!]),
    ),
  });
  const args = ["--source", "hf://datasets/o/results", "--cache", cache];
  const { out } = await expectCalm(args, "good/model");
  const [asked] = await query(`SELECT count(*) n FROM '${join(out, "requests.parquet")}'`);
  expect(Number(asked!.n)).toBe(segments.length);
}, 120_000);

/** A line of the harness's samples. */
const SAMPLE: Json = {
  doc_id: 1,
  doc: { question: "…", choices: ["a", "b"] },
  target: "1",
  arguments: { gen_args_0: { arg_0: "…", arg_1: " a" } },
  resps: [[["-1.5", "False"]], [["-0.5", "True"]]],
  filtered_resps: [
    ["-1.5", "False"],
    ["-0.5", "True"],
  ],
  filter: "none",
  metrics: ["acc_norm"],
  doc_hash: "d1",
  prompt_hash: "p1",
  target_hash: "t1",
  acc_norm: 1,
};

test("in samples: every value and every field's name of a line", async () => {
  const [source, out] = [await tmpFolder(), await tmpFolder()];
  const lines = texts.flatMap((text) =>
    [...planted(SAMPLE, text)].map((one) => JSON.stringify(one)),
  );
  places["a sample's"] = [...planted(SAMPLE, "")].length;
  const good = JSON.stringify({ ...(SAMPLE as object), doc_id: 4711 });
  const path = join(source, "h/x/samples_kitchen_riddles_2025-06-01T12-07-04.698905.jsonl");
  await writeText(path, [good, ...lines, "[broken", "{}", good.replace("4711", "4712")].join("\n"));
  for (const args of [["--source", source, "--shard", "1/1"], ["--merge-shards"]]) {
    const { code, out: said, err } = await start("data", [...args, "--out", out]).ended;
    expect({ code, err }).toEqual({ code: 0, err: "" });
    for (const line of said.split("\n")) expect(line).not.toMatch(STEERS);
  }
  const rows = await query(`SELECT * FROM '${join(out, "samples/part-1-of-1.parquet")}'`);
  expect(rows.filter(({ doc_id }) => Number(doc_id) > 4000)).toHaveLength(2);
  // What a model said may have lines.
  for (const row of rows)
    for (const value of Object.values(row))
      if (typeof value === "string") expect(value.replace(/[\n\t]/g, "")).not.toMatch(STEERS);
  const { rejected } = await readJson<{ rejected: number }>(join(out, "samples"), "manifest.json");
  const read = new Set(rows.map(({ doc_id, doc_hash }) => `${doc_id} ${doc_hash}`)).size;
  expect(rejected).toBeGreaterThan(2);
  expect(rows.length + rejected).toBeGreaterThanOrEqual(lines.length + 4);
  expect(read).toBeGreaterThan(2);
}, 120_000);
