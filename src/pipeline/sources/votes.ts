import { z } from "zod";
import { evaluationSchema, modelName } from "../../core/records/evaluation.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import { cleanField, cleanText } from "../../core/records/text.ts";
import { asInstant } from "./fields.ts";
import { checkedBy, jsonIn } from "./record.ts";

/** A row of `votes.parquet`: that somebody wants a model to be evaluated sooner. */
export interface VoteRow {
  model: string;
  revision: string;
  /** Null where the vote names none, as older ones do. */
  precision: string | null;
  username: string;
  voted_at: string | null;
  /** Whether the account's own pull request made it; else only a file says that it is that account's. */
  proven: boolean;
}

const voteSchema = z.looseObject({
  model: modelName,
  revision: z.string().max(100).transform(cleanText).nullish(),
  precision: evaluationSchema.shape.precision.nullish().or(z.literal("")),
  username: cleanField(100),
  timestamp: z.string().max(100).nullish(),
  pull_request: z.number().int().min(1).nullish().catch(null),
  withdrawn: z.boolean().nullish().catch(null),
});

/** `ACCOUNT/votes_data.jsonl`: the file of one account. */
const OWN_FILE = /^([A-Za-z0-9][A-Za-z0-9._-]{0,95})\/votes_data\.jsonl$/;

/** Whether a file of a dataset holds votes. */
export function isVotesFile(path: string): boolean {
  return /(?:^|\/)votes_data\.jsonl$/.test(path);
}

/** Bytes of a file of votes, at most: a million of them, and more. */
export const LARGEST_VOTES = 256_000_000;

/** Characters of a vote: real ones have some 150. */
const LONGEST_LINE = 10_000;

/**
 * Reads lines of `votes_data.jsonl`. A line that does not check is rejected by `path#line`, counted
 * from 1. A vote that was taken back is none.
 *
 * Proven are votes in the file of the account that they name, with the number of the pull request that
 * made them: only the collector puts it there, after it has seen whose pull request it was.
 *
 * @param path in the dataset
 * @returns as `firstVotes`
 */
export function parseVotes(
  text: string,
  path: string,
): { votes: VoteRow[]; rejections: Rejection[] } {
  const votes: VoteRow[] = [];
  const owner = OWN_FILE.exec(path)?.[1];
  const rejections: Rejection[] = [];
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    try {
      if (line.length > LONGEST_LINE) throw new Error(`is longer than ${LONGEST_LINE} characters`);
      const vote = checkedBy(voteSchema, jsonIn(line));
      if (vote.withdrawn) return;
      const { model, username } = vote;
      votes.push({
        model,
        revision: vote.revision || "main",
        precision: vote.precision || null,
        username,
        voted_at: asInstant(vote.timestamp),
        proven: typeof vote.pull_request === "number" && username === owner,
      });
    } catch (error) {
      rejections.push({ path: `${path}#${i + 1}`, reason: (error as Error).message });
    }
  });
  return { votes: firstVotes(votes), rejections };
}

/**
 * Of several votes of one person for one revision and precision of a model, the first; proven and unproven
 * ones apart.
 *
 * @returns in the order of their time, those of unknown time last
 */
export function firstVotes(votes: readonly VoteRow[]): VoteRow[] {
  const key = (v: VoteRow) =>
    `${v.voted_at ?? "~"} ${v.model} ${v.revision} ${v.precision} ${v.username} ${v.proven}`;
  const sorted = [...votes].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const first = new Map<string, VoteRow>();
  for (const vote of sorted) {
    const { model, revision, precision, username, proven } = vote;
    const who = JSON.stringify([model, revision, precision, username, proven]);
    if (!first.has(who)) first.set(who, vote);
  }
  return [...first.values()];
}
