// hf://datasets/OWNER/NAME, from the cache to tables.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { parquetWriteBuffer } from "hyparquet-writer";
import { beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import { objectPath } from "../../../src/pipeline/cache/layout.ts";
import { buildSnapshot } from "../../../src/pipeline/snapshot/build.ts";
import { folders, OPEN_LLM, query, readJson } from "../snapshot/snapshot.ts";
import { pulled, pullTexts, putFile } from "./cached.ts";
import { type Figure, pythia, resultsFile } from "./harness.ts";

const fresh = folders();
let figures: Figure[];
beforeAll(async () => {
  figures = await pythia();
});

const build = async (sources: string[], cache: string) => {
  const out = join(await fresh(), "t");
  const summary = await buildSnapshot(OPEN_LLM, { sources, out, cache });
  return { out, summary, manifest: await readJson<Manifest>(out, "manifest.json") };
};

/** Published scores of pythia-2.8b, as the header of the Hub's own table has them. */
const ROW: Record<string, string | number | boolean | null> = {
  eval_name: "EleutherAI_pythia-2.8b_float16",
  Precision: "float16",
  Type: "🟢 pretrained",
  T: "🟢",
  "Weight type": "Original",
  Architecture: "GPTNeoXForCausalLM",
  Model: '<a target="_blank" href="https://example.com/x">EleutherAI/pythia-2.8b</a>',
  fullname: "EleutherAI/pythia-2.8b",
  "Model sha": "2a259cdd96a4beb1cdf467512e3904197345f6a9",
  "Average ⬆️": 5.49,
  "Hub License": "apache-2.0",
  "Hub ❤️": 30,
  "#Params (B)": 2.909,
  "Available on the hub": true,
  MoE: false,
  Flagged: false,
  "Chat Template": false,
  "CO₂ cost (kg)": 0.75,
  "IFEval Raw": 0.217322260491053,
  IFEval: 21.7322260491053,
  "BBH Raw": 0.322408593627609,
  BBH: 5.07778616190546,
  "MATH Lvl 5 Raw": 0.0143504531722054,
  "MATH Lvl 5": 1.43504531722054,
  "GPQA Raw": 0.25,
  GPQA: 0,
  "MUSR Raw": 0.3485729166666667,
  MUSR: 3.63828125,
  "MMLU-PRO Raw": 0.11369680851063829,
  "MMLU-PRO": 1.521867612293144,
  Merged: false,
  "Official Providers": true,
  "Upload To Hub Date": "2023-02-13",
  "Submission Date": "2024-06-09",
  Generation: 0,
  "Base Model": "EleutherAI/pythia-2.8b",
  "Maintainer's Highlight": false,
};

function table(rows: (typeof ROW)[]): Uint8Array {
  const columnData = Object.keys(rows[0]!).map((name) => ({
    name,
    data: rows.map((r) => r[name] ?? null),
  }));
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

const CONTENTS = "data/train-00000-of-00001.parquet";

describe("contents", () => {
  test("the Hub's own header is read, its truth values as they are named", async () => {
    const cache = await fresh();
    const other = { ...ROW, fullname: "a/flagged-moe", Flagged: true, MoE: true, Merged: true };
    const gone = {
      ...ROW,
      fullname: "a/gone",
      "Available on the hub": false,
      "Base Model": "b/base",
    };
    const commit = await pullTexts(cache, "o/contents", { [CONTENTS]: table([ROW, other, gone]) });
    const { out, manifest, summary } = await build(["hf://datasets/o/contents"], cache);
    expect(manifest.sources).toEqual([
      {
        source: "hf://datasets/o/contents",
        commit,
        sha256: null,
        rows: 3,
        note: "3 rows of contents",
      },
    ]);
    expect(summary.drift?.columns).toEqual([]);
    const rows = await query(
      `SELECT * EXCLUDE (eval_id) FROM '${out}/models.parquet' ORDER BY model`,
    );
    expect(rows[0]).toMatchObject({
      model: "EleutherAI/pythia-2.8b",
      revision: ROW["Model sha"],
      model_type: "pretrained",
      params_b: 2.909,
      likes: 30,
      license: "apache-2.0",
      base_model: null,
      generation: 0,
      chat_template: false,
      merged: false,
      moe: false,
      flagged: false,
      on_hub: true,
      maintainers_choice: true,
      submitted_at: "2024-06-09",
      uploaded_at: "2023-02-13",
      co2_kg: 0.75,
      bbh: 5.07778616190546,
      musr: 3.63828125,
      gpqa: 0,
    });
    expect(rows[0]?.mmlu_pro).toBeCloseTo(1.521867612293144, 9);
    expect(rows[1]).toMatchObject({
      model: "a/flagged-moe",
      flagged: true,
      moe: true,
      merged: true,
    });
    expect(rows[1]?.rank).toBeNull();
    expect(rows[2]).toMatchObject({ model: "a/gone", on_hub: false, base_model: "b/base" });
  });

  test("a column that is gone, new or of another kind is named", async () => {
    const cache = await fresh();
    const { MoE: _, "Hub License": __, ...rest } = ROW;
    const row = { ...rest, "Hub ❤️": "thirty", Sparkle: 1 };
    await pullTexts(cache, "o/contents", { [CONTENTS]: table([row]) });
    const { manifest } = await build(["hf://datasets/o/contents"], cache);
    expect(manifest.drift?.columns).toEqual([
      {
        source: `o/contents/${CONTENTS}`,
        new: ["Sparkle"],
        missing: ["hub_license", "moe"],
        changed: ["Hub ❤️: 1 of 1 cells are not numbers"],
      },
    ]);
  });

  test("without a column that scores need, the run ends and says which", async () => {
    const cache = await fresh();
    const { "BBH Raw": _, fullname: __, "Average ⬆️": ___, ...row } = ROW;
    await pullTexts(cache, "o/contents", { [CONTENTS]: table([row]) });
    await expect(build(["hf://datasets/o/contents"], cache)).rejects.toThrow(
      /train-00000-of-00001\.parquet is no contents table of .*: it has no column for fullname, bbh_raw\./,
    );
  });
});

const run = (model: string, more: object = {}) =>
  JSON.stringify({ ...resultsFile({ figures, model }), ...more });

describe("result files", () => {
  test("are accepted with fields that are new or missing, else set aside: both are counted", async () => {
    const cache = await fresh();
    const broken = JSON.parse(run("a/broken"));
    broken.results.leaderboard_ifeval["prompt_level_strict_acc,none"] = 1.5;
    await pullTexts(cache, "o/results", {
      "a/known/results_2024-06-17T12-07-04.000001.json": run("a/known", { "n-samples": {} }),
      "a/new/results_2024-06-17T12-07-04.000002.json": run("a/new", {
        "n-samples": {},
        harness_v9: 1,
        config: {
          ...(resultsFile({ figures }).config as object),
          model_sha: "abc",
          gpu: "x\u001b[2J",
        },
      }),
      "a/broken/results_2024-06-17T12-07-04.000003.json": JSON.stringify(broken),
      "a/cut/results_2024-06-17T12-07-04.000004.json": run("a/cut").slice(0, 500),
      "README.md": "no result",
    });
    const { manifest, summary, out } = await build(["hf://datasets/o/results"], cache);
    expect(manifest.sources[0]).toMatchObject({ note: "4 result files", rows: 4 });
    expect(manifest.rejected).toBe(2);
    expect(manifest.drift).toEqual({
      unknown_fields: { files: 1, names: { "config.gpu": 1, harness_v9: 1 }, more: 0 },
      missing_fields: { files: 2, names: { "config.model_sha": 2, "n-samples": 1 }, more: 0 },
      set_aside: { files: 2, names: expect.any(Object), more: 0 },
      columns: [],
    });
    expect(Object.keys(manifest.drift!.set_aside.names).sort()).toEqual([
      expect.stringMatching(
        /^ifeval: field results\.leaderboard_ifeval\.prompt_level_strict_acc,none: must be a number from N to N, is N/,
      ),
      expect.stringMatching(/^is not valid JSON/),
    ]);
    expect(summary.rejections.map((r) => r.path)).toEqual([
      "o/results/a/broken/results_2024-06-17T12-07-04.000003.json",
      "o/results/a/cut/results_2024-06-17T12-07-04.000004.json",
    ]);
    const rows = await query(`SELECT model, bbh FROM '${out}/models.parquet' ORDER BY model`);
    expect(rows).toEqual([
      { model: "a/broken", bbh: expect.closeTo(5.07778616190546, 9) },
      { model: "a/known", bbh: expect.closeTo(5.07778616190546, 9) },
      { model: "a/new", bbh: expect.closeTo(5.07778616190546, 9) },
    ]);
  });

  test("are read at the commit that is named, or the last one pulled", async () => {
    const cache = await fresh();
    const path = (model: string) => `${model}/results_2024-06-17T12-07-04.json`;
    const before = await pullTexts(cache, "o/results", { [path("a/x")]: run("a/x") });
    await pullTexts(cache, "o/results", {
      [path("a/x")]: run("a/x"),
      [path("a/y")]: run("a/y"),
    });
    const rows = async (source: string) =>
      (await build([source], cache)).summary.evaluations[0]?.rows;
    expect(await rows("hf://datasets/o/results")).toBe(2);
    expect(await rows(`hf://datasets/o/results@${before}`)).toBe(1);
  });

  test("an object that is not there ends the run with the command that brings it", async () => {
    const cache = await fresh();
    const file = putFile(cache, "a/x/results_2024-06-17T12-07-04.json", run("a/x"));
    await pulled(cache, "o/results", [file]);
    rmSync(objectPath(cache, file.oid));
    await expect(build(["hf://datasets/o/results"], cache)).rejects.toThrow(
      /results_2024-06-17T12-07-04\.json is missing in the cache .*: run npm run pull -- --dataset o\/results again\./,
    );
  });
});

test("a dataset that is named twice counts once, and so does a vote that stands in two files", async () => {
  const cache = join(await fresh(), "hub");
  const vote = (username: string) => JSON.stringify({ model: "a/y", revision: "main", username });
  const votes = `${vote("li")}\n${vote("wu")}\n`;
  const run = JSON.stringify(resultsFile({ figures, model: "a/y" }));
  await pullTexts(cache, "o/all", {
    "a/y/results_2024-06-17T12-07-04.json": run,
    "votes_data.jsonl": votes,
    "old/votes_data.jsonl": votes,
  });
  await pullTexts(cache, "o/votes", { "votes_data.jsonl": votes });
  const all = "hf://datasets/o/all";
  const { manifest, summary } = await build([all, all, "hf://datasets/o/votes"], cache);
  expect(manifest.files["votes.parquet"]?.rows).toBe(2);
  expect(manifest.files["models.parquet"]?.rows).toBe(1);
  expect(manifest.sources.map((s) => s.source)).toEqual([all, "hf://datasets/o/votes"]);
  expect(summary.superseded).toEqual([]);
});

test("a run from the future does not win against those of today", async () => {
  const cache = join(await fresh(), "hub");
  const run = (value: number) =>
    JSON.stringify(
      resultsFile({
        model: "a/y",
        figures: figures.map((f) => ({ ...f, value: f.value * value })),
      }),
    );
  await pullTexts(cache, "o/results", {
    "a/y/results_2999-01-01T00-00-00.json": run(0.5),
    "a/y/results_2024-06-17T12-07-04.json": run(1),
  });
  const { out, manifest, summary } = await build(["hf://datasets/o/results"], cache);
  expect(manifest.as_of).toBe("2024-06-17");
  expect(summary.superseded.map((s) => s.kept)).toEqual([
    "o/results/a/y/results_2024-06-17T12-07-04.json",
  ]);
  const [row] = await query(`SELECT bbh_raw FROM '${out}/models.parquet'`);
  expect(row!.bbh_raw).toBeCloseTo(0.322408593627609, 12);
});

test("requests and votes become tables, only where a source has them", async () => {
  const cache = await fresh();
  const request = {
    model: "a/x",
    base_model: "",
    revision: "main",
    precision: "bfloat16",
    params: 7.24,
    architectures: "LlamaForCausalLM",
    weight_type: "Original",
    status: "FINISHED",
    submitted_time: "2024-06-30T10:00:00Z",
    model_type: "🟢 : pretrained",
    job_id: "1234",
    job_start_time: "2024-07-01T10:00:00.123456",
    use_chat_template: false,
    sender: "someone",
  };
  const name = (model: string) => `${model}_eval_request_False_bfloat16_Original.json`;
  await pullTexts(cache, "o/requests", {
    [name("a/x")]: JSON.stringify(request),
    [name("a/y")]: JSON.stringify({
      ...request,
      model: "a/y",
      status: "pending",
      job_id: -1,
      params: 0,
      submitted_time: "2024-06-29T10:00:00+02:00",
    }),
    [name("a/z")]: JSON.stringify({ ...request, status: "" }),
  });
  const vote = (model: string, username: string, timestamp: string) =>
    JSON.stringify({ model, revision: "main", username, timestamp });
  await pullTexts(cache, "o/votes", {
    "votes_data.jsonl": [
      vote("a/y", "kim", "2024-10-02T08:00:00.5Z"),
      vote("a/y", "kim", "2024-10-01T08:00:00Z"),
      "not json",
      vote("a/y", "li", "2024-10-03 08:00:00"),
      vote("../y", "li", "2024-10-03T08:00:00Z"),
      "",
    ].join("\n"),
  });
  const sources = ["hf://datasets/o/requests", "hf://datasets/o/votes"];
  const { out, manifest, summary } = await build(sources, cache);
  expect(await query(`SELECT * FROM '${out}/requests.parquet'`)).toEqual([
    {
      model: "a/y",
      revision: "main",
      precision: "bfloat16",
      weight_type: "Original",
      model_type: "pretrained",
      base_model: null,
      architecture: "LlamaForCausalLM",
      params_b: null,
      chat_template: false,
      status: "PENDING",
      submitted_at: "2024-06-29T08:00:00Z",
      started_at: "2024-07-01T10:00:00Z",
      job_id: null,
      path: name("a/y"),
      branch: null,
      submitter: 1,
      pull_request: null,
      tries: null,
      progress: null,
      ended_at: null,
      cause: null,
      why: null,
      timeline: null,
    },
    expect.objectContaining({ model: "a/x", status: "FINISHED", job_id: "1234", params_b: 7.24 }),
  ]);
  const old = { precision: null, voter: null, proven: false };
  expect(await query(`SELECT * FROM '${out}/votes.parquet'`)).toEqual([
    { model: "a/y", revision: "main", voted_at: "2024-10-01T08:00:00Z", account: 1, ...old },
    { model: "a/y", revision: "main", voted_at: "2024-10-03T08:00:00Z", account: 2, ...old },
  ]);
  expect(Object.keys(manifest.files)).toContain("votes.parquet");
  // The queue moved last with a vote, so the snapshot stands for that day; one from the future does not count.
  expect(manifest.as_of).toBe("2024-10-03");
  await pullTexts(cache, "o/votes", {
    "votes_data.jsonl": `${vote("a/y", "li", "2024-10-05T08:00:00Z")}\n${vote("a/y", "wu", "2999-01-01T08:00:00Z")}`,
  });
  expect((await build(sources, cache)).manifest.as_of).toBe("2024-10-05");
  expect(summary.rejections.map((r) => r.path)).toEqual([
    `o/requests/${name("a/z")}`,
    "o/votes/votes_data.jsonl#3",
    "o/votes/votes_data.jsonl#5",
  ]);
  await pullTexts(cache, "o/other", { "README.md": "x", "notes.txt": "x" });
  await expect(build(["hf://datasets/o/other"], cache)).rejects.toThrow(/has no result files/);
  // Nobody has voted yet: that costs nothing else, and by itself makes no leaderboard.
  await pullTexts(cache, "o/new", { ".gitattributes": "*.parquet filter=lfs", "README.md": "x" });
  const both = await build(["hf://datasets/o/new", "hf://datasets/o/requests"], cache);
  expect(Object.keys(both.manifest.files)).toContain("requests.parquet");
  expect(Object.keys(both.manifest.files)).not.toContain("votes.parquet");
  await expect(build(["hf://datasets/o/new"], cache)).rejects.toThrow(/There is no evaluation of/);
});
