import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import v2 from "../../data/suites/open-llm-v2.json" with { type: "json" };
import { type Benchmark, type Suite, suiteSchema } from "../../src/core/records/suite.ts";

/** The suite whose published rows are held against. */
export const SUITE: Suite = suiteSchema.parse(v2);

/** A task of the harness whose questions are here. */
export interface Task {
  /** As the harness names it. */
  name: string;
  benchmark: Benchmark;
  /** Of the harness's own file, below its folder of tasks; which split of its dataset it asks; the questions. */
  file: string;
  split: string;
  questions: string;
}

/**
 * The tasks whose questions a folder has: `bbh/*.jsonl.gz` and `ifeval.jsonl.gz`.
 *
 * @param folder its files are as benchmarks' authors published them, and stay there
 */
export async function tasksIn(folder: string): Promise<Task[]> {
  const benchmark = (key: string) => SUITE.benchmarks.find((b) => b.key === key)!;
  const names = await readdir(join(folder, "bbh")).catch(() => []);
  const subtasks = names.sort().flatMap((file) => {
    const name = file.replace(/\.jsonl\.gz$/, "");
    const task = `leaderboard_bbh_${name}`;
    return benchmark("bbh").subtasks.some((s) => s.task === task) ? [{ file, name, task }] : [];
  });
  const ifeval = existsSync(join(folder, "ifeval.jsonl.gz"));
  return [
    ...subtasks.map(({ file, name, task }) => ({
      name: task,
      benchmark: benchmark("bbh"),
      file: `bbh_mc/${name}.yaml`,
      split: "test",
      questions: join(folder, "bbh", file),
    })),
    ...(ifeval
      ? [
          {
            name: "leaderboard_ifeval",
            benchmark: benchmark("ifeval"),
            file: "ifeval/ifeval.yaml",
            split: "train",
            questions: join(folder, "ifeval.jsonl.gz"),
          },
        ]
      : []),
  ];
}

/** As a task with questions of a folder is named: the harness has one of the other name. */
export function ours({ name }: Task): string {
  return name.replace("leaderboard_", "published_");
}

/** Writes a task's file: the harness's own, with the folder's questions. YAML reads JSON. */
export async function writeTask(folder: string, harness: string, task: Task): Promise<void> {
  await mkdir(folder, { recursive: true });
  const questions = join(folder, `${ours(task)}.jsonl`);
  await writeFile(questions, gunzipSync(await readFile(task.questions)));
  const file = {
    include: join(harness, "tasks/leaderboard", task.file),
    task: ours(task),
    dataset_path: "json",
    dataset_name: null,
    dataset_kwargs: { data_files: { [task.split]: questions } },
  };
  await writeFile(join(folder, `${ours(task)}.yaml`), JSON.stringify(file, null, 2));
}
