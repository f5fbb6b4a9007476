import type { Evaluation } from "./evaluation.ts";

/**
 * `eval_id`: the key in readable form, `OWNER/NAME@REVISION:PRECISION:WEIGHTS:chat|plain`, and
 * `:SETTINGS` where the run was not a plain one.
 */
export function evalId(
  e: Pick<Evaluation, "model" | "revision" | "precision" | "weight_type" | "chat_template"> &
    Partial<Pick<Evaluation, "settings">>,
): string {
  const template = e.chat_template === null ? "-" : e.chat_template ? "chat" : "plain";
  const revision =
    e.revision && /^[0-9a-f]{40}$/.test(e.revision) ? e.revision.slice(0, 8) : e.revision;
  return `${e.model}@${revision ?? "-"}:${e.precision ?? "-"}:${e.weight_type ?? "-"}:${template}${e.settings ? `:${e.settings}` : ""}`;
}

/** The model that an `eval_id` names; no name of a model has an `@`. */
export function modelOfId(id: string): string {
  return id.slice(0, id.indexOf("@"));
}
