import type { Objection } from "../../core/queue/checks.ts";
import { requestPath, type Submission } from "../../core/queue/submission.ts";
import { plural } from "../../core/table/format.ts";
import { code, prose, refusal } from "./words.ts";

export const NO_AUTHOR = "Its author's account is gone, or has a name that is none of the Hub's.";
export const UNSEEN = "It changes so much that it is not looked at.";
export const ANOTHER_COLLECTOR = "Another collector has taken it, and will close it.";

export const otherFiles = (paths: readonly string[]) =>
  `It is no submission: it changes ${plural(paths.length, "file")}, ${paths.slice(0, 3).join(", ")}${paths.length > 3 ? ", …" : ""}.`;

export const brokenOnMain = (path: string) =>
  `What main has under ${path} cannot be read as a request, so nothing is put in its place.`;

const NAME = "`OWNER/NAME_eval_request_False_PRECISION_WEIGHTTYPE.json`";

const ONE_FILE = `Open a new pull request that adds one file, ${NAME}.`;

/** To whoever submitted. Adapters and delta weights are not pinned: with their base they have one revision. */
export function taken(
  path: string,
  model: { commit: string; branch: string | null },
  commit: string,
): string {
  const where =
    model.branch === null
      ? `at the model's commit ${code(model.commit)}`
      : `at ${code(model.branch)}, which is its commit ${code(model.commit)} now. What this stands for when it is evaluated is what is loaded, of its base too`;
  return [
    `In the queue: ${code(path)}, ${where}. It is on \`main\` with the commit \`${commit}\`.`,
    "",
    "Requests are written anew from what was checked, never merged, so this pull request is closed. " +
      "How far it is, and its place, is on the leaderboard's page of the queue.",
  ].join("\n");
}

export const withdrawn = (path: string, commit: string) =>
  `Withdrawn: ${code(path)} will not be evaluated. It is on \`main\` with the commit \`${commit}\`. To have it evaluated after all, submit it anew.`;

export const withdrawnBefore = (path: string) =>
  `Nothing is left to withdraw: ${code(path)} is withdrawn, or was submitted anew since. There is nothing to do.`;

export const notTheirs = (path: string) =>
  refusal(
    "Nothing was withdrawn.",
    [`${code(path)} is no request of the account that opened this pull request.`],
    "Who submitted a model can withdraw it; if you think that it should not be evaluated, say why in a discussion.",
  );

export const hasEnded = (path: string, status: string) =>
  refusal(
    "Nothing was withdrawn.",
    [`The request ${code(path)} has ended: it is ${status}.`],
    "If you doubt its scores, say why in a discussion.",
  );

export const known = (path: string) =>
  `Collected before: the request is ${code(path)} on \`main\`. There is nothing to do.`;

export const empty = () =>
  refusal("Nothing was submitted.", ["This pull request changes no file."], ONE_FILE);

export const moreFiles = (paths: readonly string[]) =>
  refusal(
    "Nothing was submitted.",
    [
      `A submission is one file, and this pull request changes ${paths.length}: ${paths.slice(0, 5).map(code).join(", ")}${paths.length > 5 ? ", …" : ""}.`,
    ],
    "Open a new pull request for each model, with its file and no other.",
  );

export const badName = (path: string) =>
  refusal("Nothing was submitted.", [`${code(path)} is not named like a request.`], ONE_FILE);

export function unreadable(path: string, how: "absent" | "too large" | "not text"): string {
  const why = {
    absent: "is removed by this pull request, and requests are never removed",
    "too large": "is larger than a request can be, or kept in LFS",
    "not text": "is no text in UTF-8",
  }[how];
  const todo =
    how === "absent"
      ? 'To withdraw a request of yours, change its `"status"` to `"CANCELLED"` in a new pull request.'
      : ONE_FILE;
  return refusal("Nothing was submitted.", [`${code(path)} ${why}.`], todo);
}

export const notReadable = (path: string, why: string) =>
  refusal(
    `Nothing was submitted, as ${code(path)} cannot be read.`,
    [prose(why)],
    "Mend that in a new pull request.",
  );

export const otherName = (path: string, right: string) =>
  refusal(
    "Nothing was submitted.",
    [`What is in ${code(path)} has to be in ${code(right)}.`],
    "Name the file so in a new pull request, or mend what is in it.",
  );

export function refused(submission: Submission, objections: readonly Objection[]): string {
  return refusal(
    `${code(requestPath(submission))} was not taken into the queue:`,
    objections.map(({ what, fix }) => `${prose(what)} ${prose(fix)}`),
    "When that is mended, open a new pull request with the same file.",
  );
}
