// What brings the questions: scripts/runner/download.py, in the harness's own Python.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { downloading } from "../../src/pipeline/runner/environment.ts";
import { lockedHarness, runnerFile } from "../../src/pipeline/runner/harness.ts";
import { HARNESSED } from "./harness.ts";
import { NLTK, WORK } from "./start.ts";

test("a dataset that is a program is not run, whatever the task says of trusting it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "download-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [program, ran] = [join(folder, "questions"), join(folder, "ran")];
  mkdirSync(program);
  writeFileSync(
    join(program, "questions.py"),
    `import datasets\nopen(${JSON.stringify(ran)}, "w")\n`,
  );
  const task = {
    task: "scripted",
    dataset_path: program,
    dataset_kwargs: { trust_remote_code: true },
    test_split: "test",
    output_type: "generate_until",
    doc_to_text: "{{question}}",
    doc_to_target: "{{answer}}",
  };
  writeFileSync(join(folder, "scripted.yaml"), JSON.stringify(task));
  const { bin } = await lockedHarness(HARNESSED, WORK);
  const folders = { job: folder, start: folder, hub: join(folder, "hub"), bin };
  const report = join(folder, "report.json");
  const asked = { models: [], tasks: ["scripted"], include: folder, chat: false, most: 1, report };
  const words = [runnerFile("download.py"), JSON.stringify(asked)];
  const { status, stderr } = spawnSync(join(bin, "python"), words, {
    cwd: folder,
    env: downloading({ ...folders, datasets: join(folder, "datasets") }, { NLTK_DATA: NLTK }),
    encoding: "utf8",
  });
  expect(status, stderr).not.toBe(0);
  // The datasets of today has given up such programs.
  expect(stderr).toMatch(/no program of a dataset is run|scripts are no longer supported/);
  expect(existsSync(ran)).toBe(false);
  expect(existsSync(report)).toBe(false);
});
