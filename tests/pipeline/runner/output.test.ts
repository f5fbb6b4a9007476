import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { answersBy } from "../../../src/core/suite/origin.ts";
import { fillCommits } from "../../../src/pipeline/runner/output.ts";
import { readRun } from "../../../src/pipeline/sources/results.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";
import { tmpFolder } from "../cache/folder.ts";
import { kitchenResults } from "../sources/kitchen.ts";
import { COMMIT } from "./fake.ts";
import { requestOf } from "./requests.ts";

const HARNESS = "79492751739f92ba3c6503410d32510c55880291";
const { row } = requestOf({ model: "a/anise" });

/** A result file as the harness wrote it, after the commits were filled in. */
async function filled(more: object, harness: string | null): Promise<string> {
  const [text] = Object.values(kitchenResults([{ model: "a/anise", right: 0.5, more }]));
  const path = join(await tmpFolder(), "results_2026-12-01T12-07-04.698905.json");
  await writeFile(path, JSON.stringify(JSON.parse(text!), null, 2));
  const models = { "a/anise": { commit: COMMIT, bytes: 1 } };
  await fillCommits({ results: [path], samples: [] }, row, models, harness);
  return readFile(path, "utf8");
}

test.each([null, "", "a781a6b"])("git_hash %j becomes the harness's commit", async (git_hash) => {
  const text = await filled({ git_hash, model_sha: "" }, HARNESS);
  expect(JSON.parse(text)).toMatchObject({ git_hash: HARNESS, model_sha: COMMIT });
  const { evaluations } = readRun(text, "results_2026-12-01T12-07-04.698905.json", [KITCHEN]);
  const [run] = evaluations[0]!.runs!;
  expect(run!.git_hash).toBe(HARNESS);
  const dates = { first_seen: null, answers_since: null, score_since: null };
  const scoring = { ...dates, rescoring: null, after: null };
  const known = { day: "2026-12-01", git_hash: run!.git_hash ?? null, submitted: null };
  expect(answersBy(V2, scoring, known)).toMatchObject({ by: "commit", commit: HARNESS });
});

test("of a harness of PyPI it stays as it was written, and so does text that only looks like it", async () => {
  expect(JSON.parse(await filled({ git_hash: "a781a6b" }, null)).git_hash).toBe("a781a6b");
  const sly = { chat_template: '\n  "git_hash": "x"', config: { git_hash: "inner" } };
  const text = await filled({ ...sly, git_hash: null }, HARNESS);
  expect(JSON.parse(text)).toMatchObject({ ...sly, git_hash: HARNESS });
});
