import type { RequestFile } from "../../../src/pipeline/runner/request-file.ts";
import { readRequest } from "../../../src/pipeline/runner/request-file.ts";

/** A request as the leaderboard's users wrote them. */
export const PYTHIA = {
  model: "EleutherAI/pythia-2.8b",
  base_model: "",
  revision: "main",
  precision: "float16",
  params: 2.8,
  architectures: "GPTNeoXForCausalLM",
  weight_type: "Original",
  status: "PENDING",
  submitted_time: "2025-02-01T08:00:00Z",
  model_type: "pretrained",
  job_id: -1,
  job_start_time: null,
  use_chat_template: false,
  sender: "ann",
};

export function requestOf(change: object = {}, path?: string): RequestFile {
  const raw = { ...PYTHIA, ...change };
  const file = `${raw.model}_eval_request_False_${raw.precision}_${raw.weight_type}.json`;
  return readRequest(path ?? file, JSON.stringify(raw));
}
