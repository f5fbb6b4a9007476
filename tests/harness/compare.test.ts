import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { largestDifference, TOLERANCE, tooNear, whatIsOther, whatMoved } from "./compare.ts";
import { type Answer, type Run, recordingSchema } from "./recording.ts";

const RECORDED = recordingSchema.parse(
  JSON.parse(readFileSync("tests/harness/recorded.json", "utf8")),
);
const RANDOM = RECORDED.runs.random!;
const TASK = "recorded_bbh_navigate";

/** The recorded run with one answer changed. */
function changed(task: string, i: number, change: (answer: Answer) => object): Run {
  const run = structuredClone(RANDOM);
  Object.assign(run[task]!.answers[i]!, change(run[task]!.answers[i]!));
  return run;
}

/** The first choice's log-likelihood, moved. */
const moved = (by: number) => (answer: Answer) => ({
  likelihoods: answer.likelihoods!.map(([value, greedy], i) => [value + (i ? 0 : by), greedy]),
});

test("what is as recorded has not moved", () => {
  expect(whatMoved(RANDOM, structuredClone(RANDOM), 0)).toEqual([]);
  expect(largestDifference(RANDOM, RANDOM)).toBe(0);
});

test("late digits may move, and by how much is said", () => {
  const late = changed(TASK, 1, moved(TOLERANCE / 2));
  expect(whatMoved(RANDOM, late)).toEqual([]);
  expect(largestDifference(RANDOM, late)).toBeCloseTo(TOLERANCE / 2, 10);
  expect(whatMoved(RANDOM, late, 0)).toHaveLength(1);
});

test.each([
  ["a log-likelihood", moved(-0.5), /^recorded_bbh_navigate, question 2: choice 1 has log-lik/],
  ["no number", moved(Number.NaN), /question 2: choice 1 has log-likelihood NaN/],
  ["a prompt", () => ({ asked: "0" }), /question 2: what is asked is another/],
  ["a verdict", () => ({ verdicts: { acc_norm: 7 } }), /question 2: acc_norm 7, was [01]$/],
])("%s that moved is named, with its question", (_, change, said) => {
  const lines = whatMoved(RANDOM, changed(TASK, 1, change));
  expect(lines).toEqual([expect.stringMatching(said)]);
});

test("an answer in words is shown beside the recorded one", () => {
  const run = changed("recorded_ifeval", 0, () => ({ text: "Aye", text_sha256: "0" }));
  expect(whatMoved(RANDOM, run)).toEqual([
    expect.stringMatching(/^recorded_ifeval, question 1: the answer is "Aye", was "/),
  ]);
});

test("scores, tasks and questions that come or go are named", () => {
  const run = structuredClone(RANDOM);
  run[TASK]!.scores["acc_norm,none"] = 0.5;
  run.recorded_musr_murder_mysteries!.answers.pop();
  delete run.recorded_mmlu_pro;
  expect(whatMoved(RANDOM, run)).toEqual([
    expect.stringMatching(/^recorded_bbh_navigate: acc_norm,none 0\.5, was 0\.\d+$/),
    "recorded_mmlu_pro: is gone",
    "recorded_musr_murder_mysteries: 2 questions, recorded are 3",
  ]);
});

test("beside it stands what is another version", () => {
  const { made } = RECORDED;
  expect(whatIsOther(made, made)).toEqual([]);
  const { torch } = made.versions;
  const now = { ...made, lock_sha256: "0", versions: { ...made.versions, torch: "9" } };
  expect(whatIsOther(made, now)).toEqual([`torch 9, was ${torch}`, "the lock file is another"]);
});

test("nothing recorded is so near that another machine may choose otherwise", () => {
  for (const run of Object.values(RECORDED.runs)) expect(tooNear(run)).toEqual([]);
  const near = changed(TASK, 0, () => ({ margin: TOLERANCE }));
  expect(tooNear(near)).toEqual([`${TASK}, question 1: ${TOLERANCE}`]);
});

test("every shape of the suite is recorded, with answers that are right and wrong", () => {
  const metrics = new Map<string, Set<string>>();
  for (const run of Object.values(RECORDED.runs)) {
    for (const { answers } of Object.values(run)) {
      for (const [metric, verdict] of answers.flatMap((a) => Object.entries(a.verdicts))) {
        for (const v of [verdict].flat()) {
          metrics.set(metric, (metrics.get(metric) ?? new Set()).add(String(Number(v))));
        }
      }
    }
  }
  for (const metric of ["acc", "acc_norm", "exact_match", "inst_level_strict_acc"]) {
    expect([...(metrics.get(metric) ?? [])].sort(), metric).toEqual(["0", "1"]);
  }
});
