import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { transformersNamed, transformersOf } from "../../../src/core/queue/transformers-of.ts";
import type { Suite } from "../../../src/core/records/suite.ts";
import { lockOf, readLocks } from "../../../src/pipeline/runner/locks.ts";

const suiteOf = (harness: object) =>
  ({ id: "a", epochs: [{ id: "e", ...harness }] }) as unknown as Suite;

/** What the lock file of a suite's harness has. */
async function locked(suite: Suite): Promise<string | undefined> {
  const { folder } = lockOf(suite, await readLocks());
  const text = await readFile(join(folder, "requirements.txt"), "utf8");
  return /^transformers==(\S+)/m.exec(text)?.[1];
}

test("the list is that of the lock of the suite's harness: after a change of one, scripts/runner/architectures.py", async () => {
  const locks = await readLocks();
  expect(locks.length).toBeGreaterThan(1);
  for (const { commit, package: name, version } of locks) {
    const suite = suiteOf(commit ? { commit } : { package: `${name}==${version}` });
    expect(transformersOf(suite).version).toBe(await locked(suite));
  }
  const unnamed = suiteOf({});
  expect(transformersOf(unnamed).version).toBe(await locked(unnamed));
});

test("the v2 suite's harness is older than models that the newest one loads", async () => {
  const v2 = JSON.parse(await readFile("data/suites/open-llm-v2.json", "utf8")) as Suite;
  const of = { v2: transformersOf(v2), newest: transformersOf({ epochs: [] }) };
  for (const type of ["qwen3", "gpt_oss"]) {
    expect(of.v2.modelTypes.has(type), type).toBe(false);
    expect(of.newest.modelTypes.has(type), type).toBe(true);
  }
  expect(transformersNamed("4.49.0")).toBe(of.v2);
});

test.each(["4.49.0", "5.24.0"])(
  "known to %s are models of transformers; of those that bring code along, none",
  (version) => {
    const { modelTypes, tokenizers } = transformersNamed(version);
    for (const type of [
      "llama",
      "mistral",
      "mixtral",
      "qwen2",
      "gemma2",
      "gpt_neox",
      "phi3",
      "t5",
    ]) {
      expect(modelTypes.has(type), type).toBe(true);
    }
    // Models of the leaderboard that needed trust_remote_code.
    for (const type of ["chatglm", "baichuan", "qwen", "Yi", "internlm2", "", "__proto__"]) {
      expect(modelTypes.has(type), type).toBe(false);
    }
    for (const name of ["PreTrainedTokenizer", "LlamaTokenizer", "GPT2Tokenizer"]) {
      expect(tokenizers.has(name), name).toBe(true);
    }
    for (const name of ["YiTokenizer", "QWenTokenizer", ""]) {
      expect(tokenizers.has(name), name).toBe(false);
    }
  },
);
