// One code scores them all: what a reader gives is taken as a file of the harness is.
import { expect, test } from "vitest";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import { runsIn } from "../../../src/pipeline/formats/detect.ts";
import { parseResults } from "../../../src/pipeline/sources/results.ts";
import { type Document, more, shown } from "./documents.ts";

/** A suite of one benchmark, asked with as many examples as the run says. */
const suiteOf = (task: string, metric: string, shots: number) =>
  suiteSchema.parse({
    id: "case",
    version: "1.0.0",
    name: "Case",
    table: "models",
    normalized: false,
    benchmarks: [
      {
        key: "only",
        name: "Only",
        area: "a",
        description: "x",
        task,
        shots,
        metrics: [{ name: metric }],
        score: "task",
      },
    ],
  });

function scored(d: Document, task: string, metric: string) {
  const [run] = runsIn(d.json, d.path, d.sibling).runs;
  const shots = (run as { "n-shot"?: Record<string, number> })["n-shot"]?.[task] ?? 0;
  return parseResults(JSON.stringify(run), "results_x.json", [suiteOf(task, metric, shots)])[0]!;
}

const SHA = "0123456789abcdef0123456789abcdef01234567";
const CASES: [Document, string, string, object, object][] = [
  [
    shown("lm-eval-0.3.json"),
    "truthfulqa_mc",
    "mc1",
    { model: "quay/Clipper-1B", revision: "main" },
    { raw: 0.23255813953488372, n: null },
  ],
  [
    shown("lighteval.json"),
    "gsm8k|5",
    "extractive_match",
    { model: "quay/Clipper-1B", revision: "main", precision: "bfloat16" },
    { raw: 0.25, stderr: expect.closeTo(1.2, 12), stderr_source: "file", n: 1319 },
  ],
  [
    more("lighteval/before-0.11.json"),
    "leaderboard|knots:reef|5",
    "acc",
    { model: "quay/Sloop", revision: "607a30d783dfa663caf39e06633721c8d4cfcd7e" },
    { raw: 0.5, n: 26 },
  ],
  [
    shown("leaderboard-template.json"),
    "logiqa",
    "acc_norm",
    { model: "quay/Clipper-1B", revision: "main", precision: "float16" },
    { raw: 0.258, stderr: null, n: null },
  ],
  [
    shown("every-eval-ever.json"),
    "hellaswag",
    "acc_norm",
    { model: "quay/Clipper-1B", revision: SHA, precision: "bfloat16", params_b: 1.024 },
    { raw: 0.52, stderr: expect.closeTo(0.5, 12), n: 10042 },
  ],
  [
    shown("inspect.json"),
    "inspect_evals/arc_easy",
    "accuracy,choice",
    { model: "quay/Clipper-1B", at: "2025-10-20T23:12:16.000Z" },
    { raw: 0.75, stderr: expect.closeTo(0.88835, 12), n: 2376 },
  ],
  [
    shown("helm/stats.json"),
    "mmlu:subject=philosophy,method=multiple_choice_joint",
    "exact_match,test",
    { model: "openai/gpt2" },
    {
      raw: 0.1111111111111111,
      // HELM has none: √(1/9 · 8/9 / 9).
      stderr: expect.closeTo(100 * Math.sqrt(8 / 729), 12),
      stderr_source: "binomial",
      n: 9,
    },
  ],
];

test.each(CASES.map((c) => [c[0].path, ...c] as const))("%s", (_, d, task, metric, head, only) => {
  const evaluation = scored(d, task, metric);
  expect(evaluation).toMatchObject({ ...head, measures: [only] });
});

test("trial runs are refused as the harness's own are", () => {
  expect(() => scored(more("inspect/scorers.json"), "quay/knots", "accuracy,match/mean")).toThrow(
    /is a trial run/,
  );
});
