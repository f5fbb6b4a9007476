import { everyEvalEver } from "./every-eval-ever.ts";
import type { Format, Sibling } from "./format.ts";
import { helm } from "./helm.ts";
import { inspect } from "./inspect.ts";
import { leaderboardTemplate } from "./leaderboard-template.ts";
import { lighteval } from "./lighteval.ts";
import { lmEval } from "./lm-eval.ts";
import { lmEval03 } from "./lm-eval-0.3.ts";

/** All that are read. A document is of one of them at most. */
export const FORMATS: readonly Format[] = [
  lmEval,
  lmEval03,
  lighteval,
  leaderboardTemplate,
  everyEvalEver,
  inspect,
  helm,
];

/** The format of a JSON document; what no other claims counts as the harness's own. */
export function formatOf(json: unknown, path: string): Format {
  return FORMATS.find((format) => format.recognises(json, path)) ?? lmEval;
}

/**
 * The runs in a JSON document, in the shape of the harness's result file, and the format it was in.
 *
 * @param sibling reads another file of the same folder, where a format is spread over several
 * @throws Error with a sentence that names field, value and fix
 */
export function runsIn(
  json: unknown,
  path: string,
  sibling?: Sibling,
): { format: Format; runs: unknown[] } {
  const format = formatOf(json, path);
  return { format, runs: format.read(json, path, sibling) };
}
