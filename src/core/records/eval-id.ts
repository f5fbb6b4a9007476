import type { Evaluation } from "./evaluation.ts";

/** `eval_id`: the key in readable form, `OWNER/NAME@REVISION:PRECISION:WEIGHTS:chat|plain`. */
export function evalId(
  e: Pick<Evaluation, "model" | "revision" | "precision" | "weight_type" | "chat_template">,
): string {
  const template = e.chat_template === null ? "-" : e.chat_template ? "chat" : "plain";
  const revision =
    e.revision && /^[0-9a-f]{40}$/.test(e.revision) ? e.revision.slice(0, 8) : e.revision;
  return `${e.model}@${revision ?? "-"}:${e.precision ?? "-"}:${e.weight_type ?? "-"}:${template}`;
}

/** The model that an `eval_id` names; no name of a model has an `@`. */
export function modelOfId(id: string): string {
  return id.slice(0, id.indexOf("@"));
}
