// The rules of the verdicts, at their limits, over made-up models.
import { describe, expect, test } from "vitest";
import { judgeContext } from "../../../src/core/claims/context.ts";
import { judgeCorrelation } from "../../../src/core/claims/correlation.ts";
import { listed, some, type Table, two } from "../../../src/core/claims/finding.ts";
import { judgeGap } from "../../../src/core/claims/gap.ts";
import { judgeHardest } from "../../../src/core/claims/hardest.ts";
import { countedOnce, type Model, modelsOf, withFacts } from "../../../src/core/claims/models.ts";
import { judgeOrder } from "../../../src/core/claims/order.ts";
import { judgeOutliers } from "../../../src/core/claims/outliers.ts";
import { judgeSizes } from "../../../src/core/claims/sizes.ts";
import { judgeTuning } from "../../../src/core/claims/tuning.ts";
import { judgeValues } from "../../../src/core/claims/values.ts";
import type { Row } from "../../../src/core/figures/figure.ts";
import { SIZES } from "../../../src/core/view/sizes.ts";
import { V1, V2 } from "../suite/suites.ts";

const SAID = { id: "x", title: "X", words: "X." };
const table = (models: Model[], archive: Model[] = []): Table => ({
  suite: V2,
  models,
  counted: countedOnce(models),
  archive: { suite: V1, models: archive },
});
const named = (i: number, scores: Model = {}): Model => ({
  eval_id: `m/${i}@0`,
  model: `m/${i}`,
  average: 100 - i,
  ...scores,
});
const many = (n: number, of: (i: number) => Model) =>
  Array.from({ length: n }, (_, i) => named(i, of(i)));

test("a model is its best evaluation that is not flagged; facts come from a later table, scores never", () => {
  const grid = {
    length: 5,
    columns: {
      eval_id: ["a@1", "a@2", "b@1", "c@1", "d@1"],
      model: ["a", "a", "b", "c", "d"],
      average: [10, 20, 30, 15, null],
      flagged: [false, false, true, null, false],
    },
  };
  const models = modelsOf(grid);
  expect(models.map((m) => m.eval_id)).toEqual(["a@2", "c@1"]);
  const unknown = {
    base_model: null,
    context_length: null,
    family: null,
    model_type: null,
    params_b: null,
  };
  const later = [{ model: "a", average: 90, base_model: "c", context_length: 4096, math: 5 }];
  expect(withFacts(models, later)).toEqual([
    { ...models[0], ...unknown, base_model: "c", context_length: 4096 },
    { ...models[1], ...unknown },
  ]);
});

test("of models with the same scores the first name counts, wherever it stands", () => {
  const models = [
    named(0, { twin_of: "m/2@0" }),
    named(1),
    named(2, { twin_of: null }),
    // Copies of an evaluation that is not here: one of them counts.
    named(4, { twin_of: "gone@0" }),
    named(3, { twin_of: "gone@0" }),
  ];
  expect(countedOnce(models).map((m) => m.model)).toEqual(["m/1", "m/2", "m/3"]);
});

test("numbers and lists are written as people do", () => {
  // Binary fractions: the double nearest to 42.485 is below it, that of 1.005 too.
  expect([42.485, 1.005, 36.183333, 0].map(two)).toEqual(["42.49", "1.01", "36.18", "0.00"]);
  expect(listed(["a"])).toBe("a");
  expect(listed(["a", "b", "c"])).toBe("a, b and c");
  expect(some(["a", "b", "c"], 2)).toBe("a, b and c");
  expect(some(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
});

describe("order", () => {
  const models = many(8, () => ({}));
  const verdict = (...claimed: number[]) =>
    judgeOrder({ ...SAID, kind: "order", models: claimed.map((i) => `m/${i}`) }, table(models));
  test("holds only in the very order, in part from half of the first on", () => {
    expect(verdict(0, 1, 2, 3).verdict).toBe("holds");
    expect(verdict(1, 0, 2, 3).verdict).toBe("part");
    expect(verdict(0, 1, 6, 7).verdict).toBe("part");
    expect(verdict(0, 5, 6, 7).verdict).toBe("not");
    expect(verdict(1, 0, 2, 3).text).toContain("Of their 6 pairs 5 stand as claimed");
    expect(verdict(1, 0, 2, 3).text).toContain("the other way round: 0 before 1");
    expect(verdict(0, 99).text).toContain("1 of the 2 is among the first 2 of 8 models");
    expect(verdict(0, 99).figures!.rows[1]).toEqual(["2", { model: "m/99" }, "not there", "–"]);
  });
});

describe("values", () => {
  const verdict = (now: number) =>
    judgeValues(
      { ...SAID, kind: "values", values: [{ model: "m/0", score: "average", value: 43.02 }] },
      table([named(0, { average: now })]),
    ).verdict;
  test("hold to two digits, in part within a point", () => {
    expect([43.02, 43.0249, 43.0251, 42.02, 44.02, 42.01].map(verdict)).toEqual([
      "holds",
      "holds",
      "part",
      "part",
      "part",
      "not",
    ]);
  });
  test("cannot be told of a model that is not there", () => {
    const finding = judgeValues(
      { ...SAID, kind: "values", values: [{ model: "no/body", score: "math", value: 1 }] },
      table([named(0)]),
    );
    expect(finding).toEqual({ verdict: "unknown", text: "Not in the table: no/body." });
  });
});

test("a gap holds where chance does not explain it and the claimed one is likely", () => {
  const claim = {
    ...SAID,
    kind: "gap" as const,
    score: "gpqa",
    low: { model: "m/0", value: 5 },
    high: { model: "m/1", value: 15 },
  };
  // Two errors of 1: the difference has one of √2, its 95 % interval reaches 2.77 to each side.
  const finding = (gpqa: number, error: number | null = 1) =>
    judgeGap(
      claim,
      table([named(0, { gpqa: 5, gpqa_stderr: error }), named(1, { gpqa, gpqa_stderr: error })]),
    );
  expect(finding(15.0).verdict).toBe("holds");
  expect(finding(12.3).verdict).toBe("holds");
  expect(finding(12.2).verdict).toBe("part");
  expect(finding(7).verdict).toBe("part");
  expect(finding(4).verdict).toBe("not");
  expect(finding(15).text).toContain("95 % interval 7.2 to 12.8");
  expect(finding(15, null)).toMatchObject({ verdict: "part" });
  expect(finding(15, null).text).toContain("its error is unknown");
  expect(judgeGap(claim, table([named(0, { gpqa: 5 })])).verdict).toBe("unknown");
});

test("a correlation holds from its limit on, in part from half of it, and needs ten models", () => {
  // Signs such that r is exactly the share of agreement: with k of n pairs (±1, ±1) agreeing, r = 2k/n − 1.
  const verdict = (agree: number, n: number, strength: "strong" | "moderate") =>
    judgeCorrelation(
      {
        ...SAID,
        kind: "correlation",
        of: { suite: "main", key: "bbh" },
        with: ["math"],
        strength,
      },
      table(
        many(n, (i) => {
          const x = i % 2;
          // Agreements and disagreements in equal numbers for both values of x.
          return { bbh: x, math: i < agree ? x : 1 - x };
        }),
      ),
    ).verdict;
  expect(verdict(36, 40, "strong")).toBe("holds");
  expect(verdict(34, 40, "strong")).toBe("part");
  expect(verdict(28, 40, "strong")).toBe("part");
  expect(verdict(26, 40, "strong")).toBe("not");
  expect(verdict(30, 40, "moderate")).toBe("holds");
  expect(verdict(8, 8, "moderate")).toBe("unknown");
});

describe("outliers", () => {
  const claim = {
    ...SAID,
    kind: "outliers" as const,
    before: "gsm8k",
    after: "math",
    zero: 1,
    good: 10,
    high: 60,
    low: 5,
  };
  /** Thirty models on a line, and those given: GSM8K, MATH, type, base. */
  const finding = (...odd: [number, number, string, string?][]) => {
    const rows = [
      ...Array.from({ length: 30 }, (_, i) => [2 + i * 3, 6 + i * 3, "chat"] as const),
      ...odd,
    ];
    const models = rows.map(([, math, model_type, base_model], i) =>
      named(i, { math, model_type, base_model: base_model ?? null }),
    );
    return judgeOutliers(
      claim,
      table(
        models,
        rows.map(([gsm8k], i) => named(i, { gsm8k })),
      ),
    );
  };
  test("hold with both groups, the second mostly tuned; in part with one; not without", () => {
    expect(finding([0, 20, "pretrained"], [70, 1, "chat"]).verdict).toBe("holds");
    expect(finding([0, 20, "pretrained"], [70, 1, "pretrained"]).verdict).toBe("part");
    expect(finding([0, 20, "pretrained"]).verdict).toBe("part");
    expect(finding().verdict).toBe("not");
    expect(finding().text).toContain("at least 10): no model.");
  });
  test("say of how many the base scores higher", () => {
    expect(finding([70, 1, "chat", "m/29"], [70, 2, "chat"]).text).toContain(
      "For 1 of these the base model is known and in the table: it scores higher on MATH Lvl 5 for 1.",
    );
    expect(finding([70, 1, "chat"]).text).toContain("No base model of these is known");
  });
});

describe("tuning", () => {
  /** So many bases, of which those below `lower` have a chat version that scores less. */
  const finding = (bases: number, lower: number, direction: "lower" | "higher") =>
    judgeTuning(
      { ...SAID, kind: "tuning", score: "math", direction },
      table([
        ...many(bases, () => ({ math: 10, model_type: "pretrained" })),
        ...Array.from({ length: bases }, (_, i) =>
          named(bases + i, {
            math: i < lower ? 9 : 11,
            model_type: "chat",
            base_model: `m/${i}`,
          }),
        ),
      ]),
    );
  test("is told from half and half by a sign test", () => {
    // Of twelve, ten and more on a side have p = 0.039 and less; nine have 0.146.
    expect(finding(12, 10, "lower").verdict).toBe("holds");
    expect(finding(12, 9, "lower").verdict).toBe("part");
    expect(finding(12, 3, "lower").verdict).toBe("part");
    expect(finding(12, 2, "lower").verdict).toBe("not");
    expect(finding(12, 2, "higher").verdict).toBe("holds");
    expect(finding(12, 10, "lower").text).toContain("(p = 0.039)");
    expect(finding(9, 9, "lower").verdict).toBe("unknown");
  });
  test("starts from models that were made from no other", () => {
    const models = [
      ...many(12, (i) => ({
        math: 10,
        model_type: "pretrained",
        base_model: i < 2 ? "x/y" : null,
      })),
      ...Array.from({ length: 12 }, (_, i) =>
        named(12 + i, { math: 9, model_type: "chat", base_model: `m/${i}` }),
      ),
    ];
    expect(
      judgeTuning({ ...SAID, kind: "tuning", score: "math", direction: "lower" }, table(models))
        .text,
    ).toContain("10 chat versions of 10 pretrained models");
  });
  test("gives a base one vote, however many versions it has", () => {
    const models = [
      ...many(10, () => ({ math: 10, model_type: "pretrained" })),
      ...Array.from({ length: 30 }, (_, i) =>
        named(10 + i, {
          math: i < 21 ? 9 : 12,
          model_type: "chat",
          base_model: `m/${i < 21 ? 0 : i - 20}`,
        }),
      ),
    ];
    expect(
      judgeTuning({ ...SAID, kind: "tuning", score: "math", direction: "lower" }, table(models))
        .text,
    ).toContain(
      "30 chat versions of 10 pretrained models: on MATH Lvl 5 those of 1 score lower, those of 9 higher",
    );
  });
});

describe("context", () => {
  const finding = (lengths: (number | null)[]) =>
    judgeContext(
      { ...SAID, kind: "context", key: "musr", best: 10, tokens: 10_000 },
      table(many(20, (i) => ({ musr: 50 - i, context_length: lengths[i] ?? null }))),
    );
  const of = (known: number, long: number) =>
    Array.from({ length: known }, (_, i) => (i < long ? 10_000 : 9_999));
  test("says unknown in full", () => {
    expect(finding([]).verdict).toBe("unknown");
    expect(finding([]).text).toBe("Context length is unknown for all of the best 10 on MuSR.");
    expect(finding([]).figures!.rows[0]).toEqual([{ model: "m/0" }, "50.00", "unknown"]);
  });
  test("is told where half of the best are known", () => {
    expect(finding(of(4, 4)).verdict).toBe("unknown");
    expect(finding(of(10, 9)).verdict).toBe("holds");
    expect(finding(of(10, 8)).verdict).toBe("part");
    expect(finding(of(10, 5)).verdict).toBe("part");
    expect(finding(of(10, 4)).verdict).toBe("not");
    expect(finding(of(5, 5)).text).toContain(
      "Of the best 10 on MuSR the context length of 5 is known, and 5 of them take 10,000 tokens or more.",
    );
  });
  test("names the share of all models beside it", () => {
    expect(finding(of(20, 5)).text).toContain(
      "of all 20 models whose length is known, 5 do (25 %)",
    );
  });
});

test("the hardest hold whole, in part from half on", () => {
  const claim = (raw: string[], normalized: string[]) => ({
    ...SAID,
    kind: "hardest" as const,
    raw,
    normalized,
  });
  // Raw means: MATH 5, BBH 20, GPQA 30, others 90. Normalised: MATH 5, GPQA 7, BBH 20.
  const scores: Record<string, [number, number]> = {
    ifeval: [0.9, 90],
    bbh: [0.2, 20],
    math: [0.05, 5],
    gpqa: [0.3, 7],
    musr: [0.9, 85],
    mmlu_pro: [0.9, 80],
  };
  const models = many(10, () =>
    Object.fromEntries(
      Object.entries(scores).flatMap(([key, [raw, points]]) => [
        [`${key}_raw`, raw],
        [key, points],
      ]),
    ),
  );
  const verdict = (raw: string[], normalized: string[]) =>
    judgeHardest(claim(raw, normalized), table(models)).verdict;
  expect(verdict(["math", "bbh"], ["gpqa", "math"])).toBe("holds");
  expect(verdict(["math", "gpqa"], ["math", "bbh"])).toBe("part");
  expect(verdict(["ifeval", "gpqa"], ["math", "bbh"])).toBe("not");
});

describe("sizes", () => {
  const rows = (day: string, params_b: number, average: number): Row[] =>
    Array.from({ length: 10 }, (_, i) => ({
      class: SIZES.find((s) => params_b >= s.from && params_b < s.below)!.name,
      record: false,
      day,
      model: `m/${params_b}-${i}`,
      params_b,
      average,
    }));
  const verdict = (...list: Row[][]) => judgeSizes(list.flat()).verdict;
  test("smaller and better, one of the two, or neither", () => {
    const first = rows("2023-09-30", 70, 50);
    expect(verdict(first, rows("2023-10-01", 2, 60))).toBe("holds");
    expect(verdict(first, rows("2023-10-01", 2, 50))).toBe("part");
    expect(verdict(first, rows("2023-10-01", 70, 60))).toBe("part");
    expect(verdict(first, rows("2024-01-01", 70, 50))).toBe("not");
    // All in one quarter, or too few in the other.
    expect(verdict(first, rows("2023-07-01", 2, 60))).toBe("unknown");
    expect(verdict(first, rows("2023-10-01", 2, 60).slice(1))).toBe("unknown");
  });
  test("quarters stand in time's order, and the first small model to catch up is named", () => {
    const finding = judgeSizes([
      ...rows("2024-02-01", 2, 60),
      ...rows("2023-09-30", 70, 50),
      ...rows("2023-12-31", 2, 40),
    ]);
    expect(finding.figures!.rows.map((r) => r[0])).toEqual(["Q3 2023", "Q4 2023", "Q1 2024"]);
    expect(finding.text).toContain("submitted on 1 Feb 2024 (m/2-0, 2B)");
  });
});
