// Facts about the published figures, on the embedded tables and by another engine.
import { describe, expect, test } from "vitest";
import { query } from "../snapshot/snapshot.ts";

const V2 = "'data/snapshot/open-llm-v2.parquet'";
const V1 = "'data/snapshot/open-llm-v1.parquet'";
const HISTORY = "'data/snapshot/history.parquet'";

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
      `SELECT DISTINCT model, moe, merged, on_hub FROM ${V2} WHERE model IN
        ('mistralai/Mixtral-8x7B-v0.1', 'meta-llama/Llama-2-7b-hf') ORDER BY model`,
    );
    expect(rows).toEqual([
      { model: "meta-llama/Llama-2-7b-hf", moe: false, merged: false, on_hub: true },
      { model: "mistralai/Mixtral-8x7B-v0.1", moe: true, merged: false, on_hub: true },
    ]);
    const owners =
      "'meta-llama', 'Qwen', 'google', 'mistralai', 'microsoft', 'EleutherAI', '01-ai'";
    const gone = `SELECT model FROM ${V2} WHERE NOT on_hub AND split_part(model, '/', 1) IN (${owners})`;
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

test("history has eight days, 237 to 4,203 rows, each evaluation once a day", async () => {
  const rows = await query(
    `SELECT as_of, count(*) AS n, count(DISTINCT eval_id) AS ids FROM ${HISTORY} GROUP BY 1 ORDER BY 1`,
  );
  expect(rows.map((r) => [r.as_of, r.n])).toEqual([
    ["2024-07-13", 237],
    ["2024-08-20", 731],
    ["2024-09-15", 969],
    ["2024-10-09", 1436],
    ["2024-12-06", 2159],
    ["2024-12-26", 2439],
    ["2025-01-14", 2929],
    ["2025-02-28", 4203],
  ]);
  expect(rows.filter((r) => r.n !== r.ids)).toEqual([]);
});

test("ranks of every day are DuckDB's own", async () => {
  const wrong = await query(
    `SELECT * FROM (
       SELECT as_of, eval_id, rank, rank() OVER (PARTITION BY as_of ORDER BY average DESC) AS theirs
       FROM ${HISTORY} WHERE rank IS NOT NULL)
     WHERE rank <> theirs`,
  );
  expect(wrong).toEqual([]);
});
