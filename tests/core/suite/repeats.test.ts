import { beforeAll, describe, expect, test } from "vitest";
import { type Repeated, repeatNoise } from "../../../src/core/suite/repeats.ts";
import { query } from "../../pipeline/snapshot/snapshot.ts";
import { V2 } from "./suites.ts";

const RUN: Repeated = {
  model: "a/b",
  revision: "main",
  precision: "bfloat16",
  weight_type: "Original",
  settings: null,
  chat_template: false,
  scores: {},
};
const figure = (score: number | null, rescoring: string | null = null) => ({
  score,
  stderr: 2,
  rescoring,
});
const pair = (i: number, a: number, b: number, [x, y]: (string | null)[] = [null, null]) => [
  { ...RUN, model: `a/${i}`, scores: { x: figure(a, x) } },
  { ...RUN, model: `a/${i}`, precision: "float16", scores: { x: figure(b, y) } },
];

describe("repeatNoise", () => {
  test("by hand: gaps 0, 1, 3", () => {
    const rows = [pair(1, 10, 10), pair(2, 10, 11), pair(3, 13, 10)].flat();
    expect(repeatNoise(rows, ["x"])).toEqual([
      {
        benchmark: "x",
        pairs: 3,
        excluded: 0,
        equal: 1,
        median: 1,
        p95: null,
        largest: 3,
        stderr: 2,
      },
    ]);
  });

  test("a percentile from twenty pairs on: gaps 0 to 19", () => {
    const rows = Array.from({ length: 20 }, (_, i) => pair(i, i, 0)).flat();
    // (20 − 1) × 0.95 = 18.05: between the 19th and the 20th.
    expect(repeatNoise(rows, ["x"])[0]).toMatchObject({ pairs: 20, median: 9.5 });
    expect(repeatNoise(rows, ["x"])[0]?.p95).toBeCloseTo(18.05, 12);
    expect(repeatNoise(rows.slice(2), ["x"])[0]?.p95).toBeNull();
  });

  test("pairs that a re-scoring parted are left out, and counted", () => {
    const rows = [pair(1, 1, 9, ["changed", "unchanged"]), pair(2, 1, 2, ["changed", "changed"])];
    expect(repeatNoise(rows.flat(), ["x"])[0]).toMatchObject({ pairs: 1, excluded: 1, median: 1 });
  });

  test("no pair: other precision, revision or chat setting; unknown revision or score", () => {
    const [a, b] = pair(1, 1, 2) as unknown as [Repeated, Repeated];
    for (const change of [
      { precision: "8bit" },
      { precision: "bfloat16" },
      { revision: "other" },
      { chat_template: true },
      { weight_type: "Adapter" },
      { model: "a/c" },
      { scores: { x: figure(null) } },
    ]) {
      expect(repeatNoise([a, { ...b, ...change }], ["x"])[0]?.pairs).toBe(0);
    }
    const unknown = [a, b].map((r) => ({ ...r, revision: null }));
    expect(repeatNoise(unknown, ["x"])[0]?.pairs).toBe(0);
  });
});

describe("on the published tables, beside DuckDB", () => {
  const KEYS = V2.benchmarks.map((b) => b.key);
  let noise: ReturnType<typeof repeatNoise>;
  let rows: Record<string, unknown>[];

  beforeAll(async () => {
    rows =
      await query(`SELECT m.*, map_from_entries(list((r.benchmark, r.rescoring)))::JSON AS states
      FROM 'public/data/latest/models.parquet' m
      JOIN 'public/data/latest/runs.parquet' r USING (eval_id) WHERE r.suite = '${V2.id}' GROUP BY ALL`);
    noise = repeatNoise(
      rows.map((row) => {
        const states = JSON.parse(String(row.states)) as Record<string, string | null>;
        return {
          ...(row as unknown as Repeated),
          scores: Object.fromEntries(
            KEYS.map((key) => [
              key,
              {
                score: row[key] as number | null,
                stderr: row[`${key}_stderr`] as number | null,
                rescoring: states[key] ?? null,
              },
            ]),
          ),
        };
      }),
      KEYS,
    );
  });

  test.each(KEYS)("%s", async (key) => {
    const [row] = await query(`WITH s AS (
        SELECT m.model, m.revision, m.weight_type, m.chat_template, m.precision,
          m.${key} AS score, m.${key}_stderr AS stderr, r.rescoring
        FROM 'public/data/latest/models.parquet' m
        JOIN 'public/data/latest/runs.parquet' r USING (eval_id)
        WHERE r.suite = '${V2.id}' AND r.benchmark = '${key}'),
      p AS (SELECT abs(a.score - b.score) AS gap, a.stderr AS x, b.stderr AS y,
          a.rescoring IS NOT DISTINCT FROM b.rescoring AS alike
        FROM s a JOIN s b USING (model, revision, weight_type, chat_template)
        WHERE a.precision = 'bfloat16' AND b.precision = 'float16')
      SELECT count(*) FILTER (alike) AS pairs, count(*) FILTER (NOT alike) AS excluded,
        count(*) FILTER (alike AND gap = 0) AS equal, median(gap) FILTER (alike) AS median,
        quantile_cont(gap, 0.95) FILTER (alike) AS p95, max(gap) FILTER (alike) AS largest FROM p`);
    const own = noise.find((n) => n.benchmark === key)!;
    const { pairs, excluded, equal } = own;
    expect({ pairs, excluded, equal }).toEqual({
      pairs: row!.pairs,
      excluded: row!.excluded,
      equal: row!.equal,
    });
    expect(own.median).toBeCloseTo(Number(row!.median), 10);
    expect(own.largest).toBeCloseTo(Number(row!.largest), 10);
    if (pairs < 20) expect(own.p95).toBeNull();
    else expect(own.p95).toBeCloseTo(Number(row!.p95), 10);
  });
});
