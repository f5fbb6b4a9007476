// People run one task per command: however a run is spread over files, its tables are those of one file.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { evaluationSchema } from "../../../src/core/records/evaluation.ts";
import { mergeEvaluations } from "../../../src/pipeline/sources/merge.ts";
import { measuresOf } from "../../../src/pipeline/sources/packed.ts";
import { parseResults } from "../../../src/pipeline/sources/results.ts";
import { V2 } from "../../core/suite/suites.ts";
import { build, folders } from "../snapshot/snapshot.ts";
import { type Figure, pythia, resultsFile, t1, writeRun } from "./harness.ts";

const fresh = folders();

/** Figures by task: a file has a task whole. */
function byTask(figures: Figure[]): Figure[][] {
  const tasks = [...new Set(figures.map((f) => f.task))];
  return tasks.map((task) => figures.filter((f) => f.task === task));
}

/** Second of the day by which a file is named. */
const stamp = (i: number) =>
  `2025-01-01T00-${String(Math.floor(i / 60)).padStart(2, "0")}-${String(i % 60).padStart(2, "0")}.000000`;

test("any split of its tasks, in any order, gives the same evaluation", async () => {
  for (const figures of [await pythia(), await t1()]) {
    const tasks = byTask(figures);
    const read = (own: Figure[], i: number) =>
      parseResults(JSON.stringify(resultsFile({ figures: own })), `o/m/results_${stamp(i)}.json`, [
        V2,
      ]);
    const plain = (list: ReturnType<typeof read>) => {
      const { evaluations, superseded, unfinished } = mergeEvaluations(list, [V2]);
      expect({ superseded, unfinished }).toEqual({ superseded: [], unfinished: [] });
      return evaluations.map((e) => {
        const {
          at: _,
          source: __,
          runs: ___,
          ...rest
        } = evaluationSchema.parse({
          ...Object.fromEntries(Object.entries(e).filter(([name]) => name !== "accounts")),
          measures: measuresOf(e),
        });
        return rest;
      });
    };
    const whole = plain(read(figures, 0));
    expect(whole).toHaveLength(1);
    // Groups stand beside their subtasks, as one command writes them: tasks named alike stay together.
    const split = fc
      .array(fc.nat(4), { minLength: tasks.length, maxLength: tasks.length })
      .chain((places) =>
        fc.tuple(fc.constant(places), fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 5 })),
      );
    fc.assert(
      fc.property(split, ([places, order]) => {
        const group = (task: string) =>
          V2.benchmarks.findIndex(
            (b) =>
              b.score === "task" && (b.task === task || b.subtasks.some((s) => s.task === task)),
          );
        const placeOf = (own: Figure[], i: number) => {
          const at = group(own[0]!.task);
          return at < 0 ? places[i]! : places[at]!;
        };
        const files = order.map((file) =>
          tasks.filter((own, i) => placeOf(own, i) === file).flat(),
        );
        const list = files.flatMap((own, i) => (own.length === 0 || !has(own) ? [] : read(own, i)));
        expect(plain(list)).toEqual(whole);
      }),
      { numRuns: 60, seed: 12 },
    );
  }
});

/** Whether a file has a task that the suite names. */
function has(own: Figure[]): boolean {
  const named = new Set(V2.benchmarks.flatMap((b) => [b.task, ...b.subtasks.map((s) => s.task)]));
  return own.some((f) => named.has(f.task));
}

test("a file for each benchmark makes the same bytes of tables as one file", async () => {
  const figures = await pythia();
  const [one, many] = [await fresh(), await fresh()];
  await writeRun(one, { figures, timestamp: stamp(99) });
  for (const [i, b] of [...V2.benchmarks].reverse().entries()) {
    const names = new Set([b.task, ...b.subtasks.map((s) => s.task)]);
    const own = figures.filter((f) => names.has(f.task));
    await writeRun(many, { figures: own, timestamp: stamp(99 - i) });
  }
  const tables = await Promise.all(
    [one, many].map(async (source) => {
      const out = await fresh();
      const { summary } = await build(out, [source]);
      expect(summary.rejections).toEqual([]);
      const read = (name: string) => readFile(join(out, name));
      return Promise.all(["models.parquet", "models.csv", "scores.parquet"].map(read));
    }),
  );
  expect(tables[0]!.map((t) => t.length > 100)).toEqual([true, true, true]);
  expect(tables[1]).toEqual(tables[0]);
});
