import { LEAST_ACCOUNTS } from "../../core/queue/account.ts";
import { CAUSES, type Cause, failure } from "../../core/queue/failures.ts";
import type { OpenQueue } from "../../core/queue/open.ts";
import { proposedText, requestPath, type Submission } from "../../core/queue/submission.ts";
import { votesPath } from "../../core/queue/votes.ts";
import { mendOf } from "../build/mend.ts";

/** Files, commands and lists that the pages on the queue show. */

/** Stands for the reader's model. */
const SUBMISSION: Submission = {
  model: "OWNER/NAME",
  revision: "main",
  precision: "bfloat16",
  weight_type: "Original",
  base_model: null,
  model_type: "fine_tuned",
  use_chat_template: true,
};

/** A file to propose: its path in the dataset of requests, and its text. */
export function exampleRequest(change: Partial<Submission> = {}): { path: string; text: string } {
  const submission = { ...SUBMISSION, ...change };
  return { path: requestPath(submission), text: proposedText(submission) };
}

/** Name under which the example is saved on the reader's disk. */
export const REQUEST_FILE = "request.json";

/** Opens the pull request (https://huggingface.co/docs/huggingface_hub/guides/cli). */
export function propose(dataset: string): string {
  return `hf upload ${dataset} ${REQUEST_FILE} ${exampleRequest().path} --repo-type dataset --create-pr`;
}

/** Path of an account's votes, and lines for it: a vote, and one that takes it back. */
export const VOTES_FILE = votesPath("ACCOUNT");
export const VOTE = JSON.stringify({
  model: "OWNER/NAME",
  revision: "main",
  precision: "bfloat16",
});
export const VOTE_BACK = JSON.stringify({ ...JSON.parse(VOTE), withdrawn: true });

/** What pages say of a queue before all else: only of an open one, that somebody answers. */
export function welcome(open: OpenQueue | null, title: string) {
  const what =
    open?.votes === null ? "A submission is a file." : "A submission is a file, and so is a vote.";
  return open === null
    ? {
        description: `${title} takes no submissions. How a model gets into the queue of a leaderboard that does: the file to propose, what is checked, how votes count, and what a failure means.`,
        lead: `${what} Where a leaderboard takes them, they are proposed as pull requests on a dataset of the Hub, and each is closed with an answer. This one takes none.`,
        link: "What a request is, and why one fails",
      }
    : {
        description: `How a model gets into the queue of ${title}: the file to propose, what is checked, ${open.votes === null ? "what comes first" : "how votes count"}, and what a failure means.`,
        lead: `${what} You propose it as a pull request on a dataset of the Hub, under your own account; it is checked and copied, and the pull request is closed with an answer.`,
        link: open.votes === null ? "How to submit a model" : "How to submit a model and vote",
      };
}

/** What each field of a request says, and what it may be. */
export const REQUEST_FIELDS: { field: keyof Submission; meaning: string }[] = [
  { field: "model", meaning: "The model on the Hub." },
  {
    field: "revision",
    meaning:
      "Branch, tag or commit. It is pinned to the commit that it then stands for; an adapter or delta weights stay at what you write, for they are loaded with their base by one revision.",
  },
  { field: "precision", meaning: "Number format that the weights are loaded in." },
  {
    field: "weight_type",
    meaning: "Original; Adapter or Delta for weights on top of another model’s.",
  },
  { field: "base_model", meaning: "That other model; empty for Original." },
  { field: "model_type", meaning: "What kind of model it is, by its words or its sign." },
  {
    field: "use_chat_template",
    meaning: "true: questions are put in the model’s chat template.",
  },
];

/** What is checked of a submission, in the order in which a reader can see to it. */
export const CHECKS: { title: string; text: string }[] = [
  {
    title: "It is there",
    text: "Public, under this name, at this revision; not disabled. Gated only if the leaderboard’s account has access.",
  },
  {
    title: "It loads without code of its own",
    text: "Neither config nor tokenizer has an auto_map; its type is one that the transformers of the suite’s harness knows; the tokenizer’s files are there.",
  },
  {
    title: "Weights as .safetensors",
    text: "All parts of them, so that the parameters can be counted. An adapter has its adapter_config.json, and was made for the base model that you name.",
  },
  {
    title: "A licence and a card",
    text: "license in the head of its README.md, and 200 characters of text below that.",
  },
  { title: "A chat template", text: "Where you ask for it." },
  {
    title: "A precision that fits",
    text: "One that is evaluated here, that the weights can be loaded in, and in which the model fits into the memory there is.",
  },
  {
    title: "Not there already",
    text: "This commit was not evaluated at this precision, weight type and chat setting, and no request for the model at this precision and weight type waits or runs, whatever its commit or chat setting.",
  },
  { title: "Not on the list", text: "Of what is not evaluated here; the list gives a reason." },
];

/** What is shown of a failed run, for each cause: the sentence and what would mend it. */
export function failures(): { cause: string; why: string; mend: string | null }[] {
  // A request's own fault is told in a sentence of its own.
  return CAUSES.filter((cause) => cause !== "request").map((cause) => {
    const { why } = failure("OWNER/NAME", cause, DETAILS[cause]);
    return { cause, why, mend: mendOf(cause, why) };
  });
}

/** What a sentence says besides, of some causes. */
const DETAILS: Partial<Record<Cause, string>> = {
  "too-large": "80 GB",
  degenerate: "some of its likelihoods are no numbers (NaN)",
  timeout: "12 h 0 min",
  harness: "ValueError: …",
};

/** What the page for maintainers shows. */
export const COLLECT = "npm run queue -- collect";
export const DIGEST = "npm run queue -- digest";
export const NEW_KEY = "openssl rand -hex 32";

/** A line of a crontab: collects every quarter of an hour. */
export function cron(folder = "/home/me/open-leaderboard"): string {
  return `*/15 * * * * cd ${folder} && . ./queue.env && ${COLLECT} >> queue.log 2>&1`;
}

/** What a digest has sections of, where there is anything. */
export const DIGEST_SECTIONS = [
  "pull requests that are neither a submission nor a vote, and wait for a person",
  "pull requests that wait for what the Hub does not say, such as an account’s age",
  "discussions whose title begins with Dispute or Flag",
  "disputes in flagged.json without an answer, the oldest first",
  `votes in bursts: ${LEAST_ACCOUNTS} accounts or more for one model within a day, half of them for the first time, with the figures; whether that is a ring is for people to judge`,
  "what failed, by cause",
  "runs whose lease is over, or that have gone on for days",
  "requests that wait longest",
];
