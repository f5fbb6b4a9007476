import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { standingRows } from "../../../src/pipeline/sources/history.ts";
import { load } from "../../../src/pipeline/sources/load.ts";
import { measuresOf } from "../../../src/pipeline/sources/packed.ts";
import { KITCHEN, V1, V2 } from "../../core/suite/suites.ts";
import { build, folders, query } from "../snapshot/snapshot.ts";
import { changed, pythia, writeRun, writeText } from "./harness.ts";
import { csv, FLAT_SCORES, HEADERS, LONG_SCORES, V1_SCORES } from "./headers.ts";

const fresh = folders();

const read = (sources: string[], suites = [V2, V1], snapshot = "nowhere") =>
  withDuckDB((db) => load(db, { sources, snapshot, suites, cache: "nowhere" }));

/** The sentence that a source ends in. */
async function complaint(sources: string[], snapshot?: string): Promise<string> {
  const error = await read(sources, [V2, V1], snapshot).then(
    () => new Error("nothing to complain of"),
    (e) => e,
  );
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toMatch(/\n/);
  return error.message;
}

describe("a source that is not understood is a sentence", () => {
  test("not there", async () => {
    expect(await complaint(["/nowhere"])).toMatch(/^--source \/nowhere: there is no such file/);
    expect(await complaint([""])).toMatch(/there is no such file/);
  });

  test("a file of another kind", async () => {
    const path = await writeText(join(await fresh(), "t.xlsx"), "x");
    expect(await complaint([path])).toMatch(/must be a folder, a \.csv or a \.parquet file/);
  });

  test("a header of another kind: says what it should be", async () => {
    const path = await writeText(join(await fresh(), "t.csv"), "a,b\n1,2\n");
    const message = await complaint([path]);
    expect(message).toMatch(/its header is no contents table of/);
    expect(message).toContain("ifeval, bbh, math, gpqa, musr, mmlu_pro");
  });

  test.each([
    ["t.parquet", "no Parquet at all"],
    ["t.parquet", ""],
    ["t.csv", ""],
    ["t.csv", 'a,b\n1,"x\n2,y\n'],
  ])("%s with content %j", async (name, content) => {
    const path = await writeText(join(await fresh(), name), content);
    expect(await complaint([path])).toMatch(/^--source .*(cannot be read|no contents table)/);
  });

  test("a dataset of the Hub that was not pulled, or is named wrongly", async () => {
    expect(await complaint(["hf://datasets/a/b"])).toBe(
      "a/b is not in the cache nowhere: run npm run pull -- --dataset a/b first.",
    );
    expect(await complaint(["hf://datasets/a/b@v2"])).toMatch(/pull -- --dataset a\/b@v2 first\.$/);
    expect(await complaint(["hf://models/a/b"])).toMatch(/must be hf:\/\/datasets\/OWNER\/NAME/);
    expect(await complaint(["hf://datasets/../b"])).toMatch(/^--source .*must be OWNER\/NAME/);
  });

  test("no embedded snapshot, or a broken one", async () => {
    expect(await complaint([], "/nowhere")).toMatch(/no embedded snapshot in \/nowhere/);
    const folder = await fresh();
    await writeText(join(folder, "provenance.json"), "{");
    expect(await complaint([], folder)).toMatch(/provenance\.json is not valid JSON/);
    await writeText(join(folder, "provenance.json"), '{"as_of": {"x": "soon"}, "origins": []}');
    expect(await complaint([], folder)).toMatch(/provenance\.json: field as_of\.x: /);
    await writeText(join(folder, "provenance.json"), '{"as_of": {}, "origins": []}');
    await writeText(join(folder, "open-llm-v2.parquet"), "x");
    expect(await complaint([], folder)).toMatch(/open-llm-v2\.parquet cannot be read/);
  });
});

const flat = (fullname: string, change: object = {}) => ({ ...FLAT_SCORES, fullname, ...change });

describe("dated tables", () => {
  test("the newest is current, each is history, whatever the order of the sources", async () => {
    const folder = await fresh();
    const header = HEADERS["2024-07-13"];
    const july = await writeText(
      join(folder, "2024-07-13.csv"),
      csv(header, [flat("a/gone"), flat("a/b", { average: 40 })]),
    );
    const august = await writeText(
      join(folder, "2024-08-20.csv"),
      csv(header, [flat("a/b"), flat("a/new", { average: 50 })]),
    );
    for (const sources of [
      [july, august],
      [august, july],
    ]) {
      const { evaluations, history, day } = await read(sources);
      expect(day).toBe("2024-08-20");
      expect(evaluations.map((e) => e.model).toSorted()).toEqual(["a/b", "a/new"]);
      expect(
        standingRows(history).map((h) => [h.as_of, h.eval_id.split("@")[0], h.average, h.rank]),
      ).toEqual([
        ["2024-07-13", "a/gone", 42.49, 1],
        ["2024-07-13", "a/b", 40, 2],
        ["2024-08-20", "a/new", 50, 1],
        ["2024-08-20", "a/b", 42.49, 2],
      ]);
    }
  });

  test("give a flagged row no rank: it stands behind the others", async () => {
    // In this header, FALSE says flagged.
    const rows = [flat("a/cheat", { average: 99, flagged: false }), flat("a/b", { flagged: true })];
    const path = await writeText(
      join(await fresh(), "2024-07-13.csv"),
      csv(HEADERS["2024-07-13"], rows),
    );
    const { history } = await read([path]);
    expect(standingRows(history).map((h) => [h.eval_id.split("@")[0], h.average, h.rank])).toEqual([
      ["a/b", 42.49, 1],
      ["a/cheat", 99, null],
    ]);
  });

  test("are history of the main suite only: ids of two suites may be the same", async () => {
    const row = { ...V1_SCORES, fullname: "a/b" };
    const path = await writeText(join(await fresh(), "2024-06-01.csv"), csv(HEADERS.v1, [row]));
    expect((await read([path], [V2, V1])).history.days).toEqual([]);
    expect((await read([path], [V1])).history.days).toHaveLength(1);
  });

  test("a rejected row takes no other row's place in history", async () => {
    const rows = [flat("a/b"), flat("../c", { average: 99 }), flat("a/d", { average: 10 })];
    const path = await writeText(
      join(await fresh(), "2024-07-13.csv"),
      csv(HEADERS["2024-07-13"], rows),
    );
    const { history, rejections } = await read([path]);
    expect(standingRows(history).map((h) => [h.average, h.rank])).toEqual([
      [42.49, 1],
      [10, 2],
    ]);
    expect(rejections.map((r) => r.path)).toEqual(["2024-07-13.csv#2"]);
  });
});

describe("several sources", () => {
  const long = { ...LONG_SCORES, model_name: "EleutherAI/pythia-2.8b", model_precision: "float16" };
  const revision = "2a259cdd96a4beb1cdf467512e3904197345f6a9";
  const row = {
    ...long,
    model_sha: revision,
    model_weight_type: "Original",
    model_has_chat_template: false,
    metadata_hub_license: "apache-2.0",
    metadata_submission_date: "2024-06-12",
  };

  test("the newer of a table and a run stands, and keeps what only the other knows", async () => {
    const folder = await fresh();
    const table = await writeText(join(folder, "t.csv"), csv(HEADERS["2025-01-14"], [row]));
    await writeRun(join(folder, "runs"), { figures: await pythia() });
    const { evaluations, superseded } = await read([join(folder, "runs"), table]);
    expect(evaluations).toHaveLength(1);
    expect(evaluations[0]?.license).toBe("apache-2.0");
    expect(measuresOf(evaluations[0]!).find((m) => m.benchmark === "ifeval")?.raw).toBeCloseTo(
      0.217322260491053,
      12,
    );
    expect(superseded).toEqual([
      {
        eval_id: "EleutherAI/pythia-2.8b@2a259cdd:float16:Original:plain",
        suite: "open-llm-v2",
        kept: "runs/EleutherAI/pythia-2.8b/results_2024-06-17T12-07-04.698905.json",
        dropped: "t.csv#1",
        benchmarks: null,
        by: "time",
      },
    ]);
  });

  test("of two runs of one evaluation the newer stands, whichever is read first", async () => {
    const figures = await pythia();
    const better = changed(figures, (f) =>
      f.task === "leaderboard_mmlu_pro" ? { ...f, value: 0.55 } : f,
    );
    // Read in the order of paths: once the newer comes first, once last.
    for (const [older, newer] of [
      ["a-old", "b-new"],
      ["b-old", "a-new"],
    ]) {
      const folder = await fresh();
      const run = (place: string, timestamp: string, list: typeof figures) =>
        writeRun(join(folder, place), { figures: list, timestamp });
      await run(newer!, "2024-09-01T00-00-00", better);
      await run(older!, "2024-08-01T00-00-00", figures);
      const out = await fresh();
      const { summary } = await build(out, [folder]);
      expect(summary.superseded[0]?.kept).toContain(newer);
      expect(summary.superseded[0]?.dropped).toContain(older);
      expect(await query(`SELECT mmlu_pro FROM '${out}/models.parquet'`)).toEqual([
        { mmlu_pro: expect.closeTo(50, 10) },
      ]);
    }
  });

  test("the manifest and the rejections name no folder above the source", async () => {
    const folder = join(await fresh(), "secret", "runs");
    await mkdir(folder, { recursive: true });
    await writeText(join(folder, "results_x.json"), "{}");
    const { origins, rejections } = await read([`${folder}/`]);
    expect(rejections.map((r) => r.path)).toEqual(["runs/results_x.json"]);
    expect(origins).toEqual([{ source: "runs", sha256: null, rows: 0, note: "1 result files" }]);
  });
});

test("the embedded tables may be CSV files, written by hand", async () => {
  const { evaluations, history, day } = await read([], [KITCHEN], "tests/fixtures/tiny/snapshot");
  expect(evaluations).toHaveLength(14);
  expect(day).toBe("2025-02-28");
  expect(standingRows(history).at(0)).toMatchObject({
    as_of: "2025-01-31",
    average: 52.125,
    rank: 1,
  });
  const basil = evaluations.find((e) => e.model === "synthetic/Basil-1B");
  expect(
    measuresOf(basil!)
      .filter((m) => m.subtask)
      .map((m) => m.n),
  ).toEqual([100, 50, 80]);
});
