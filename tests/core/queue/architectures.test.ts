import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import {
  MODEL_TYPES_KNOWN,
  TOKENIZERS_KNOWN,
  TRANSFORMERS,
} from "../../../src/core/queue/architectures.ts";

test("the lists are those of the runner's transformers: after a change of the lock, scripts/runner/architectures.py", async () => {
  const lock = await readFile("scripts/runner/requirements.txt", "utf8");
  expect(/^transformers==(\S+)/m.exec(lock)?.[1]).toBe(TRANSFORMERS);
});

test("known are models of transformers; of those that bring code along, none", () => {
  for (const type of ["llama", "mistral", "mixtral", "qwen2", "gemma2", "gpt_neox", "phi3", "t5"]) {
    expect(MODEL_TYPES_KNOWN.has(type), type).toBe(true);
  }
  // Models of the leaderboard that needed trust_remote_code.
  for (const type of ["chatglm", "baichuan", "qwen", "Yi", "internlm2", "", "__proto__"]) {
    expect(MODEL_TYPES_KNOWN.has(type), type).toBe(false);
  }
  for (const name of ["PreTrainedTokenizer", "LlamaTokenizer", "GPT2Tokenizer"]) {
    expect(TOKENIZERS_KNOWN.has(name), name).toBe(true);
  }
  for (const name of ["YiTokenizer", "QWenTokenizer", ""]) {
    expect(TOKENIZERS_KNOWN.has(name), name).toBe(false);
  }
});
