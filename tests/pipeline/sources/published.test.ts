// Facts about the published figures, on the embedded tables and by another engine.
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { query } from "../snapshot/snapshot.ts";

const V2 = "'data/snapshot/open-llm-v2.parquet'";
const V1 = "'data/snapshot/open-llm-v1.parquet'";

const value = async (sql: string) => Object.values((await query(sql))[0]!)[0];

describe("open-llm-v2", () => {
  test("has 4,576 rows, each with a key of its own and all scores", async () => {
    const key = "(model, revision, precision, weight_type, chat_template)";
    const [row] = await query(
      `SELECT count(*) AS n, count(DISTINCT ${key}) AS keys, count(average) AS averages,
        count(ifeval + bbh + math + gpqa + musr + mmlu_pro) AS complete FROM ${V2}`,
    );
    expect(row).toEqual({ n: 4576, keys: 4576, averages: 4576, complete: 4576 });
  });

  test("has the known correlations", async () => {
    expect(await value(`SELECT corr(bbh, mmlu_pro) FROM ${V2}`)).toBeCloseTo(0.9579, 4);
    expect(await value(`SELECT corr(ifeval, musr) FROM ${V2}`)).toBeCloseTo(0.3418, 4);
  });

  test("has GPQA 19.69 for Meta-Llama-3-70B and 4.92 for its Instruct version", async () => {
    const gpqa = (model: string) => value(`SELECT gpqa FROM ${V2} WHERE model = '${model}'`);
    expect(await gpqa("meta-llama/Meta-Llama-3-70B")).toBeCloseTo(19.69, 2);
    expect(await gpqa("meta-llama/Meta-Llama-3-70B-Instruct")).toBeCloseTo(4.92, 2);
  });

  test("knows what is a mixture of experts, a merge, and on the Hub", async () => {
    const rows = await query(
      `SELECT DISTINCT model, moe, merged, availability FROM ${V2} WHERE model IN
        ('mistralai/Mixtral-8x7B-v0.1', 'meta-llama/Llama-2-7b-hf') ORDER BY model`,
    );
    expect(rows).toEqual([
      { model: "meta-llama/Llama-2-7b-hf", moe: false, merged: false, availability: "available" },
      { model: "mistralai/Mixtral-8x7B-v0.1", moe: true, merged: false, availability: "available" },
    ]);
    const owners =
      "'meta-llama', 'Qwen', 'google', 'mistralai', 'microsoft', 'EleutherAI', '01-ai'";
    const gone = `SELECT model FROM ${V2} WHERE availability = 'gone' AND split_part(model, '/', 1) IN (${owners})`;
    expect(await query(gone)).toEqual([]);
  });
});

describe.each([V2, V1])("truth values in %s", (table) => {
  const share = async (what: string, where: string) =>
    value(`SELECT avg(${what}::INTEGER) FROM ${table} WHERE ${where}`);

  test("mixtures of experts have the architecture of one", async () => {
    expect(await share("moe", "architecture LIKE '%MixtralFor%'")).toBeGreaterThan(0.5);
    expect(await share("moe", "architecture = 'LlamaForCausalLM'")).toBeLessThan(0.05);
  });

  test("merges are merges, pretrained models are not", async () => {
    expect(await share("merged", "model_type = 'merge'")).toBeGreaterThan(0.3);
    expect(await share("merged", "model_type = 'pretrained'")).toBeLessThan(0.05);
  });
});

describe("open-llm-v1", () => {
  test("has 7,169 rows of 6,811 models, each row with a key of its own", async () => {
    const [row] = await query(
      `SELECT count(*) AS n, count(DISTINCT model) AS models,
        count(DISTINCT (model, revision, precision, weight_type)) AS keys FROM ${V1}`,
    );
    expect(row).toEqual({ n: 7169, models: 6811, keys: 7169 });
  });

  test("shares 397 models with v2", async () => {
    const sql = `SELECT count(DISTINCT model) FROM ${V1} JOIN ${V2} USING (model)`;
    expect(await value(sql)).toBe(397);
  });

  test("has GSM8K 0 where v2 has MATH 15.4 and 10.8", async () => {
    const rows = await query(
      `SELECT model, gsm8k, math FROM ${V1} JOIN ${V2} USING (model)
        WHERE model IN ('01-ai/Yi-1.5-34B-32K', '01-ai/Yi-1.5-9B-32K') ORDER BY model`,
    );
    expect(rows).toEqual([
      { model: "01-ai/Yi-1.5-34B-32K", gsm8k: 0, math: expect.closeTo(15.4, 1) },
      { model: "01-ai/Yi-1.5-9B-32K", gsm8k: 0, math: expect.closeTo(10.8, 1) },
    ]);
  });

  test("knows what is a mixture of experts: in the published table the truth was inverted", async () => {
    const moe = (model: string) => query(`SELECT DISTINCT moe FROM ${V1} WHERE model = '${model}'`);
    expect(await moe("mistralai/Mixtral-8x7B-v0.1")).toEqual([{ moe: true }]);
    expect(await moe("meta-llama/Llama-2-7b-hf")).toEqual([{ moe: false }]);
    const merged = await value(
      `SELECT DISTINCT merged FROM ${V1} WHERE model = 'paloalma/Le_Triomphant-ECE-TW3'`,
    );
    expect(merged).toBe(true);
  });
});

const INTERVALS = "'data/snapshot/intervals.parquet'";
const DAYS = "'data/snapshot/days.parquet'";
const ON = `FROM ${DAYS} AS d JOIN ${INTERVALS} AS i ON d.as_of BETWEEN i.first_day AND i.last_day`;

describe("the history", () => {
  test("has 190 days, 237 to 4,576 rows, each evaluation once a day", async () => {
    const rows = await query(
      `SELECT d.as_of, any_value(d.rows) AS rows, count(*) AS n, count(DISTINCT i.eval_id) AS ids ${ON} GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toHaveLength(190);
    expect(rows[0]).toMatchObject({ as_of: "2024-07-13", n: 237 });
    expect(rows.at(-1)).toMatchObject({ as_of: "2025-03-21", n: 4576 });
    expect(rows.filter((r) => r.n !== r.ids || r.n !== r.rows)).toEqual([]);
    // As the README of the figures counts them; a flag that came cuts one in two.
    expect(await value(`SELECT count(DISTINCT eval_id) FROM ${INTERVALS}`)).toBe(4727);
    expect(await value(`SELECT count(*) FROM ${INTERVALS}`)).toBe(9621);
  });

  test("has the day of the table where the table comes from", async () => {
    const provenance = JSON.parse(await readFile("data/snapshot/provenance.json", "utf8"));
    const { sha256 } = provenance.origins.find(
      (o: { file: string }) => o.file === "contents-v2.csv",
    );
    expect(await value(`SELECT as_of FROM ${DAYS} WHERE sha256 = '${sha256}'`)).toBe("2025-03-21");
    expect(provenance.as_of["open-llm-v2"]).toBe("2025-03-21");
  });

  test("begins with 42.49 and 36.18, and has calme-2.1-qwen2-72b not before 2024-07-19", async () => {
    const best = await query(
      `SELECT round(i.average, 2) AS average ${ON} WHERE d.as_of = '2024-07-13' ORDER BY i.average DESC LIMIT 2`,
    );
    expect(best.map((r) => r.average)).toEqual([42.49, 36.18]);
    const calme = "i.eval_id LIKE 'MaziyarPanahi/calme-2.1-qwen2-72b@%'";
    const first = await value(`SELECT min(first_day) FROM ${INTERVALS} AS i WHERE ${calme}`);
    expect(first).toBe("2024-07-26");
  });

  /** Scores that began on a day, and those that the evaluation had before. */
  const pairs = (day: string) =>
    `FROM ${INTERVALS} AS b ASOF JOIN ${INTERVALS} AS a ON a.eval_id = b.eval_id AND a.last_day < b.first_day
     WHERE b.first_day = '${day}'`;
  const KEYS = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
  const moved = (key: string) => `abs(a.${key} - b.${key}) > 0.0051`;

  test.each([
    ["2024-11-08", 1209],
    ["2025-02-14", 3442],
  ])("on %s MATH alone changed for %i evaluations", async (day, expected) => {
    const others = KEYS.filter((k) => k !== "math").map(moved);
    const alone = `${moved("math")} AND NOT (${others.join(" OR ")})`;
    expect(await value(`SELECT count(*) ${pairs(day)} AND ${alone}`)).toBe(expected);
  });

  test("of 1,625 evaluations with MATH above 5 in January 2025 and now, 148 have the same", async () => {
    const [row] = await query(
      `SELECT count(*) AS n, count(*) FILTER (abs(a.math - b.math) < 1e-9) AS same
       FROM (SELECT i.* ${ON} WHERE d.as_of = '2025-01-14') AS a
       JOIN (SELECT i.* ${ON} WHERE d.as_of = '2025-03-21') AS b USING (eval_id)
       WHERE a.math > 5 AND b.math > 5`,
    );
    expect(row).toEqual({ n: 1625, same: 148 });
  });
});

describe("availability", () => {
  test("of v2: 529 gone, 1,154 there without card or licence", async () => {
    const rows = await query(`SELECT availability, count(*) AS n FROM ${V2} GROUP BY 1 ORDER BY 1`);
    expect(rows).toEqual([
      { availability: "available", n: 2893 },
      { availability: "gone", n: 529 },
      { availability: "unlisted", n: 1154 },
    ]);
    const [row] = await query(
      `SELECT count(license) AS licences, count(*) FILTER (likes > 0) AS liked, count(uploaded_at) AS days
       FROM ${V2} WHERE availability = 'unlisted'`,
    );
    expect(row).toEqual({ licences: 0, liked: 510, days: 1154 });
  });

  test("of v1: of 1,977 that are said not to be there, most cannot be told", async () => {
    const [row] = await query(
      `SELECT count(*) AS n, count(*) FILTER (availability = 'gone' AND license IS NULL) AS without
       FROM ${V1} WHERE availability IS DISTINCT FROM 'available'`,
    );
    expect(row).toEqual({ n: 1977, without: 0 });
  });
});
