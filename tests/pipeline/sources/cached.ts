import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ListedFile } from "../../../src/core/records/listing.ts";
import { objectPath } from "../../../src/pipeline/cache/layout.ts";
import { writeListing, writeRef } from "../../../src/pipeline/cache/listings.ts";
import { type Figure, resultsFile } from "./harness.ts";

/** Puts a file into a cache as `npm run pull` would, without waiting for the disk. */
export function putFile(dir: string, path: string, content: string | Uint8Array): ListedFile {
  const bytes = Buffer.from(content);
  const lfs = path.endsWith(".parquet");
  const oid = lfs
    ? createHash("sha256").update(bytes).digest("hex")
    : createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
  const place = objectPath(dir, oid);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, bytes);
  return { path, size: bytes.length, oid, lfs };
}

/** A dataset in a cache, pulled at a commit: what its digest of the listing is. */
export async function pulled(dir: string, dataset: string, files: ListedFile[]): Promise<string> {
  const commit = createHash("sha1").update(JSON.stringify(files)).digest("hex");
  await writeListing(dir, dataset, commit, files);
  await writeRef(dir, dataset, "main", { commit, at: "2026-11-25T08:00:00Z" });
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, "version"), "1\n");
  return commit;
}

/** A dataset in a cache out of texts by path. */
export async function pullTexts(
  dir: string,
  dataset: string,
  files: Record<string, string | Uint8Array>,
): Promise<string> {
  const listed = Object.entries(files).map(([path, content]) => putFile(dir, path, content));
  return pulled(dir, dataset, listed);
}

/**
 * A result file as long as real ones are, about 60 kB: with the `configs`, `versions`, `n-samples` and
 * hashes of every task that the harness writes beside the figures. The figures are those given,
 * shifted by the number of the run.
 */
export function longRun(
  figures: readonly Figure[],
  number: number,
): { path: string; text: string } {
  const model = `synthetic-${number % 97}/model-${number}`;
  const shift = ((number * 7919) % 1000) / 4000;
  const shifted = figures.map((f) => ({ ...f, value: Math.min(1, f.value * 0.75 + shift) }));
  const tasks = [...new Set(figures.map((f) => f.task))];
  const each = <T>(value: (task: string) => T) =>
    Object.fromEntries(tasks.map((task) => [task, value(task)]));
  const sha = (text: string) => createHash("sha256").update(text).digest("hex");
  const file = resultsFile({
    figures: shifted,
    model,
    revision: sha(model).slice(0, 40),
    dtype: number % 3 ? "bfloat16" : "float16",
    samples: each(() => 250),
  });
  const text = JSON.stringify(
    {
      ...file,
      configs: each((task) => ({
        task,
        dataset_path: "synthetic/questions",
        dataset_name: task.replace("leaderboard_", ""),
        test_split: "test",
        doc_to_text: "Q: {{input}}\nA:",
        doc_to_target: "{{target}}",
        fewshot_config: {
          sampler: "first_n",
          samples: [{ input: `Which of these is ${task}?`, target: "(A) because it was said." }],
        },
        num_fewshot: 3,
        metric_list: [{ metric: "acc_norm", aggregation: "mean", higher_is_better: true }],
        output_type: "multiple_choice",
        repeats: 1,
      })),
      versions: each(() => 1.0),
      "n-shot": each(() => 3),
      higher_is_better: each(() => ({ acc_norm: true })),
      task_hashes: each((task) => sha(`${model} ${task}`)),
      git_hash: "8f1dc26",
      date: 1_718_600_000 + number,
      pretty_env_info: "PyTorch version: 2.3.1+cu121\nIs debug build: False\n".repeat(20),
      transformers_version: "4.41.1",
    },
    null,
    2,
  );
  return { path: `${model}/results_2024-06-17T12-07-04.${100000 + number}.json`, text };
}
