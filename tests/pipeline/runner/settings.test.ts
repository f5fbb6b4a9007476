import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settingsIn } from "../../../src/pipeline/runner/output.ts";
import { tmpFolder } from "../cache/folder.ts";

/** Settings of result files with these configurations. */
async function settingsOf(...configs: object[]) {
  const folder = await tmpFolder();
  const results = configs.map((_, i) => join(folder, `results_${i}.json`));
  for (const [i, config] of configs.entries()) {
    await writeFile(results[i]!, JSON.stringify({ config, chat_template_sha: `${i}` }));
  }
  return settingsIn({ results, samples: [] });
}

test("batch sizes are those that the harness found by itself, else the one that it was given", async () => {
  const sizes = async (...configs: object[]) => (await settingsOf(...configs)).batch_sizes;
  expect(await sizes({ batch_size: "auto", batch_sizes: [64, 32] })).toEqual([64, 32]);
  expect(await sizes({ batch_size: "4", batch_sizes: [] })).toEqual([4]);
  expect(await sizes({ batch_size: 1 })).toEqual([1]);
  expect(await sizes({ batch_size: "auto", batch_sizes: [64] }, { batch_size: 1 })).toEqual([
    64, 1,
  ]);
  expect(await sizes({ batch_size: "auto", batch_sizes: [] })).toEqual([]);
  expect(await sizes({})).toEqual([]);
});

test("seeds and chat template are those of the first file; what is not said is null", async () => {
  expect(await settingsOf({ random_seed: 0, torch_seed: 1234 }, { random_seed: 9 })).toMatchObject({
    seeds: [0, null, 1234, null],
    chat_template_sha: "0",
  });
});
