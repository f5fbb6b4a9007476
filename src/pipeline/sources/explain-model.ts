import type { ResultsFile } from "../../core/records/results-file.ts";
import { settingsWords } from "../../core/suite/settings.ts";
import { formatParams } from "../../core/table/format.ts";
import type { Format } from "../formats/format.ts";
import {
  modelArgs,
  type NamedBy,
  type Naming,
  namedModel,
  statedPacking,
  statedRevision,
} from "./model-of.ts";
import { headOf, plainName, reasonOf, tellsChat } from "./results.ts";
import { statedTime } from "./run-facts.ts";

/** Something that a file says of a run, or does not. */
export interface Fact {
  what: string;
  /** Null where it is unknown. */
  value: string | null;
  /** Where it is from, or why it is unknown. */
  why: string;
}

/**
 * What is known of a run's model, and from where.
 *
 * @param place as of `modelOf`
 */
export function explainModel(
  file: ResultsFile,
  format: Format,
  place: string,
  naming: Naming,
): Fact[] {
  let head: ReturnType<typeof headOf>;
  try {
    head = headOf(file, place, naming);
  } catch (error) {
    return [{ what: "name", value: null, why: reasonOf(error) }, timeFact(file, place)];
  }
  const chat = tellsChat(format, file) ? (head.chat_template ? "yes" : "no") : null;
  return [
    { what: "name", value: head.model, why: wordsOf(namedModel(file, place, naming).by) },
    revisionFact(file),
    precisionFact(file, head.model),
    { what: "weights", value: head.weight_type, why: weightsBy(file) },
    { what: "chat template", value: chat, why: chatBy(file, chat) },
    {
      what: "settings",
      value: head.settings === null ? "none" : settingsWords(head.settings),
      why:
        head.settings === null
          ? "no thinking, system prompt or generation settings are stated"
          : "a run with others is another evaluation",
    },
    parametersFact(file, head.model, head.params_b),
    timeFact(file, place),
  ];
}

function wordsOf({ kind, of }: NamedBy): string {
  const name = plainName(of);
  if (kind === "alias") return `aliases.json has it for ${name}`;
  if (kind === "field") return `field ${name}`;
  return kind === "cache" ? `the Hub's cache in ${name}` : `the folder that the file lies in`;
}

function revisionFact(file: ResultsFile): Fact {
  const stated = statedRevision(file);
  const args = modelArgs(file);
  const field = args.peft ? "config.peft_sha" : args.delta ? "config.delta_sha" : null;
  const fields = "config.model_sha, revision among the arguments, or config.model_revision";
  const why = stated ? `field ${stated.field}` : `the file has no ${field ?? fields}`;
  return { what: "revision", value: stated ? plainName(stated.revision) : null, why };
}

function precisionFact(file: ResultsFile, model: string): Fact {
  const what = "precision";
  const packing = statedPacking(file, model);
  if (packing) {
    const why = packing.by === "arguments" ? "the arguments say so" : "the model's name says so";
    return { what, value: packing.precision, why: `weights are packed: ${why}` };
  }
  const { dtype } = modelArgs(file);
  const asked = dtype === "auto" ? undefined : dtype;
  const type = (asked ?? file.config?.model_dtype ?? "").replace(/^torch\./, "");
  if (type === "" || type === "auto") {
    return { what, value: null, why: "neither dtype among the arguments nor config.model_dtype" };
  }
  const field = asked === undefined ? "config.model_dtype" : "config.model_args.dtype";
  return { what, value: plainName(type), why: `field ${field}` };
}

function weightsBy(file: ResultsFile): string {
  const { peft, delta } = modelArgs(file);
  if (peft) return "peft is among the arguments";
  return delta ? "delta is among the arguments" : "neither peft nor delta is among the arguments";
}

function chatBy(file: ResultsFile, chat: string | null): string {
  if (chat === null) return "this format does not say";
  if (chat === "yes") return "field chat_template";
  return file.chat_template === undefined
    ? "the file has no chat_template, as where there was none"
    : "field chat_template is empty";
}

function parametersFact(file: ResultsFile, model: string, params: number | null): Fact {
  const what = "parameters";
  const stated = file.config?.model_num_parameters;
  const field = "config.model_num_parameters";
  if (params !== null) return { what, value: formatParams(params), why: `field ${field}` };
  if (!stated || stated <= 0) return { what, value: null, why: `the file has no ${field}` };
  const why = statedPacking(file, model)
    ? `${field} counts the numbers that weights are packed into`
    : `${field} is less than half a million`;
  return { what, value: null, why };
}

function timeFact(file: ResultsFile, place: string): Fact {
  const what = "time";
  const stated = statedTime(file, place);
  const oldest = "any other run of the model counts as newer";
  if (!stated) {
    const why = `neither the file's name, results_TIME.json, nor a field date says it: ${oldest}`;
    return { what, value: null, why };
  }
  const from = stated.by === "name" ? "the file's name" : "field date";
  const ahead = stated.time > new Date().toISOString() ? `, which lies ahead: ${oldest}` : "";
  return { what, value: stated.time, why: `${from}${ahead}` };
}
