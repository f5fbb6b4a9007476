import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { compare, differenceOf, type Outcome, tableText } from "./compare.ts";
import { SUITE, tasksIn } from "./questions.ts";
import { outcomeIn } from "./run.ts";

/** As published: BBH 31.24 %, IFEval 28.83 %. */
const ROW = { bbh: 0.312432132806668, ifeval: 0.288313896018121 };
const bbh = SUITE.benchmarks.find(({ key }) => key === "bbh")!;

const part = (task: string, value: number): Outcome => ({
  task,
  benchmark: "bbh",
  n: bbh.subtasks.find((s) => s.task === task)!.n!,
  value,
  stderr: 0.03,
});

test("two scores: the difference, its standard error, and how many of those it is", () => {
  const { value, stderr, z } = differenceOf(
    { value: 0.5, stderr: 0.03 },
    { value: 0.4, stderr: 0.04 },
  );
  expect(value).toBeCloseTo(0.1, 12);
  expect(stderr).toBeCloseTo(0.05, 12);
  expect(z).toBeCloseTo(2, 12);
});

test("a part of a benchmark has its mean beside the published one, and no verdict", () => {
  const outcomes = [
    part("leaderboard_bbh_navigate", 0.5),
    part("leaderboard_bbh_web_of_lies", 0.4),
  ];
  const lines = compare(SUITE.benchmarks, outcomes, ROW);
  expect(lines.map(({ published, verdict }) => [published?.value, verdict])).toEqual([
    [undefined, "none: not published"],
    [undefined, "none: not published"],
    [ROW.bbh, "none: 2 of 24 subtasks"],
  ]);
  const { ours, n } = lines[2]!;
  expect([ours.value, n]).toEqual([0.45, 500]);
  // √(0.03² + 0.03²) / 2.
  expect(ours.stderr).toBeCloseTo(0.0212132, 7);
});

test("a whole benchmark is held against the published score", () => {
  const all = (value: number) => bbh.subtasks.map(({ task }) => part(task, value));
  const verdictOf = (outcomes: Outcome[]) => compare(SUITE.benchmarks, outcomes, ROW).at(-1);
  // Of 24 subtasks of about 250: √(0.3124 · 0.6876 / 250 / 24) is 0.006, and one has only 146.
  const { published, verdict } = verdictOf(all(0.32))!;
  expect(published!.stderr).toBeGreaterThan(0.006);
  expect(published!.stderr).toBeLessThan(0.0065);
  expect(verdict).toBe("within 2 standard errors");
  expect(verdictOf(all(0.35))!.verdict).toBe("APART");
  const ifeval = { task: "leaderboard_ifeval", benchmark: "ifeval", n: 541 };
  const near = { ...ifeval, value: 0.25, stderr: 0.0176 };
  // (0.25 − 0.2883) / √(0.0176² + 0.0176²) is −1.54.
  expect(verdictOf([near])).toMatchObject({ verdict: "within 2 standard errors" });
  expect(verdictOf([{ ...near, value: 0.2 }])!.verdict).toBe("APART");
  // Four of its questions are no IFEval.
  expect(verdictOf([{ ...near, n: 4 }])!.verdict).toMatch(/^none: other questions.*ifeval$/);
});

test("as a table, in per cent", () => {
  const lines = compare(SUITE.benchmarks, [part("leaderboard_bbh_navigate", 0.5)], ROW);
  const [head, first, last] = tableText(lines).split("\n");
  expect(head).toMatch(/^task +n +here +published +difference +z +verdict$/);
  expect(first).toMatch(/^leaderboard_bbh_navigate +250 +50\.00 ± 3\.00 +– +– +– +none/);
  expect(last).toMatch(/^BBH +250 +50\.00 ± 3\.00 +31\.24 ± 0\.6\d +18\.76 ± 3\.0\d +6\.1\d +none/);
});

test("tasks are those whose questions a folder has", async () => {
  const folder = mkdtempSync(join(tmpdir(), "published-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(await tasksIn(folder)).toEqual([]);
  await mkdir(join(folder, "bbh"));
  await writeFile(join(folder, "bbh/navigate.jsonl.gz"), "");
  await writeFile(join(folder, "bbh/dyck_languages.jsonl.gz"), "");
  await writeFile(join(folder, "ifeval.jsonl.gz"), "");
  const tasks = await tasksIn(folder);
  expect(tasks.map(({ name }) => name)).toEqual(["leaderboard_bbh_navigate", "leaderboard_ifeval"]);
});

test("a score is the mean of a task's metrics, as the harness's file has them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "published-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await writeFile(join(folder, "ifeval.jsonl.gz"), "");
  const [task] = await tasksIn(folder);
  const figures = {
    "prompt_level_strict_acc,none": 0.2,
    "prompt_level_strict_acc_stderr,none": 0.017,
    "inst_level_strict_acc,none": 0.3,
    "inst_level_strict_acc_stderr,none": "N/A",
  };
  const samples = { published_ifeval: { original: 541, effective: 541 } };
  const text = JSON.stringify({ results: { published_ifeval: figures }, "n-samples": samples });
  const outcome = outcomeIn(text, task!);
  expect(outcome).toMatchObject({ task: "leaderboard_ifeval", benchmark: "ifeval", n: 541 });
  expect(outcome.value).toBeCloseTo(0.25, 12);
  // The suite has 834 instructions: (0.017 + √(0.3 · 0.7 / 834)) / 2.
  expect(outcome.stderr).toBeCloseTo(0.0164341, 6);
});
