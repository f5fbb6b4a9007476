import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import {
  type Evaluated,
  evalResults,
  evalResultsYaml,
  leftOut,
} from "../../../src/core/describe/eval-results.ts";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import tiny from "../../fixtures/tiny-suite.json" with { type: "json" };
import { V1, V2 } from "../suite/suites.ts";
import { HOSTILE } from "./fixtures.ts";

const PLAIN: Evaluated = {
  suite: V2,
  precision: "bfloat16",
  revision: "731f4daf584f822f1393731ccff1d58c7f06b99e",
  settings: null,
  chat_template: true,
  raw: () => 0.7003,
  rawOfSubtask: () => null,
  as_of: "2025-03-13",
  source: { url: "https://board.example/models/a/b/", name: "Board" },
};

describe("evalResults", () => {
  test("gives the figure of each benchmark that is one of the Hub's, in per cent", () => {
    expect(parse(evalResultsYaml(evalResults(PLAIN)))).toEqual([
      {
        dataset: { id: "TIGER-Lab/MMLU-Pro", task_id: "mmlu_pro" },
        value: 70.03,
        date: "2025-03-13",
        source: { url: "https://board.example/models/a/b/", name: "Board" },
        notes:
          "5-shot, log-likelihood of the choices, no chain of thought, lm-evaluation-harness leaderboard_mmlu_pro, bfloat16, chat template, revision 731f4daf",
      },
    ]);
  });

  test("gives a subtask's where the Hub's task is the subtask", () => {
    const rawOfSubtask = (task: string) => (task === "leaderboard_gpqa_diamond" ? 0.25 : null);
    const entries = evalResults({ ...PLAIN, rawOfSubtask });
    expect(entries.map((e) => [e.dataset.id, e.dataset.task_id, e.value])).toEqual([
      ["Idavidrein/gpqa", "diamond", 25],
      ["TIGER-Lab/MMLU-Pro", "mmlu_pro", 70.03],
    ]);
    for (const { notes } of entries) expect(notes).toContain("no chain of thought");
    // Both say where they come from, neither by reference to the other.
    expect(evalResultsYaml(entries).match(/url: https:/g)).toHaveLength(2);
    expect(evalResultsYaml(entries)).not.toMatch(/[&*]\w/);
  });

  test("gives nothing for what was not measured, or where no benchmark is the Hub's", () => {
    expect(evalResults({ ...PLAIN, raw: () => null })).toEqual([]);
    expect(evalResults({ ...PLAIN, suite: suiteSchema.parse(tiny) })).toEqual([]);
  });

  test("says only what is known of the run", () => {
    const unknown = { ...PLAIN, precision: null, revision: null, chat_template: null };
    expect(evalResults({ ...unknown, suite: V1 })[0]?.notes).toBe(
      "5-shot, lm-evaluation-harness gsm8k",
    );
  });

  test("hostile texts stay texts, to readers of YAML 1.1 and 1.2", () => {
    const source = { url: "https://board.example/", name: HOSTILE };
    const text = evalResultsYaml(evalResults({ ...PLAIN, source, precision: "x: [y" }));
    for (const version of ["1.1", "1.2"] as const) {
      const [entry] = parse(text, { version });
      expect(entry.source.name).toBe(HOSTILE);
      expect(entry.date).toBe("2025-03-13");
      expect(Object.keys(entry)).toEqual(["dataset", "value", "date", "source", "notes"]);
    }
  });
});

test("every benchmark is an entry or is left out with a reason", () => {
  for (const suite of [V1, V2]) {
    const entries = evalResults({ ...PLAIN, suite });
    const left = leftOut(suite, entries);
    const names = left.flatMap((l) => l.names);
    expect(entries.length + names.length).toBe(suite.benchmarks.length);
    for (const { reason } of left) expect(reason).not.toBe("");
  }
  const gpqa = leftOut(V2, evalResults(PLAIN)).find((l) => l.names.includes("GPQA"));
  expect(gpqa?.reason).toMatch(/diamond/);
});
