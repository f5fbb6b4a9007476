import { createHash } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import { changed, pythia, writeRun, writeText } from "../sources/harness.ts";
import { build, command, folders, query, readJson } from "./snapshot.ts";

const EMBEDDED_V2 = "'data/snapshot/open-llm-v2.parquet'";
const EMBEDDED_V1 = "'data/snapshot/open-llm-v1.parquet'";
/** Joins a written table `t` with a published one `p`; some revisions are unknown in both. */
const ON = ["model", "revision", "precision", "weight_type", "chat_template"]
  .map((c) => `t.${c} IS NOT DISTINCT FROM p.${c}`)
  .join(" AND ");

const fresh = folders();
let out: string;
let manifest: Manifest;
beforeAll(async () => {
  out = await fresh();
  manifest = (await build(out, [])).manifest;
});

const table = (name: string) => `'${join(out, name)}'`;
const one = async (sql: string) => (await query(sql))[0];

/** Digest of every file in a folder. */
async function digests(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).toSorted();
  const sums = names.map(async (name) => {
    const bytes = await readFile(join(folder, name));
    return [name, createHash("sha256").update(bytes).digest("hex")];
  });
  return Object.fromEntries(await Promise.all(sums));
}

/** Largest differences between recomputed and published scores; `raw` and `score` name their columns. */
const differences = (raw: (key: string) => string, score: (key: string) => string) => `
  max(abs(100 * ${raw("ifeval")} - ${score("ifeval")})) AS ifeval,
  max(abs(100 * ${raw("math")} - ${score("math")})) AS math,
  max(abs(100 * greatest(0, (${raw("gpqa")} - 0.25) / 0.75) - ${score("gpqa")})) AS gpqa,
  max(abs(100 * greatest(0, (${raw("mmlu_pro")} - 0.1) / 0.9) - ${score("mmlu_pro")})) AS mmlu_pro`;

const mean = (t: string, keys: string[]) =>
  `(${keys.map((k) => `${t}.${k}`).join(" + ")}) / ${keys.length}`;
const V2_KEYS = ["ifeval", "bbh", "math", "gpqa", "musr", "mmlu_pro"];
const V1_KEYS = ["arc", "hellaswag", "mmlu", "truthfulqa", "winogrande", "gsm8k"];

describe("the formulas, on all 4,576 published rows", () => {
  test("give the published scores and average", async () => {
    const row = await one(
      `SELECT count(*) AS n, max(abs(${mean("p", V2_KEYS)} - p.average)) AS average,
        ${differences(
          (k) => `p.${k}_raw`,
          (k) => `p.${k}`,
        )} FROM ${EMBEDDED_V2} p`,
    );
    const { n, ...apart } = row as Record<string, number>;
    expect(n).toBe(4576);
    for (const [key, value] of Object.entries(apart)) expect(value, key).toBeLessThan(1e-9);
  });

  test("and the written table agrees with the published one", async () => {
    const scores = V2_KEYS.map((k) => `max(abs(t.${k} - p.${k})) AS ${k}`);
    const raws = V2_KEYS.map((k) => `max(abs(t.${k}_raw - p.${k}_raw)) AS ${k}_raw`);
    const row = await one(
      `SELECT count(*) AS n, max(abs(t.average - p.average)) AS average,
        max(abs(${mean("t", V2_KEYS)} - t.average)) AS mean, ${[...scores, ...raws].join(", ")}
       FROM ${table("models.parquet")} t JOIN ${EMBEDDED_V2} p ON ${ON}`,
    );
    const { n, ...apart } = row as Record<string, number>;
    expect(n).toBe(4576);
    for (const [key, value] of Object.entries(apart)) expect(value, key).toBeLessThan(1e-9);
  });
});

describe("the archive, on all 7,169 published rows", () => {
  test("has the published percentages, and their plain mean", async () => {
    const scores = V1_KEYS.map((k) => `max(abs(t.${k} - p.${k})) AS ${k}`);
    const row = await one(
      `SELECT count(*) AS n, max(abs(${mean("t", V1_KEYS)} - t.average)) AS mean,
        max(abs(t.average - p.average)) AS published, ${scores.join(", ")}
       FROM ${table("models_v1.parquet")} t JOIN ${EMBEDDED_V1} p ON ${ON.replace(/ AND t.chat_template.*/, "")}`,
    );
    const { n, published, ...apart } = row as Record<string, number>;
    expect(n).toBe(7169);
    for (const [key, value] of Object.entries(apart)) expect(value, key).toBeLessThan(1e-9);
    // Average and components were published with two digits.
    expect(published).toBeLessThan(0.01);
  });
});

describe("columns", () => {
  const HEAD =
    "eval_id model revision precision weight_type architecture model_type params_b license likes " +
    "base_model generation chat_template merged moe flagged availability on_hub maintainers_choice submitted_at " +
    "uploaded_at co2_kg context_length max_length";
  const EXPECTED: Record<string, string> = {
    "models.parquet": `${HEAD} average rank rank_low rank_high tie_group ${V2_KEYS.map((k) => `${k}_raw ${k} ${k}_stderr`).join(" ")}`,
    "models_v1.parquet": `${HEAD} ${V1_KEYS.join(" ")} average rank`,
    "scores.parquet": "eval_id suite benchmark subtask metric raw normalized stderr n",
    "history.parquet": "as_of eval_id average rank",
    "sources.parquet": "eval_id suite source",
    "intervals.parquet": `eval_id first_day last_day flagged average ${V2_KEYS.map((k) => `${k}_raw ${k}`).join(" ")} renamed_to`,
    "days.parquet": "as_of rows digits source sha256",
  };
  const TYPES: Record<string, string> = {
    ...Object.fromEntries(
      [
        "likes",
        "generation",
        "context_length",
        "max_length",
        "rank",
        "rank_low",
        "rank_high",
        "tie_group",
        "n",
        "rows",
        "digits",
      ].map((c) => [c, "INTEGER"]),
    ),
    ...Object.fromEntries(
      ["chat_template", "merged", "moe", "flagged", "on_hub", "maintainers_choice"].map((c) => [
        c,
        "BOOLEAN",
      ]),
    ),
    ...Object.fromEntries(
      ["submitted_at", "uploaded_at", "as_of", "first_day", "last_day"].map((c) => [c, "DATE"]),
    ),
    ...Object.fromEntries(
      ["params_b", "co2_kg", "average", "raw", "normalized", "stderr"].map((c) => [c, "DOUBLE"]),
    ),
  };
  const isScore = (name: string) =>
    [...V1_KEYS, ...V2_KEYS].includes(name.replace(/_(raw|stderr)$/, ""));

  test.each(Object.keys(EXPECTED))(
    "of %s are the contract's in its order, with others between",
    async (file) => {
      const described = await query(`DESCRIBE SELECT * FROM ${table(file)}`);
      const expected = EXPECTED[file]!.split(" ");
      const names = described.map((c) => String(c.column_name));
      expect(names.filter((name) => expected.includes(name))).toEqual(expected);
      for (const { column_name, column_type } of described) {
        const name = String(column_name);
        expect(column_type, name).toBe(TYPES[name] ?? (isScore(name) ? "DOUBLE" : "VARCHAR"));
      }
    },
  );

  test.each(Object.keys(EXPECTED))(
    "of %s are described in the manifest as they are",
    async (file) => {
      const described = await query(`DESCRIBE SELECT * FROM ${table(file)}`);
      const said = manifest.files[file]?.columns ?? [];
      expect(said.map((c) => [c.name, c.type])).toEqual(
        described.map((c) => [c.column_name, c.column_type]),
      );
      for (const c of said) expect(c.description, c.name).toMatch(/\S/);
    },
  );

  test("model types are the seven of the contract", async () => {
    const rows = await query(
      `SELECT DISTINCT model_type FROM ${table("models.parquet")} ORDER BY 1`,
    );
    expect(rows.map((r) => r.model_type)).toEqual([
      "chat",
      "continuously_pretrained",
      "fine_tuned",
      "merge",
      "multimodal",
      "other",
      "pretrained",
    ]);
  });
});

describe("the manifest", () => {
  test("tells the truth about every file", async () => {
    const sums = await digests(out);
    const about = ["CITATION.cff", "README.md", "croissant.json", "datapackage.json"];
    expect(
      [...Object.keys(manifest.files), ...about, "manifest.json", "rejected.json"].sort(),
    ).toEqual(Object.keys(sums));
    for (const [name, file] of Object.entries(manifest.files)) {
      expect(file.sha256, name).toBe(sums[name]);
      expect(file.bytes, name).toBe((await stat(join(out, name))).size);
      expect(await one(`SELECT count(*) AS n FROM ${table(name)}`), name).toEqual({ n: file.rows });
    }
    expect(Object.keys(manifest.documents).sort()).toEqual([...about, "rejected.json"]);
    for (const [name, { sha256 }] of Object.entries(manifest.documents)) {
      expect(sha256, name).toBe(sums[name]);
    }
  });

  test("says which suites, of which day, from which files", () => {
    expect(manifest.schema).toBe(1);
    expect(manifest.as_of).toBe("2025-03-21");
    expect(manifest.suites.map((s) => [s.id, s.version, s.table])).toEqual([
      ["open-llm-v2", "2.0.0", "models"],
      ["open-llm-v1", "1.0.0", "models_v1"],
    ]);
    expect(manifest.sources).toContainEqual({
      source: "contents-v2.csv",
      sha256: "47b36fd5731d66e431b8c5bc2f099d46c849e790a4ad380bb6618889d07a43de",
      rows: 4576,
      note: expect.stringContaining("MPL-2.0"),
    });
    expect(manifest.rejected).toBe(0);
  });
});

describe("ids and ranks", () => {
  test.each(["models.parquet", "models_v1.parquet"])("of %s", async (file) => {
    const from = table(file);
    expect(await one(`SELECT count(*) - count(DISTINCT eval_id) AS twice FROM ${from}`)).toEqual({
      twice: 0,
    });
    const theirs = `SELECT eval_id, rank() OVER (ORDER BY average DESC) AS rank FROM ${from}
      WHERE NOT flagged AND average IS NOT NULL`;
    const wrong = `SELECT * FROM ${from} t LEFT JOIN (${theirs}) d USING (eval_id)
      WHERE t.rank IS DISTINCT FROM d.rank`;
    expect(await query(wrong)).toEqual([]);
    expect(await one(`SELECT count(*) AS n FROM ${from} WHERE flagged`)).not.toEqual({ n: 0 });
  });

  test("rows stand by rank, those without at the end", async () => {
    const rows = await query(`SELECT rank FROM ${table("models.parquet")}`);
    const ranks = rows.map((r) => (r.rank as number | null) ?? Number.POSITIVE_INFINITY);
    expect(ranks).toEqual(ranks.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
  });

  test("in history are of evaluations that the table has, from the last day on record", async () => {
    const row = await one(
      `SELECT count(*) AS n, count(m.eval_id) AS found FROM ${table("history.parquet")} h
       LEFT JOIN ${table("models.parquet")} m USING (eval_id) WHERE h.as_of = DATE '2025-02-28'`,
    );
    expect(row?.n).toBe(4203);
    expect(row?.found).toBeGreaterThan(4100);
  });
});

describe("scores.parquet", () => {
  test("has for every benchmark what models.parquet has", async () => {
    const long = V2_KEYS.map(
      (k) =>
        `SELECT eval_id, '${k}' AS benchmark, ${k}_raw AS raw, ${k} AS normalized, ${k}_stderr AS stderr FROM ${table("models.parquet")}`,
    ).join(" UNION ALL ");
    const short = `SELECT eval_id, benchmark, raw, normalized, stderr FROM ${table("scores.parquet")}
      WHERE suite = 'open-llm-v2' AND subtask IS NULL`;
    expect(await one(`SELECT count(*) AS n FROM (${short})`)).toEqual({ n: 6 * 4576 });
    expect(await query(`(${long}) EXCEPT ALL (${short})`)).toEqual([]);
    expect(await query(`(${short}) EXCEPT ALL (${long})`)).toEqual([]);
  });

  test("has the archive's percentages as raw scores, not normalised", async () => {
    const long = V1_KEYS.map(
      (k) =>
        `SELECT eval_id, '${k}' AS benchmark, ${k} AS score FROM ${table("models_v1.parquet")}`,
    ).join(" UNION ALL ");
    const row = await one(
      `SELECT count(*) AS n, count(s.normalized) AS normalized, max(abs(100 * s.raw - l.score)) AS apart
       FROM ${table("scores.parquet")} s JOIN (${long}) l USING (eval_id, benchmark)
       WHERE s.suite = 'open-llm-v1' AND subtask IS NULL`,
    );
    expect(row).toEqual({ n: 6 * 7169, normalized: 0, apart: expect.closeTo(0, 9) });
  });

  test("has the one run's standard errors out of its file, also in models.parquet", async () => {
    const figures = await pythia();
    const of = (task: string, baseline: number) =>
      (figures.find((f) => f.task === `leaderboard_${task}`)!.stderr! / (1 - baseline)) * 100;
    const stories = [
      of("musr_murder_mysteries", 1 / 2),
      of("musr_object_placements", 1 / 5),
      of("musr_team_allocation", 1 / 3),
    ];
    const row = await one(
      `SELECT gpqa_stderr, musr_stderr FROM ${table("models.parquet")}
       WHERE model = 'EleutherAI/pythia-2.8b'`,
    );
    // 198 of its questions are asked three times, 250 twice, 98 once: 2,880 for 1,192.
    expect(row?.gpqa_stderr).toBeCloseTo(of("gpqa", 1 / 4) * Math.sqrt(2880 / 1192), 9);
    expect(row?.musr_stderr).toBeCloseTo(Math.hypot(...stories) / 3, 9);
  });

  test("has GPQA's standard errors as of 1192²/2880 questions, where none is stated", async () => {
    const row = await one(
      `SELECT count(*) AS n,
         max(abs(stderr - 100 / 0.75 * sqrt(raw * (1 - raw) * 2880) / 1192)) AS apart,
         min(n) AS least, max(n) AS most
       FROM ${table("scores.parquet")}
       WHERE benchmark = 'gpqa' AND subtask IS NULL AND stderr_source = 'binomial'`,
    );
    expect(Number(row?.n)).toBeGreaterThan(4500);
    expect(row?.apart).toBeLessThan(1e-10);
    expect([row?.least, row?.most]).toEqual([1192, 1192]);
  });

  test("says where standard errors are from: the file, the numbers, or the numbers in the file's place", async () => {
    const rows = await query(
      `SELECT model, benchmark, stderr, stderr_source FROM ${table("scores.parquet")}
       JOIN (SELECT eval_id, model FROM ${table("models.parquet")}) USING (eval_id)
       WHERE subtask IS NULL AND suite = 'open-llm-v2'
         AND (model = 'EleutherAI/pythia-2.8b' AND benchmark IN ('mmlu_pro', 'musr', 'math')
           OR model = '01-ai/Yi-34B-Chat' AND benchmark = 'math')
       ORDER BY model, benchmark`,
    );
    expect(rows.map((r) => [r.model, r.benchmark, r.stderr_source])).toEqual([
      // 0.550 stands in its file, left over from another score.
      ["01-ai/Yi-34B-Chat", "math", "binomial_replaced"],
      // Scored again since: its file says nothing of this score.
      ["EleutherAI/pythia-2.8b", "math", "binomial"],
      ["EleutherAI/pythia-2.8b", "mmlu_pro", "file"],
      ["EleutherAI/pythia-2.8b", "musr", "file"],
    ]);
    expect(rows[0]?.stderr).toBeCloseTo(0.666, 3);
    const odd = await one(
      `SELECT count(*) AS n FROM ${table("scores.parquet")}
       WHERE (stderr IS NULL) <> (stderr_source IS NULL)`,
    );
    expect(odd).toEqual({ n: 0 });
  });

  test("has the known runs' subtasks, where their score is still the published one", async () => {
    const rows = await query(
      `SELECT benchmark, count(*) AS n, count(DISTINCT eval_id) AS runs FROM ${table("scores.parquet")}
       WHERE subtask IS NOT NULL GROUP BY 1 ORDER BY 1`,
    );
    // Of pythia-2.8b, MATH was re-scored since its file was written; of the other two it is in the file.
    expect(rows).toEqual([
      { benchmark: "bbh", n: 72, runs: 3 },
      { benchmark: "gpqa", n: 9, runs: 3 },
      { benchmark: "math", n: 14, runs: 2 },
      { benchmark: "musr", n: 9, runs: 3 },
    ]);
  });
});

describe("models.csv", () => {
  const all = "all_varchar = true, nullstr = '', header = true";

  test("says the same as models.parquet, cell by cell", async () => {
    const types = `DESCRIBE SELECT * FROM ${table("models.parquet")}`;
    const casts = (await query(types)).map((c) => `CAST(${c.column_name} AS ${c.column_type})`);
    const csv = `SELECT ${casts.join(", ")} FROM read_csv(${table("models.csv")}, ${all})`;
    const parquet = `SELECT * FROM ${table("models.parquet")}`;
    expect(await query(`(${csv}) EXCEPT ALL (${parquet})`)).toEqual([]);
    expect(await query(`(${parquet}) EXCEPT ALL (${csv})`)).toEqual([]);
  });

  test.each(["models.csv", "models.parquet"])("%s makes the same table again", async (name) => {
    const again = await fresh();
    const { summary } = await build(again, [join(out, name)]);
    expect(summary.rejections).toEqual([]);
    // Subtasks, runs and history are in neither file: the known runs' standard errors came from them,
    // which also stand in the ranges of their neighbours' ranks, and so did what re-scorings passed over.
    const known =
      "* EXCLUDE (ifeval_stderr, bbh_stderr, math_stderr, gpqa_stderr, musr_stderr, mmlu_pro_stderr, " +
      "rank_low, rank_high, tie_group, max_length, rescoring_unchanged)";
    const [a, b] = [`'${again}/models.parquet'`, table("models.parquet")];
    const apart = `(SELECT ${known} FROM ${a}) EXCEPT ALL (SELECT ${known} FROM ${b})`;
    expect(await query(apart)).toEqual([]);
    expect(await one(`SELECT count(*) AS n FROM ${a}`)).toEqual({ n: 4576 });
  });
});

test("models_v1.parquet makes the same table again", async () => {
  const again = await fresh();
  await build(again, [join(out, "models_v1.parquet")]);
  const [a, b] = [`'${again}/models_v1.parquet'`, table("models_v1.parquet")];
  expect(await query(`(FROM ${a}) EXCEPT ALL (FROM ${b})`)).toEqual([]);
  expect(await one(`SELECT count(*) AS n FROM ${a}`)).toEqual({ n: 7169 });
});

describe("the same input gives the same bytes", () => {
  test("another time, in another folder, time zone and language", async () => {
    const folder = await fresh();
    const config = await writeText(
      join(folder, "config.mjs"),
      `import config from ${JSON.stringify(resolve("leaderboard.config.ts"))};
       const absolute = { snapshot: ${JSON.stringify(resolve("data/snapshot"))},
         curated: ${JSON.stringify(resolve("data/curated"))} };
       export default { ...config, ...absolute };`,
    );
    const env = { LEADERBOARD_CONFIG: config, TZ: "Asia/Tokyo", LC_ALL: "tr_TR.UTF-8" };
    const { err } = command("data", ["--out", "tables"], { cwd: folder, env });
    expect(err).toBe("");
    expect(await digests(join(folder, "tables"))).toEqual(await digests(out));
  });

  test("whatever the order in which files lie in their folder, and wherever that is", async () => {
    const figures = await pythia();
    const runs = Array.from({ length: 12 }, (_, i) => ({
      model: `synthetic/M${i % 5}`,
      timestamp: `2024-06-${10 + i}T00-00-00`,
      figures: changed(figures, (f) =>
        f.task === "leaderboard_mmlu_pro" ? { ...f, value: 0.2 + i / 100 } : f,
      ),
    }));
    const results: Record<string, string>[] = [];
    for (const order of [runs, runs.toReversed()]) {
      const folder = join(await fresh(), "runs");
      for (const run of order) await writeRun(folder, run);
      await writeText(join(folder, "results_bad.json"), "{}");
      const made = await fresh();
      await build(made, [folder]);
      results.push(await digests(made));
    }
    expect(results[1]).toEqual(results[0]);
    expect(Object.keys(results[0]!)).toContain("rejected.json");
  });

  test("whatever the order of the sources", async () => {
    const folder = await fresh();
    const figures = await pythia();
    await writeRun(join(folder, "a"), { figures, timestamp: "2024-06-18T00-00-00" });
    await writeRun(join(folder, "b"), { figures, timestamp: "2024-06-19T00-00-00" });
    await writeRun(join(folder, "b"), { figures, model: "synthetic/Other" });
    const sources = [join(folder, "a"), join(folder, "b")];
    const [first, second] = [await fresh(), await fresh()];
    await build(first, sources);
    await build(second, sources.toReversed());
    const [one, two] = [await digests(first), await digests(second)];
    expect(two["models.parquet"]).toBe(one["models.parquet"]);
    expect(two["scores.parquet"]).toBe(one["scores.parquet"]);
  });
});

test("the manifest is JSON that reads back as it was", async () => {
  expect(await readJson(out, "manifest.json")).toEqual(manifest);
});
