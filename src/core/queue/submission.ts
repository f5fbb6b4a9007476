import { z } from "zod";
import { MODEL_TYPES, type ModelType, modelName } from "../records/evaluation.ts";
import { explain } from "../records/explain.ts";
import { jsonText } from "../records/json.ts";
import { modelTypeOf, weightTypeOf } from "../records/model-type.ts";
import { strict } from "../records/strict.ts";
import { UserError } from "../records/user-error.ts";

/** Precisions of the request format, as the leaderboard's backend names them. */
export const PRECISIONS = ["bfloat16", "float16", "float32", "8bit", "4bit", "GPTQ"] as const;
export type Precision = (typeof PRECISIONS)[number];

export const WEIGHT_TYPES = ["Original", "Adapter", "Delta"] as const;

/** What of a text is no character of a name on the Hub. */
const FOREIGN = /[^A-Za-z0-9._/-]/u;

/** `OWNER/NAME`, as a form takes it: a letter that only looks like one of the alphabet is named. */
const hubModel = z
  .string()
  .min(1)
  .max(200)
  .superRefine((name, context) => {
    const odd = FOREIGN.exec(name);
    const complain = (message: string) => context.addIssue({ code: "custom", message });
    if (odd) {
      const code = odd[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0");
      complain(
        `has the character U+${code}, which no name on the Hub has: copy the name from the model's page`,
      );
    } else if (!name.includes("/")) complain("must be a model with its owner, OWNER/NAME");
    else {
      const { error } = modelName.safeParse(name);
      if (error) complain(error.issues[0]!.message);
    }
  });

/**
 * A branch, tag or commit. It becomes a part of addresses, so it may not lead elsewhere; what git itself
 * does not allow (git-check-ref-format) is refused too, and so are the Hub's own `refs/`.
 */
const revisionName = z
  .string()
  .regex(
    /^(?!refs\/)(?![/.-])(?!.*(?:\.\.|\/\/|\/\.|\.lock(?:\/|$)|[/.]$))[\w./-]{1,100}$/,
    "must be a branch, tag or commit of the model, as main",
  );

/** What somebody asks for: the values of the form, and what is read of a pull request. */
export const submissionSchema = strict({
  model: hubModel,
  /** As asked for; the commit that it stands for is looked up. */
  revision: revisionName,
  precision: z.enum(PRECISIONS),
  weight_type: z.enum(WEIGHT_TYPES),
  /** Below an adapter or delta weights, else null. */
  base_model: hubModel.nullable(),
  model_type: z.enum(MODEL_TYPES),
  use_chat_template: z.boolean(),
}).superRefine(({ model, weight_type, base_model }, context) => {
  const complain = (message: string) =>
    context.addIssue({ code: "custom", path: ["base_model"], message });
  if (weight_type === "Original" && base_model !== null) {
    complain("must be empty where the weight type is Original");
  } else if (weight_type !== "Original" && base_model === null) {
    complain("must name the model that these weights are loaded on top of, as OWNER/NAME");
  } else if (base_model?.toLowerCase() === model.toLowerCase()) {
    complain("must be another model than the one submitted");
  }
});
export type Submission = z.infer<typeof submissionSchema>;

/** Whether weights are of use only on top of others; where nobody says of which type they are, they are not. */
export function isPart({
  weight_type,
}: {
  weight_type: Submission["weight_type"] | null;
}): boolean {
  return weight_type === "Adapter" || weight_type === "Delta";
}

/**
 * The request's file in the dataset of requests. No two submissions that differ in model, precision or
 * weight type have the same: what follows the name has a fixed form, and is not to be mistaken for a part of it.
 */
export function requestPath({ model, precision, weight_type }: Submission): string {
  return `${model}_eval_request_False_${precision}_${weight_type}.json`;
}

/** Types of models, in the words and with the signs that the leaderboard's backend reads. */
const TYPE_WORDS: Record<ModelType, string> = {
  pretrained: "🟢 : pretrained",
  continuously_pretrained: "🟩 : continuously pretrained",
  fine_tuned: "🔶 : fine-tuned on domain-specific datasets",
  chat: "💬 : chat models (RLHF, DPO, IFT, ...)",
  merge: "🤝 : base merges and moerges",
  multimodal: "🌸 : multimodal",
  other: "? : other",
};

/** The file that a visitor proposes: what was asked for, and nothing that somebody else has to say. */
export function proposedText(submission: Submission): string {
  return jsonText({ ...asked(submission), status: "PENDING" });
}

function asked(submission: Submission) {
  const { model, base_model, revision, precision, weight_type, model_type } = submission;
  return {
    model,
    base_model: base_model ?? "",
    revision,
    precision,
    weight_type,
    model_type: TYPE_WORDS[model_type],
    use_chat_template: submission.use_chat_template,
  };
}

/** What an earlier request of the same file came to. */
export interface Earlier {
  revision: string | null;
  status: string;
  submitted_time: string | null;
  ended: string | null;
  why: string | null;
  /** Who had submitted it: it counts among theirs. */
  sender: string | null;
  /** By which it had been submitted, where it was by one. */
  pull_request: number | null;
}

/** What is known of a submission once it was checked. */
export interface Accepted {
  /** What its revision stood for. */
  commit: string;
  /** Weights; of an adapter, with its base model's. */
  params: number;
  architectures: string | null;
  license: string | null;
  /** Author of the pull request. */
  sender: string;
  /** When the pull request was made, ISO 8601. */
  submitted_time: string;
  pull_request: number;
  earlier: readonly Earlier[];
}

/**
 * The file on main, in the format that the leaderboard's 2024 backend reads and writes, with fields more:
 * `license`, `pull_request`, `branch` (what was asked for, where `revision` is the commit that it stood for),
 * `earlier`.
 *
 * `revision` is the commit. Not so of an adapter or delta weights: the harness loads them and their base
 * with one revision (`lm_eval`, models/huggingface.py), which has to be a name that both have; for them
 * the commit is told by `commit`.
 */
export function requestText(submission: Submission, accepted: Accepted): string {
  const { commit, params, architectures, license, sender, submitted_time } = accepted;
  const { model, base_model, precision, weight_type, ...rest } = asked(submission);
  return jsonText({
    model,
    base_model,
    revision: isPart(submission) ? submission.revision : commit,
    precision,
    params: billions(params),
    architectures: architectures ?? "Unknown",
    weight_type,
    status: "PENDING",
    submitted_time,
    model_type: rest.model_type,
    job_id: -1,
    job_start_time: null,
    use_chat_template: rest.use_chat_template,
    sender,
    license: license ?? "",
    ...(isPart(submission)
      ? { commit }
      : submission.revision !== commit && { branch: submission.revision }),
    pull_request: accepted.pull_request,
    ...(accepted.earlier.length > 0 && { earlier: accepted.earlier }),
  });
}

/** Billions, with three digits behind the point as the format has them; of small models, three that count. */
export function billions(params: number): number {
  const value = params / 1e9;
  return value >= 0.1 ? Number(value.toFixed(3)) : Number(value.toPrecision(3));
}

/** Characters of a proposed file: twenty times what one has. */
const LONGEST = 16_384;

/** Any object: what its fields must be is said once, by `submissionSchema`. */
const proposalSchema = z.record(z.string(), z.unknown());

/**
 * Reads what somebody proposes, whether this project wrote the file or another tool: types in words or
 * as keys, no revision for `main`, no weight type for Original. Fields that are not the submitter's to
 * say (status, sender, params, …) are not looked at.
 *
 * @throws UserError that names the field, and what it must be
 */
export function readSubmission(text: string): Submission {
  if (text.length > LONGEST) {
    throw new UserError(
      `The request has ${text.length} characters; ${LONGEST} are more than it needs.`,
    );
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new UserError("The request is not valid JSON (broken or cut short).");
  }
  const proposal = proposalSchema.safeParse(json);
  if (!proposal.success) throw new UserError(`The request: ${explain(proposal.error)}.`);
  const { model, revision, precision, weight_type, base_model, model_type, use_chat_template } =
    proposal.data;
  const kind =
    typeof weight_type === "string" ? (weightTypeOf(weight_type) ?? weight_type) : weight_type;
  const weights = kind ?? "Original";
  const checked = submissionSchema.safeParse({
    model,
    revision: revision || "main",
    precision,
    weight_type: weights,
    // The format has a base of originals too, which nothing is loaded from.
    base_model: weights === "Original" ? null : base_model || null,
    model_type:
      typeof model_type === "string" ? (modelTypeOf(model_type) ?? model_type) : model_type,
    use_chat_template: use_chat_template ?? false,
  });
  if (!checked.success) throw new UserError(`The request: ${explain(checked.error)}.`);
  return checked.data;
}
