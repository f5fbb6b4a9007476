import type { Suite } from "../records/suite.ts";

/** Bytes for one weight; what is not known is taken for 16 bits, as most models are. */
const WEIGHT: Record<string, number> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  "8bit": 1,
  "4bit": 0.5,
  GPTQ: 0.5,
};

/** Tokens of context that a run has room for: what the leaderboard's harness gives at most. */
const CONTEXT = 4096;

/** Weights are not all: buffers, the largest layer's products, what the allocator cannot use. */
const AROUND = 1.2;

/** PyTorch itself and the harness's questions, in bytes. */
const PROGRAM = 1.5 * 2 ** 30;

/** Tokens of a question with its examples and one choice: rough, corrected by past runs. */
const TOKENS = 1000;

/**
 * Operations a second that models of this kind reach: rough, corrected by past runs. Of a core: two of
 * them gave SmolLM2-135M 1 to 4 requests of some 300 tokens a second.
 */
export const SPEED = { core: 8e10, gpu: 1e14 };

/** Starting Python, loading weights and tasks. Seconds; loading goes at some 200 MB a second. */
const START = 30;
const LOADING = 2e8;

function weightOf(precision: string | null): number {
  return WEIGHT[precision ?? ""] ?? 2;
}

/**
 * Bytes of memory that a model takes while it is evaluated: weights × their precision × 1.2, the keys and
 * values of one context of 4,096 tokens (half a megabyte a token for 7 billion parameters in 16 bits: 32
 * layers × 4,096 × 2 × 2 bytes; otherwise as parameters to the power of 2/3), and 1.5 GiB for the program.
 */
export function memoryOf(params: number, precision: string | null): number {
  const weight = weightOf(precision);
  const keysAndValues = CONTEXT * 2 ** 19 * (weight / 2) * (params / 7e9) ** (2 / 3);
  return params * weight * AROUND + keysAndValues + PROGRAM;
}

/**
 * Seconds that a run takes, before past runs correct it: 2 operations for each weight and token, 1,000
 * tokens for each choice of each question.
 *
 * @param asked continuations, see `requestsOf`
 * @param speed operations a second, of all that it is spread over: see `SPEED`
 */
export function secondsOf(
  params: number,
  precision: string | null,
  asked: number,
  speed: number,
): number {
  return START + (params * weightOf(precision)) / LOADING + (2 * params * TOKENS * asked) / speed;
}

/** Continuations that a model is asked about: choices of all questions. Null where the suite does not say. */
export function requestsOf({ benchmarks }: Suite): number | null {
  let sum = 0;
  for (const b of benchmarks) {
    const parts = b.subtasks.length > 0 ? b.subtasks : [{ n: b.metrics[0]?.n, choices: b.choices }];
    for (const { n, choices } of parts) {
      if (n === undefined) return null;
      sum += n * (choices ?? b.choices ?? 1);
    }
  }
  return sum;
}
