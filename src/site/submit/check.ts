import { z } from "zod";
import { get } from "../../browser/get.ts";
import { hubGet, hubText } from "../../browser/hub.ts";
import type { Account } from "../../browser/hub-login.ts";
import { type OwnRequest, ownRequests } from "../../browser/own-requests.ts";
import {
  type Evaluated,
  type Known,
  leftToCollector,
  type Objection,
  objectionsTo,
} from "../../core/queue/checks.ts";
import { type Estimate, estimateOf, type Preview, previewOf } from "../../core/queue/estimate.ts";
import { factsOf, isThere, type ModelFacts, type SubmissionFacts } from "../../core/queue/facts.ts";
import type { Get } from "../../core/queue/get.ts";
import { type Place, placesOf, type Waiting } from "../../core/queue/order.ts";
import {
  isPart,
  proposedText,
  readSubmission,
  requestPath,
  type Submission,
  submissionSchema,
} from "../../core/queue/submission.ts";
import { transformersNamed } from "../../core/queue/transformers-of.ts";
import { OUT_OF_REACH } from "../../core/queue/weights.ts";
import { explain } from "../../core/records/explain.ts";
import { jsonOr } from "../../core/records/json.ts";
import { urlPath } from "../../core/records/url-path.ts";
import type { FieldName, SubmitSetup, WaitingFile } from "./setup.ts";

/** What was typed: a submission, or what is wrong with each field. */
export type Read =
  | { submission: Submission; problems: null }
  | { submission: null; problems: Partial<Record<FieldName, string>> };

/** The subjects of sentences about the fields. */
const SUBJECTS: Partial<Record<FieldName, string>> = {
  model: "The model",
  revision: "The revision",
  precision: "The precision",
  weight_type: "The weight type",
  base_model: "The base model",
  model_type: "The type",
};

const MISSING_BASE = "The base model is missing: OWNER/NAME on the Hub.";

/** Reads the form's values. */
export function readForm(values: Readonly<Record<FieldName, string>>): Read {
  const { weight_type, base_model, model_type, use_chat_template } = values;
  const checked = submissionSchema.safeParse({
    model: values.model.trim(),
    revision: values.revision.trim() || "main",
    precision: values.precision,
    weight_type,
    base_model: weight_type === "Original" ? null : base_model.trim() || null,
    model_type,
    use_chat_template: use_chat_template === "yes",
  });
  if (checked.success) return { submission: checked.data, problems: null };
  const problems: Partial<Record<FieldName, string>> = {};
  // Rules between fields are looked at only where each is well by itself.
  if (weight_type !== "Original" && base_model.trim() === "") problems.base_model = MISSING_BASE;
  for (const issue of checked.error.issues) {
    const field = issue.path[0] as FieldName;
    problems[field] ??= `${SUBJECTS[field]} ${wordsOf(field, values[field], issue)}.`;
  }
  return { submission: null, problems };
}

function wordsOf(field: FieldName, value: string, issue: z.core.$ZodIssue): string {
  if (value.trim() === "" && field === "model_type") return "is missing: choose one";
  if (value.trim() === "" && field.endsWith("model")) return "is missing: OWNER/NAME on the Hub";
  return explain(new z.ZodError([{ ...issue, path: [] }]));
}

/** All that the page says of a submission. */
export interface Checked {
  /** As it is sent: with the commit in place of a branch, where it can be. */
  submission: Submission;
  objections: Objection[];
  /** What was looked at and is as it should be. */
  fine: string[];
  /** What is found out only when it is collected: sentences. */
  left: string[];
  preview: Preview;
  estimate: Estimate | null;
  place: { own: Place<Waiting>; of: number; until: string | null } | null;
  /** Of its pull request. */
  title: string;
  /** Of its file in the dataset, and what is in it. */
  path: string;
  text: string;
}

/**
 * Looks at a submission from all sides.
 *
 * @throws Error with a sentence, where the Hub or this site does not answer
 */
export async function check(
  submission: Submission,
  setup: SubmitSetup,
  account: Account | null,
): Promise<Checked> {
  const ask = hubGet(setup.hub);
  const path = requestPath(submission);
  const [told, queued, own, waiting] = await Promise.all([
    factsOf(ask, submission),
    requestAt(ask, setup.requests, path),
    account === null ? [] : openRequests(ask, setup.requests, account.name),
    waitingIn(setup),
  ]);
  const { facts, uncounted } = counted(told);
  const evaluated = isThere(facts.model) ? await evaluationsOf(setup, facts.model.name) : [];
  const known: Known = {
    evaluated,
    requests: queued,
    recent: own.map(({ created }) => created),
    now: Date.now(),
    transformers: transformersNamed(setup.transformers),
    reader: "visitor",
  };
  const title = titleOf(submission);
  const objections = [
    ...againstTwice(title, own),
    ...objectionsTo(submission, facts, known, setup.rules).filter(
      ({ id, what }) => !(id === "size" && uncounted.some((name) => what.includes(` ${name} `))),
    ),
  ];
  const estimate = estimateOf(submission, facts, setup.asked, setup.rules.estimates.factor);
  const pinned = pin(submission, facts);
  return {
    submission: pinned,
    objections,
    fine: fineOf(submission, facts, objections, {
      isLoggedIn: account !== null,
      isSized: estimate !== null,
    }),
    left: [
      ...leftToCollector(facts),
      ...(account === null ? [] : [COUNTED_LATER]),
      ...uncounted.map(
        (name) =>
          `The weights of ${name} are counted when your submission is collected: its files cannot be read from here.`,
      ),
    ],
    preview: previewOf(submission, facts),
    estimate,
    place: waiting && placeIn(waiting, path, estimate, setup),
    title,
    path,
    text: proposedText(pinned),
  };
}

function titleOf({ model, precision, weight_type }: Submission): string {
  const weights = weight_type === "Original" ? "" : `, ${weight_type.toLowerCase()}`;
  return `Request: ${model} in ${precision}${weights}`;
}

/** What was checked is what is to be evaluated. Adapters and their bases are loaded by one revision. */
function pin(submission: Submission, { model }: SubmissionFacts): Submission {
  if (isPart(submission) || !isThere(model)) return submission;
  return { ...submission, revision: model.commit };
}

/** Weights that only their files could tell the number of are no fault: those are on a host out of reach. */
function counted(facts: SubmissionFacts): { facts: SubmissionFacts; uncounted: string[] } {
  const uncounted: string[] = [];
  const without = <F extends SubmissionFacts["base"]>(of: F): F | ModelFacts => {
    if (of === null || !isThere(of)) return of;
    const wrong = of.wrong.filter(
      ({ file, what }) => !(file === ".safetensors" && what.endsWith(OUT_OF_REACH)),
    );
    if (wrong.length < of.wrong.length) uncounted.push(of.name);
    return { ...of, wrong };
  };
  return { facts: { model: without(facts.model), base: without(facts.base) }, uncounted };
}

/** The request that the dataset has under this path. */
async function requestAt(ask: Get, dataset: string, path: string): Promise<Known["requests"]> {
  const address = urlPath(path);
  const text = await hubText(ask, `/datasets/${dataset}/resolve/main/${address}`);
  if (text === null) return [];
  const json = jsonOr(text, null) as { status?: unknown; commit?: unknown } | null;
  const status = String(json?.status ?? "");
  const commit = typeof json?.commit === "string" ? json.commit : null;
  try {
    const { model, revision, precision, weight_type, use_chat_template } = readSubmission(text);
    const chat_template = use_chat_template;
    return [{ model, revision, precision, weight_type, chat_template, commit, status }];
  } catch {
    // Not for us to say what is wrong with it.
    return [];
  }
}

/** What an account has opened and nobody has collected yet. */
async function openRequests(ask: Get, dataset: string, account: string): Promise<OwnRequest[]> {
  return (await ownRequests(ask, dataset, account)).filter(({ isOpen }) => isOpen);
}

/** By its title, as this page gives it. */
function againstTwice(title: string, own: readonly OwnRequest[]): Objection[] {
  return own
    .filter((request) => request.title === title)
    .slice(0, 1)
    .map(({ number }) => ({
      id: "queued",
      what: `You have asked for it already, in pull request ${number}, which nobody has collected yet.`,
      fix: "Wait for the comment there.",
    }));
}

const evaluationSchema = z.looseObject({
  revision: z.string().nullish(),
  precision: z.string().nullish(),
  weight_type: z.string().nullish(),
  chat_template: z.boolean().nullish(),
});

const answerSchema = z.looseObject({ evaluations: z.array(evaluationSchema) });

/** What this site's tables have of a model. */
async function evaluationsOf({ models }: SubmitSetup, model: string): Promise<Evaluated[]> {
  const response = await fetch(`${models}${model}.json`);
  if (response.status === 404) return [];
  if (!response.ok) throw new Error("What is known of this model here could not be loaded.");
  const { evaluations } = answerSchema.parse(await response.json());
  return evaluations.map(({ revision, precision, weight_type, chat_template }) => ({
    model,
    revision: revision ?? null,
    precision: precision ?? null,
    weight_type: weight_type ?? null,
    chat_template: chat_template ?? null,
  }));
}

async function waitingIn({ waiting }: SubmitSetup): Promise<WaitingFile | null> {
  if (waiting === null) return null;
  return (await get(waiting, "The queue")).json() as Promise<WaitingFile>;
}

/** The place that it would have if it were submitted now, without any vote. */
function placeIn(
  { waiting, begun, until }: WaitingFile,
  path: string,
  estimate: Estimate | null,
  { asked, rules }: SubmitSetup,
): Checked["place"] {
  const now = Date.now();
  const own: Waiting = {
    path,
    submitted_at: new Date(now).toISOString(),
    submitter: null,
    votes: 0,
    chosen: false,
    hours: asked === null ? 0 : (estimate?.hours ?? null),
  };
  const others = waiting.filter((one) => one.path !== path);
  const places = placesOf([...others, own], rules, now, begun);
  return { own: places.find(({ request }) => request === own)!, of: places.length, until };
}

/** Of a closed pull request it cannot be told here whether it was taken. */
const COUNTED_LATER =
  "How many submissions of yours were taken before is counted when this one is collected: only open ones are counted here.";

/** What is checked, in words, and the objections that would speak against it. */
const LOOKED_AT: { words: string; ids: Objection["id"][]; of: "any" | "model" | "login" }[] = [
  {
    words: "It is on the Hub, public, under this name.",
    ids: ["missing", "revision", "unreadable", "renamed", "private", "gated", "disabled"],
    of: "model",
  },
  {
    words: "It loads without code of its own.",
    ids: ["remote-code", "architecture", "tokenizer", "file"],
    of: "model",
  },
  { words: "Its weights are safetensors.", ids: ["safetensors", "adapter"], of: "model" },
  { words: "It has a licence and a card.", ids: ["license", "card"], of: "model" },
  { words: "Its chat template is there.", ids: ["chat-template"], of: "model" },
  { words: "Its size and precision can be run.", ids: ["size", "precision"], of: "model" },
  { words: "It was not evaluated, and does not wait.", ids: ["evaluated", "queued"], of: "model" },
  { words: "It is not on the list of what is not evaluated.", ids: ["never"], of: "any" },
  {
    words: "You have no more submissions open than may be taken.",
    ids: ["per-author"],
    of: "login",
  },
];

function fineOf(
  { use_chat_template }: Submission,
  { model }: SubmissionFacts,
  objections: readonly Objection[],
  { isLoggedIn, isSized }: { isLoggedIn: boolean; isSized: boolean },
): string[] {
  const against = new Set(objections.map(({ id }) => id));
  return LOOKED_AT.filter(({ ids, of }) => {
    if (of === "model" && (!isThere(model) || !model.readable)) return false;
    if (of === "login" && !isLoggedIn) return false;
    if (ids.includes("size") && !isSized) return false;
    if (ids.includes("chat-template") && !use_chat_template) return false;
    return !ids.some((id) => against.has(id));
  }).map(({ words }) => words);
}
