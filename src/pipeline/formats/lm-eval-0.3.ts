import type { Format } from "./format.ts";
import { byName, countIn, type Json, objectIn } from "./json.ts";
import { isBefore04 } from "./lm-eval.ts";
import { wrong } from "./refuse.ts";

/**
 * The result file of lm-evaluation-harness up to 0.3: metrics without filter (`acc`, `acc_stderr`),
 * and one number of examples for all tasks (`config.num_fewshot`). No date and no commit of the
 * model; the model stands in `config.model_args`.
 *
 * Layout: EleutherAI/lm-evaluation-harness v0.3.0, `lm_eval/evaluator.py` (`simple_evaluate`,
 * `evaluate`) and `tests/testdata`.
 */
export const lmEval03: Format = {
  id: "lm-eval-0.3",
  name: "lm-evaluation-harness 0.2 and 0.3",
  recognises: (json) => isBefore04(json),
  read: (json) => {
    const tasks = Object.keys(objectIn(json, "results") ?? {});
    const shots = shotsIn(objectIn(json, "config"));
    return [{ ...(json as Json), ...shotsOf(tasks, shots) }];
  },
};

function shotsIn(config: Json | undefined): number | undefined {
  const value = config?.num_fewshot;
  const shots = countIn(config, "num_fewshot");
  if (shots === undefined && value !== null && value !== undefined) {
    throw wrong("config.num_fewshot", value, "must be a whole number from 0 on");
  }
  return shots;
}

function shotsOf(tasks: string[], shots: number | undefined): Json | undefined {
  return byName([["n-shot", byName(tasks.map((task) => [task, shots]))]]);
}
