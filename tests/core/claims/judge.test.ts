// The claims of the announcement against the real tables: published figures, and the same numbers by SQL.
import { beforeAll, describe, expect, test } from "vitest";
import config from "#config";
import type { Verdict } from "../../../src/core/claims/finding.ts";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { readQuery } from "../../../src/pipeline/duckdb/table-file.ts";
import {
  type JudgedAnnouncement,
  judgeAnnouncement,
  type Side,
} from "../../../src/site/build/announcement.ts";
import { loadSite } from "../../../src/site/build/board.ts";

const { announcement } = leaderboardSchema.parse(config);
let judged: JudgedAnnouncement;
beforeAll(async () => {
  judged = await judgeAnnouncement(await loadSite(), announcement!);
});

const sidesOf = (id: string): [Side, Side] => {
  const { sides } = judged.claims.find(({ claim }) => claim.id === id)!;
  expect(sides, id).toHaveLength(2);
  return sides as [Side, Side];
};
const verdictsOf = (id: string): Verdict[] => sidesOf(id).map((s) => s.finding.verdict);
const rowsOf = (side: Side) =>
  side.finding.figures!.rows.map((row) => row.map((c) => (typeof c === "string" ? c : c.model)));

/**
 * One row per model, as the page has them, written anew: `first` and `now`, and `old` of the archive under
 * the names of today; of equal scores under several names one, in `first_once` and `now_once`.
 */
const oneOf = (file: string) => `(
    FROM 'public/data/${file}.parquet' WHERE flagged IS NOT TRUE AND average IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY model ORDER BY average DESC, eval_id) = 1
  )`;
const once = (table: string) => `(
    FROM ${table} QUALIFY row_number() OVER (
      PARTITION BY coalesce(twin_of, eval_id) ORDER BY twin_of IS NOT NULL, eval_id) = 1
  )`;
const MODELS = `
  WITH first AS ${oneOf("2024-07-13/models")}, now AS ${oneOf("latest/models")},
  first_once AS ${once("first")}, now_once AS ${once("now")},
  commits AS (
    SELECT v1.model AS then_name, any_value(v2.model) AS now_name
    FROM 'public/data/latest/models_v1.parquet' AS v1
      JOIN 'public/data/latest/models.parquet' AS v2 USING (revision)
    WHERE length(revision) = 40 AND v1.weight_type = 'Original' AND v2.weight_type = 'Original'
      AND v1.model NOT IN (SELECT model FROM 'public/data/latest/models.parquet')
      AND v2.model NOT IN (SELECT model FROM 'public/data/latest/models_v1.parquet')
    GROUP BY v1.model HAVING count(DISTINCT v2.model) = 1
  ),
  old AS (
    SELECT * FROM (
      SELECT v1.* REPLACE (coalesce(now_name, v1.model) AS model)
      FROM 'public/data/latest/models_v1.parquet' AS v1
        LEFT JOIN commits ON then_name = v1.model
      WHERE flagged IS NOT TRUE AND average IS NOT NULL
    ) QUALIFY row_number() OVER (PARTITION BY model ORDER BY average DESC, eval_id) = 1
  )`;
const ask = (sql: string) => withDuckDB((db) => readQuery(db, `${MODELS} ${sql}`));

test("the first table known is that of 13 July 2024, with 237 rows", () => {
  expect(judged.first).toMatchObject({ day: "2024-07-13", evaluations: 237 });
  expect(judged.newest.evaluations).toBe(4576);
});

describe("the ten best", () => {
  test("stand as the published table of 13 July has them", () => {
    const [first, now] = sidesOf("top-ten");
    // Published averages, contents-history/2024-07-13.csv.
    expect(rowsOf(first).map((row) => row[3])).toEqual([
      "42.49",
      "36.18",
      "32.67",
      "32.63",
      "30.86",
      "29.56",
      "29.56",
      "29.23",
      "28.75",
      "27.71",
    ]);
    expect(first.finding.text).toContain("6 of the 10 are among the first 10 of 235 models");
    expect(first.finding.text).toContain("Qwen1.5-110B before Smaug-72B-v0.1");
    expect([first.finding.verdict, now.finding.verdict]).toEqual(["part", "not"]);
  });

  test("have the places that SQL gives them", async () => {
    for (const [table, side] of [
      ["first", sidesOf("top-ten")[0]],
      ["now", sidesOf("top-ten")[1]],
    ] as const) {
      const places = await ask(
        `SELECT model, row_number() OVER (ORDER BY average DESC, eval_id) AS place FROM ${table}`,
      );
      const known = new Map(places.map((r) => [r.model, Number(r.place)]));
      for (const [, model, place] of rowsOf(side))
        expect(Number(place!.replace(",", "")), model).toBe(known.get(model!));
    }
  });
});

test("the averages of the first two are 42.49 and 36.18, not 43.02 and 36.67", () => {
  const [first, now] = sidesOf("averages");
  expect(first.finding.text).toContain("42.49 on average, 0.53 points less than the 43.02 claimed");
  expect(first.finding.text).toContain("36.18 on average, 0.49 points less than the 36.67 claimed");
  // data/contents-v2.csv: 43.594…, 36.372….
  expect(now.finding.text).toContain("43.59 on average");
  expect(now.finding.text).toContain("36.37 on average");
  expect(verdictsOf("averages")).toEqual(["part", "part"]);
});

test("GPQA is 4.92 against 19.69, a difference that chance does not explain", () => {
  for (const { finding } of sidesOf("llama-gpqa")) {
    expect(finding.text).toContain("Meta-Llama-3-70B-Instruct has 4.92, Meta-Llama-3-70B 19.69");
    expect(finding.text).toContain("14.77 points");
    expect(finding.text).toContain("claimed 14.75");
    expect(finding.verdict).toBe("holds");
  }
});

describe("correlations", () => {
  /** `r = 0.94, 95 % interval 0.91 to 0.97, over 234 models of 101 families` after these words. */
  const told = (text: string, words: string) => {
    const [, r, low, high, n] =
      new RegExp(
        `${words}: r = (\\S+), 95 % interval (\\S+) to (\\S+), over ([\\d,]+) models of`,
      ).exec(text) ?? [];
    expect(Number(low)).toBeLessThan(Number(r));
    expect(Number(high)).toBeGreaterThanOrEqual(Number(r));
    return [r, n!.replace(",", "")];
  };
  const asked = (r: unknown, n: unknown) => [Number(r).toFixed(2), String(n)];

  test("of two benchmarks are DuckDB's", async () => {
    for (const [i, table] of ["first_once", "now_once"].entries()) {
      const [all] = await ask(`SELECT corr(mmlu_pro, bbh) AS r, count(*) AS n FROM ${table}`);
      const [base] = await ask(
        `SELECT corr(mmlu_pro, bbh) AS r, count(*) AS n FROM ${table} WHERE model_type = 'pretrained'`,
      );
      const { text } = sidesOf("mmlu-pro-bbh")[i]!.finding;
      expect(told(text, "MMLU-Pro and BBH")).toEqual(asked(all!.r, all!.n));
      expect(text).toContain(
        `over the ${base!.n} pretrained of them r = ${Number(base!.r).toFixed(2)}.`,
      );
    }
    // The contract: 0.9579 over all 4,576 evaluations.
    expect(sidesOf("mmlu-pro-bbh")[1].finding.text).toContain("r = 0.96");
    expect(verdictsOf("mmlu-pro-bbh")).toEqual(["holds", "holds"]);
  });

  test("of a benchmark of the archive with its successors are DuckDB's", async () => {
    for (const [i, table] of ["first_once", "now_once"].entries()) {
      const [r] = await ask(`
        SELECT corr(old.mmlu, t.mmlu_pro) AS pro, corr(old.mmlu, t.gpqa) AS gpqa, count(*) AS n
        FROM ${table} AS t JOIN old USING (model)`);
      const { text } = sidesOf("mmlu")[i]!.finding;
      expect(told(text, "MMLU and MMLU-Pro")).toEqual(asked(r!.pro, r!.n));
      expect(told(text, "MMLU and GPQA")).toEqual(asked(r!.gpqa, r!.n));
    }
    expect(verdictsOf("mmlu")).toEqual(["holds", "holds"]);
  });
});

test("both groups of outliers are there: the Yi-1.5 models with 32K, and the other way round", async () => {
  const [first, now] = sidesOf("gsm8k-math");
  // The contract: GSM8K 0 in v1, MATH 15.4 and 10.8 in v2; 13.44 and 9.59 in the table of July 2024.
  expect(first.finding.text).toContain("at least 10): 1 model, Yi-1.5-34B-32K.");
  expect(now.finding.text).toContain("at least 10): 2 models, Yi-1.5-34B-32K and Yi-1.5-9B-32K.");
  expect(now.finding.text).toContain("autotrain-llama3-70b-orpo-v1");
  for (const [table, { finding }] of [
    ["first_once", first],
    ["now_once", now],
  ] as const) {
    const [red] = await ask(`
      SELECT count(*) AS n, count(*) FILTER (WHERE now.model_type IN ('chat', 'fine_tuned')
        OR (now.model_type IS NULL AND t.model_type IN ('chat', 'fine_tuned'))) AS tuned
      FROM ${table} AS t JOIN old USING (model) LEFT JOIN now USING (model)
      WHERE old.gsm8k >= 60 AND t.math <= 5`);
    expect(finding.text).toContain(`at most 5): ${red!.n} models`);
    expect(finding.text).toContain(`of ${red!.n} are chat or fine-tuned models`);
    expect(finding.verdict).toBe("holds");
  }
});

describe("chat versions and their bases", () => {
  const votes = (table: string, score: string) => `
    , votes AS (
      SELECT base.model, count(*) AS versions, median(chat.${score} - base.${score}) AS change
      FROM ${table}_once AS chat JOIN now AS facts ON facts.model = chat.model
        JOIN ${table} AS base ON base.model = coalesce(chat.base_model, facts.base_model)
        LEFT JOIN now AS ground ON ground.model = base.model
      WHERE chat.model_type = 'chat' AND base.model_type = 'pretrained' AND base.model <> chat.model
        AND base.base_model IS NULL AND ground.base_model IS NULL
      GROUP BY base.model
    )
    SELECT count(*) AS bases, sum(versions) AS versions, median(change) AS median,
      count(*) FILTER (WHERE change < 0) AS lower, count(*) FILTER (WHERE change > 0) AS higher
    FROM votes`;

  for (const [id, score, name, expected] of [
    ["chat-math", "math", "MATH Lvl 5", ["part", "part"]],
    ["chat-ifeval", "ifeval", "IFEval", ["holds", "holds"]],
  ] as const) {
    test(`on ${name} have one vote a base, as SQL counts them`, async () => {
      for (const [i, table] of ["first", "now"].entries()) {
        const [v] = await ask(votes(table, score));
        const { text } = sidesOf(id)[i]!.finding;
        expect(text).toContain(
          `${v!.versions} chat versions of ${v!.bases} pretrained models: on ${name} ` +
            `those of ${v!.lower} score lower, those of ${v!.higher} higher`,
        );
      }
      expect(verdictsOf(id)).toEqual(expected);
    });
  }
});

test("the archive's models became smaller and better; those of v2 better", () => {
  const [archive, now] = sidesOf("smaller");
  expect(archive.heading).toBe("Open LLM Leaderboard v1");
  expect(archive.finding.text).toContain(
    "from Q3 2023 to Q2 2024, the median size went from 13B to 7B",
  );
  expect(archive.finding.text).toContain(
    "The best of all in the first quarter had 67.85 (tiiuae/falcon-180B",
  );
  expect([archive.finding.verdict, now.finding.verdict]).toEqual(["holds", "part"]);
});

test("the hardest benchmarks are those with the lowest means in SQL", async () => {
  const keys = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
  for (const [i, table] of ["first", "now"].entries()) {
    const [means] = await ask(
      `SELECT ${keys.map((k) => `avg(${k}) AS ${k}, avg(${k}_raw) * 100 AS ${k}_raw`).join(", ")} FROM ${table}_once`,
    );
    const pairs = keys.map((k) => [Number(means![`${k}_raw`]), Number(means![k])]);
    const expected = pairs
      .sort((a, b) => a[1]! - b[1]!)
      .map((pair) => pair.map((value) => value.toFixed(2)));
    expect(rowsOf(sidesOf("hardest")[i]!).map((row) => row.slice(1))).toEqual(expected);
  }
  const [first, now] = sidesOf("hardest");
  expect(first.finding.text).toMatch(
    /Lowest raw .*MATH Lvl 5.* and MMLU-Pro.*Lowest normalised: MATH Lvl 5.* and GPQA/,
  );
  expect(now.finding.text).toMatch(
    /Lowest raw .*MATH Lvl 5.* and GPQA.*Lowest normalised: GPQA.* and MuSR/,
  );
  expect(verdictsOf("hardest")).toEqual(["holds", "part"]);
});

test("what was scored anew between the tables is said where a claim rests on it, and only there", () => {
  const rescored = judged.claims.flatMap(({ claim, rescored }) =>
    rescored.map((r) => [claim.id, r.benchmark, ...r.rescorings.map((x) => x.day)]),
  );
  // The leaderboard's announcements: an answer parser mended, then Math-Verify.
  const days = ["MATH Lvl 5", "2024-11-08", "2025-02-14"];
  expect(rescored).toEqual(
    ["top-ten", "averages", "gsm8k-math", "chat-math", "hardest"].map((id) => [id, ...days]),
  );
});

test("of the best on MuSR in July 2024 five have a known context, and two of those only 4,096 tokens", () => {
  const [first] = sidesOf("musr-context");
  // Model cards and result files, as context-length.csv gathers them.
  expect(
    rowsOf(first)
      .filter((row) => row[2] !== "unknown")
      .map((row) => [row[0], row[2]]),
  ).toEqual([
    ["deepseek-ai/deepseek-llm-67b-chat", "4,096"],
    ["Intel/neural-chat-7b-v3-3", "32,768"],
    ["CohereForAI/c4ai-command-r-plus", "131,072"],
    ["Qwen/Qwen2-72B", "131,072"],
    ["deepseek-ai/deepseek-llm-7b-chat", "4,096"],
  ]);
  expect(first.finding.text).toContain("of 5 is known, and 3 of them take 10,000 tokens or more");
  expect(verdictsOf("musr-context")).toEqual(["part", "unknown"]);
});

test("the best on MuSR are those that SQL finds", async () => {
  for (const [i, table] of ["first", "now"].entries()) {
    const best = await ask(`SELECT model FROM ${table}_once ORDER BY musr DESC, eval_id LIMIT 10`);
    expect(rowsOf(sidesOf("musr-context")[i]!).map((row) => row[0])).toEqual(
      best.map((r) => r.model),
    );
  }
});
