// What the table of runs says of the runs whose files and days are known.
import { expect, test } from "vitest";
import { V2 } from "../../core/suite/suites.ts";
import { query } from "./snapshot.ts";

const of = (model: string, benchmarks = ["bbh", "math"]) =>
  query(`SELECT benchmark, day, written, first_seen, answers_since, score_since, rescoring, run_epoch, epoch,
      git_hash, transformers_version, max_length
    FROM 'public/data/latest/runs.parquet'
    WHERE suite = '${V2.id}' AND starts_with(eval_id, '${model}@') AND benchmark IN ('${benchmarks.join("', '")}')
    ORDER BY benchmark`);

test("a file of a re-scoring: its day is that of writing, the run was before the table had it", async () => {
  const rows = await of("01-ai/Yi-34B-Chat");
  expect(rows.map((r) => [r.day, r.written, r.first_seen])).toEqual([
    [null, "2025-02-13", "2024-07-13"],
    [null, "2025-02-13", "2024-07-13"],
  ]);
  expect(rows.map((r) => [r.run_epoch, r.epoch, r.rescoring])).toEqual([
    ["chat-template-fix", "chat-template-fix", null],
    ["chat-template-fix", "math-verify", "changed"],
  ]);
});

test("files of runs: their days are those of the runs", async () => {
  const pythia = await of("EleutherAI/pythia-2.8b");
  expect(pythia.map((r) => [r.day, r.run_epoch, r.epoch])).toEqual([
    ["2024-06-17", "chat-template-fix", "chat-template-fix"],
    ["2024-06-17", "chat-template-fix", "math-verify"],
  ]);
  const amu = await of("Amu/t1-3B");
  for (const row of amu) {
    expect(row).toMatchObject({
      day: "2025-03-13",
      answers_since: "2025-03-14",
      run_epoch: "math-verify",
      epoch: "math-verify",
      git_hash: "a781a6b",
      transformers_version: "4.49.0",
      max_length: 4096,
    });
  }
});

test("a model that was run again: its answers are of the later run", async () => {
  const rows = await of("Qwen/Qwen2.5-72B-Instruct");
  expect(rows.map((r) => [r.first_seen, r.answers_since, r.score_since, r.epoch])).toEqual([
    ["2024-09-20", "2024-10-18", "2024-10-18", "adding-all-changes"],
    ["2024-09-20", "2024-10-18", "2025-02-14", "math-verify"],
  ]);
});

test("where the epoch of the answers is known, the days are in it", async () => {
  const ends = V2.epochs.map((e, i) => ({
    id: e.id,
    from: e.since ?? "2000-01-01",
    before: V2.epochs[i + 1]?.since ?? "2100-01-01",
  }));
  for (const { id, from, before } of ends) {
    const [row] = await query(`SELECT count(*) AS n FROM 'public/data/latest/runs.parquet' r
      JOIN 'public/data/latest/models.parquet' m USING (eval_id)
      WHERE r.suite = '${V2.id}' AND r.run_epoch = '${id}' AND r.day IS NULL
        AND NOT (m.submitted_at >= '${from}' AND r.answers_since < '${before}')`);
    expect(row!.n, id).toBe(0);
  }
});

test("CO₂ is what the time of the run in the file makes it, by the leaderboard's formula", async () => {
  const [row] = await query(`SELECT co2_kg, seconds FROM 'public/data/latest/models.parquet'
    JOIN 'public/data/latest/runs.parquet' USING (eval_id)
    WHERE starts_with(eval_id, 'Amu/t1-3B@') AND benchmark = 'bbh'`);
  // 8 H100 at 5.6 kW together, 269.8 g a kWh: docs/leaderboards/open_llm_leaderboard/emissions.
  const hours = Number(row!.seconds) / 3600;
  expect(row!.co2_kg).toBeCloseTo((hours * 5.6 * 269.8) / 1000, 12);
  expect(V2.co2?.kg_per_hour).toBeCloseTo((5.6 * 269.8) / 1000, 12);
});
