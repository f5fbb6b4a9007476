import { z } from "zod";
import { evaluationSchema, modelName } from "../records/evaluation.ts";
import { explain } from "../records/explain.ts";
import { jsonOr } from "../records/json.ts";
import { ACCOUNT } from "./account.ts";

/** An account's votes that stand. A folder of its own, a name as the Hub's older votes have it. */
export const votesPath = (account: string) => `${account}/votes_data.jsonl`;

/**
 * What an account has taken back. Beside the votes, so that who only reads those counts right; kept, so
 * that an older pull request which is collected later does not bring the vote back.
 */
export const takenBackPath = (account: string) => `${account}/votes_taken_back.jsonl`;

/** What is voted for. */
export interface Choice {
  model: string;
  revision: string;
  /** Null: whichever. */
  precision: string | null;
}

/** A line of the collector's own: what an account said last of a model. */
export interface Vote extends Choice {
  /** The account's name, as the Hub says it. */
  username: string;
  /** When the pull request was opened, ISO 8601 to the second. */
  timestamp: string;
  /** Number of the pull request that says so. */
  pull_request: number;
  withdrawn: boolean;
}

/** What a line of a pull request says. */
export interface Statement extends Choice {
  withdrawn: boolean;
}

/** A line that cannot be taken, and why: the end of a sentence that begins with its number. */
export interface Objection {
  /** Counted from 1. */
  line: number;
  what: string;
}

/** An account's two files on `main`. */
export interface Ballot {
  account: string;
  votes: Vote[];
  /** Lines that nobody can prove to be the account's, as they are: they stay. */
  unproven: string[];
}

/** Characters of a line: real ones have some 200. */
const LONGEST_LINE = 10_000;

/** Characters of each of the two files: some 5,000 votes. */
export const LARGEST_VOTES = 1_000_000;

/** Objections that are told; the rest is the same again. */
const TOLD = 10;

const choice = {
  model: modelName.refine((name) => name.includes("/"), "must be a model name like OWNER/NAME"),
  revision: evaluationSchema.shape.revision.optional(),
  precision: evaluationSchema.shape.precision.optional(),
};

const statementSchema = z.looseObject({
  ...choice,
  username: z.string().max(100).nullish(),
  withdrawn: z.boolean().nullish(),
});

const voteSchema = z.looseObject({
  ...choice,
  username: z.string().regex(ACCOUNT),
  timestamp: z.iso.datetime(),
  pull_request: z.number().int().positive(),
  withdrawn: z.boolean().default(false),
});

/** The Hub takes capital and small letters of a name for the same. */
const keyOf = ({ model, revision, precision }: Choice) =>
  JSON.stringify([model.toLowerCase(), revision, precision]);

const linesOf = (text: string) => text.split("\n").map((line) => line.trim());

/** JSON of a line, or undefined: also where it is longer than any vote is. */
function jsonOf(line: string): unknown {
  return line.length > LONGEST_LINE ? undefined : jsonOr(line, undefined);
}

/** Reads an account's files on `main`. What is no vote of the collector's own is left as it is. */
export function readBallot(account: string, votes: string, takenBack: string): Ballot {
  const ballot: Ballot = { account, votes: [], unproven: [] };
  for (const line of linesOf(votes)) {
    if (line === "") continue;
    const vote = ownVote(account, line);
    if (vote && !vote.withdrawn) ballot.votes.push(vote);
    else ballot.unproven.push(line);
  }
  for (const line of linesOf(takenBack)) {
    const vote = ownVote(account, line);
    if (vote?.withdrawn) ballot.votes.push(vote);
  }
  return ballot;
}

function ownVote(account: string, line: string): Vote | null {
  const checked = voteSchema.safeParse(jsonOf(line));
  if (!checked.success || checked.data.username !== account) return null;
  const { model, revision, precision, username, timestamp, pull_request, withdrawn } = checked.data;
  return {
    ...{ model, revision: revision || "main", precision: precision || null },
    ...{ username, timestamp, pull_request, withdrawn },
  };
}

/** The two files, `null` where one has nothing to say. The same votes give the same text. */
export function writeBallot({
  votes,
  unproven,
}: Ballot): Record<"votes" | "takenBack", string | null> {
  const sorted = [...votes].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
  const text = (lines: string[]) => (lines.length > 0 ? `${lines.join("\n")}\n` : null);
  const standing = sorted.filter(({ withdrawn }) => !withdrawn).map(lineOf);
  return {
    votes: text([...unproven, ...standing]),
    takenBack: text(sorted.filter(({ withdrawn }) => withdrawn).map(lineOf)),
  };
}

function lineOf(vote: Vote): string {
  const { model, revision, precision, username, timestamp, pull_request, withdrawn } = vote;
  const fields = { model, revision, precision, username, timestamp, pull_request };
  return JSON.stringify(withdrawn ? { ...fields, withdrawn } : fields);
}

/**
 * What the author of a pull request says in the file of their own. A line as `main` has it says nothing:
 * one that names a pull request is the collector's, unless it has been made to take the vote back; one
 * that is in `unproven` has been there before. Of two lines about the same the last counts.
 */
export function readStatements(
  text: string,
  { account, unproven }: Pick<Ballot, "account" | "unproven">,
): { statements: Statement[]; objections: Objection[] } {
  const known = new Set(unproven);
  const statements = new Map<string, Statement>();
  const objections: Objection[] = [];
  linesOf(text).forEach((line, i) => {
    if (line === "" || known.has(line) || objections.length >= TOLD) return;
    const read = statementOf(account, jsonOf(line));
    if (typeof read === "string") objections.push({ line: i + 1, what: read });
    else if (read !== null) statements.set(keyOf(read), read);
  });
  return { statements: [...statements.values()], objections };
}

/** @returns null where the line is the collector's own; a text where it cannot be taken */
function statementOf(account: string, json: unknown): Statement | string | null {
  if (json === undefined) return "is no JSON object, or longer than a vote can be";
  const checked = statementSchema.safeParse(json);
  if (!checked.success) return explain(checked.error);
  const { model, revision, precision, username, withdrawn, pull_request } = checked.data;
  if (username != null && username !== account) {
    return "names another account: a vote is of the account that opens the pull request";
  }
  if (pull_request !== undefined && withdrawn !== true) return null;
  return {
    ...{ model, revision: revision || "main", precision: precision || null },
    withdrawn: withdrawn === true,
  };
}

/**
 * The ballot after a pull request. Of two that speak of the same, the one with the larger number counts:
 * so it is all one in which order they are collected, and how often.
 */
export function cast(
  ballot: Ballot,
  { pull_request, timestamp }: Pick<Vote, "pull_request" | "timestamp">,
  statements: readonly Statement[],
): Ballot {
  const oldestFirst = ballot.votes.toSorted((a, b) => a.pull_request - b.pull_request);
  const votes = new Map(oldestFirst.map((vote) => [keyOf(vote), vote]));
  for (const said of statements) {
    const before = votes.get(keyOf(said));
    if (before && before.pull_request >= pull_request) continue;
    votes.set(keyOf(said), { ...said, username: ballot.account, timestamp, pull_request });
  }
  return { ...ballot, votes: [...votes.values()] };
}

/** Whether `main` says that a pull request has been collected. */
export function hasCast({ votes }: Ballot, pullRequest: number): boolean {
  return votes.some(({ pull_request }) => pull_request === pullRequest);
}
