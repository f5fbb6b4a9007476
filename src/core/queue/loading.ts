import { plural } from "../table/format.ts";
import { isThere, type ModelFacts, type SubmissionFacts } from "./facts.ts";
import { hasWrong, isTakenForModel, type Objection, quoted } from "./objection.ts";
import { isPart, type Precision, type Submission } from "./submission.ts";
import type { Transformers } from "./transformers.ts";

/** Whether the harness can load it: weights, configuration, tokenizer and template. */
export function loading(
  submission: Submission,
  { model, base }: SubmissionFacts,
  by: Transformers,
): Objection[] {
  const part = isPart(submission);
  const all: Objection[] = [];
  if (isThere(model) && isTakenForModel(submission, model)) return [];
  if (isThere(model)) all.push(...safetensors(submission.model, model));
  if (base && isThere(base)) all.push(...safetensors(submission.base_model ?? "", base));
  // Delta weights are loaded as a model, and then added to their base.
  const isDelta = submission.weight_type === "Delta";
  if (isDelta && isThere(model) && model.readable)
    all.push(...architecture(submission.model, model, by));
  // An adapter has neither a configuration nor, as a rule, a tokenizer: its base's are loaded.
  const loaded = part ? base : model;
  const name = part ? (submission.base_model ?? "") : submission.model;
  if (!loaded || !isThere(loaded) || !loaded.readable) return all;
  return [
    ...all,
    ...architecture(name, loaded, by),
    ...tokenizer(name, loaded, by),
    ...template(submission, name, loaded),
    ...packed(submission, name, loaded),
  ];
}

function safetensors(name: string, { weights }: ModelFacts): Objection[] {
  const { files, missing, others } = weights;
  if (missing.length > 0) {
    return [
      {
        id: "safetensors",
        what: `${name} lacks ${plural(missing.length, "file")} of its weights, the first of them ${missing[0]}.`,
        fix: "Upload them, and submit the commit that has all.",
      },
    ];
  }
  if (files.length > 0) return [];
  const instead = others ? " It has weights of another kind, which can carry code." : "";
  return [
    {
      id: "safetensors",
      what: `${name} has no weights as .safetensors under a name that is loaded: model.safetensors or its numbered parts, adapter_model.safetensors of an adapter.${instead}`,
      fix: "Save it with save_pretrained of a recent transformers or PEFT, upload that, and submit its commit.",
    },
  ];
}

/** By the list of what the harness's transformers loads by itself. */
function architecture(name: string, facts: ModelFacts, by: Transformers): Objection[] {
  if (hasWrong(facts, "config")) return [];
  const type = facts.config?.model_type ?? null;
  if (type === null) {
    return [
      {
        id: "architecture",
        what: `${name} has no config.json with a model_type, by which it would be loaded.`,
        fix: "Upload the config.json that transformers writes.",
      },
    ];
  }
  if (by.modelTypes.has(type)) return [];
  const once = `Once ${quoted(type)} is part of the transformers that is used here, submit it again.`;
  return facts.config?.hasCode
    ? [
        {
          id: "remote-code",
          what: `${name} needs code of its own to be loaded (auto_map in its config.json), which is never run here.`,
          fix: once,
        },
      ]
    : [
        {
          id: "architecture",
          what: `${name} is of the type ${quoted(type)}, which transformers ${by.version}, that of this leaderboard's harness, does not load as a language model.`,
          fix: once,
        },
      ];
}

/** What transformers writes from version 5 on; older ones refuse the name, and read the same files under another. */
const SINCE_5 = new Set(["TokenizersBackend", "PythonBackend"]);

function tokenizer(name: string, facts: ModelFacts, by: Transformers): Objection[] {
  if (hasWrong(facts, "tokenizer")) return [];
  const known = by.tokenizers.has((facts.tokenizer?.class ?? "").replace(/Fast$/, ""));
  if (facts.tokenizer?.hasCode && !known) {
    return [
      {
        id: "remote-code",
        what: `The tokenizer of ${name}, ${quoted(facts.tokenizer.class ?? "")}, is code of its own (auto_map in tokenizer_config.json), which is never run here.`,
        fix: "Save it as a PreTrainedTokenizerFast, whose tokenizer.json needs no code, and submit that commit.",
      },
    ];
  }
  const named = facts.tokenizer?.class ?? "";
  if (SINCE_5.has(named) && !known) {
    return [
      {
        id: "tokenizer",
        what: `The tokenizer of ${name} is a ${named}, which transformers ${by.version}, that of this leaderboard's harness, does not know.`,
        fix: "If it has a tokenizer.json, put PreTrainedTokenizerFast as tokenizer_class into tokenizer_config.json, and submit that commit.",
      },
    ];
  }
  if (facts.hasTokenizer) return [];
  return [
    {
      id: "tokenizer",
      what: `${name} has no files of a tokenizer.`,
      fix: "Upload tokenizer.json, or what its tokenizer is made of, and submit that commit.",
    },
  ];
}

function template(submission: Submission, name: string, facts: ModelFacts): Objection[] {
  const isUnclear = hasWrong(facts, "tokenizer") || hasWrong(facts, "chat_template");
  if (!submission.use_chat_template || facts.template === "tokenizer" || isUnclear) return [];
  const where =
    facts.template === "processor"
      ? ` Its chat_template.json is for processors, and no tokenizer reads it.`
      : "";
  return [
    {
      id: "chat-template",
      what: `${name} was submitted with its chat template, and its tokenizer has none.${where}`,
      fix: "Add a chat_template.jinja, or submit it without.",
    },
  ];
}

/** Precisions that weights packed in a way can be evaluated in; those of no way that is named here, in none. */
function precisionsOf(method: string, bits: number | null): readonly Precision[] {
  if (method === "gptq") return ["GPTQ"];
  if (method === "bitsandbytes") return bits === 4 ? ["4bit"] : ["8bit"];
  // transformers unpacks or computes these by itself.
  return method === "fp8" || method === "mxfp4" ? ["bfloat16", "float16"] : [];
}

function packed({ precision }: Submission, name: string, { config }: ModelFacts): Objection[] {
  const packing = config?.packing ?? null;
  if (packing === null) {
    if (precision !== "GPTQ") return [];
    return [
      {
        id: "precision",
        what: `The weights of ${name} are not packed by GPTQ: its config.json has no quantization_config.`,
        fix: "Choose the precision that they are in.",
      },
    ];
  }
  const fitting = precisionsOf(packing.method, packing.bits);
  if (fitting.includes(precision)) return [];
  return [
    {
      id: "precision",
      what: `The weights of ${name} are packed (${quoted(packing.method)}), and cannot be evaluated in ${precision}.`,
      fix:
        fitting.length > 0
          ? `Choose ${fitting.join(" or ")}.`
          : "Submit the model that they were packed from.",
    },
  ];
}
