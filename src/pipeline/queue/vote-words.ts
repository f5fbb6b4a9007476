import { type Objection, type Statement, votesPath } from "../../core/queue/votes.ts";
import { plural } from "../../core/table/format.ts";
import { code, refusal } from "./words.ts";

export const NO_AUTHOR = "Its author's account is gone, or has a name that cannot be a folder's.";
export const UNSEEN = "It changes so much that it is not looked at.";
export const ANOTHER_COLLECTOR = "Another collector has taken it, and will close it.";
export const AGE_UNKNOWN = "The Hub does not say since when the author's account is there.";

export const inTheWay = (account: string) =>
  `A file of the name ${account} is where the account's folder would have to be.`;

export const unreadableOnMain = (account: string) =>
  `What main has under ${votesPath(account)} cannot be read: it is larger than a file of votes can be, or no text.`;

export const otherFiles = (paths: readonly string[]) =>
  `It is no vote: it changes ${plural(paths.length, "file")}, ${paths.slice(0, 3).join(", ")}${paths.length > 3 ? ", …" : ""}.`;

const HOW_TO_VOTE =
  "Open a new pull request that adds to this file a line for each vote: " +
  '`{"model": "OWNER/NAME", "revision": "main", "precision": "bfloat16"}`.';

/** To whoever voted. */
export function taken(account: string, statements: readonly Statement[], commit: string): string {
  const back = statements.filter(({ withdrawn }) => withdrawn).length;
  const votes = statements.length - back;
  const did = [
    ...(votes > 0 ? [plural(votes, "vote")] : []),
    ...(back > 0 ? [`${plural(back, "vote")} taken back`] : []),
  ].join(", ");
  return [
    `Collected: ${did}, with the commit \`${commit}\`. They are in ${code(votesPath(account))} on \`main\`.`,
    "",
    "Votes are copied, never merged, so this pull request is closed, and nothing else of it was taken. " +
      'To take a vote back, open a pull request that adds `"withdrawn": true` to its line.',
  ].join("\n");
}

export const known = (account: string) =>
  `Collected before: its votes are in ${code(votesPath(account))} on \`main\`. A line that you added since and that is not there needs a new pull request.`;

export const overtaken = (account: string) =>
  `A newer pull request of yours speaks of the same models, and that one counts: see ${code(votesPath(account))} on \`main\`. There is nothing to do.`;

export const unreadable = (account: string, how: "too large" | "not text") =>
  refusal(
    "No vote of this pull request was taken.",
    [
      how === "too large"
        ? `${code(votesPath(account))} is larger than a file of votes can be (1 MB), or kept in LFS.`
        : `${code(votesPath(account))} is no text in UTF-8.`,
    ],
    HOW_TO_VOTE,
  );

export const objections = (account: string, all: readonly Objection[]) =>
  refusal(
    `No vote of this pull request was taken, as ${code(votesPath(account))} cannot be read.`,
    all.map(({ line, what }) => `Line ${line} ${code(what)}`),
    `Mend that in a new pull request. A line is like this: \`{"model": "OWNER/NAME", "revision": "main", "precision": "bfloat16"}\`.`,
  );

export const nothingNew = (account: string) =>
  refusal(
    "This pull request says nothing new, so it is closed.",
    [
      `Lines of ${code(votesPath(account))} that name a pull request are as \`main\` has them, and that a line is gone takes nothing back.`,
    ],
    'To vote, add a line without `pull_request`. To take a vote back, add `"withdrawn": true` to its line.',
  );

export const notYours = (account: string) =>
  refusal(
    "No vote of this pull request was taken.",
    [
      `It changes votes that are not those of the account that opened it: yours are in ${code(votesPath(account))}.`,
    ],
    HOW_TO_VOTE,
  );

export const tooMany = (account: string) =>
  refusal(
    "No vote of this pull request was taken.",
    [`With them ${code(votesPath(account))} would be larger than a file of votes can be (1 MB).`],
    "Take votes back that are no longer needed, and open a new pull request.",
  );

export function tooYoung(days: number, since: number): string {
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const from = day(since + days * 86_400_000);
  return refusal(
    "No vote of this pull request was taken.",
    [
      `The account is on the Hub since ${day(since)}; here votes count of accounts that are ${plural(days, "day")} old.`,
    ],
    `Open the pull request again after ${from}.`,
  );
}
