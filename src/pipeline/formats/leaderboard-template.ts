import type { Format } from "./format.ts";
import { field, isObject, type Json, objectIn, textIn } from "./json.ts";

/**
 * What the Hub's leaderboard template asks for: `config` with `model_name`, `model_sha` and
 * `model_dtype`, and `results` with a value for each metric of each task, nothing else. Files of
 * many models may lie in one folder, as the model stands in the file.
 *
 * Layout: README.md and `src/leaderboard/read_evals.py` of the Space
 * demo-leaderboard-backend/leaderboard and its copies (finos-labs/Open-Financial-LLMs-Leaderboard).
 */
export const leaderboardTemplate: Format = {
  id: "leaderboard-template",
  name: "Leaderboard template of the Hub",
  recognises: (json) =>
    objectIn(json, "results") !== undefined &&
    textIn(field(json, "config"), "model_name") !== undefined &&
    !isObject(field(json, "config_general")),
  read: (json) => [{ ...(json as Json), model_name: textIn(field(json, "config"), "model_name") }],
};
