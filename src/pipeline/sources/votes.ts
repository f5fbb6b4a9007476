import { z } from "zod";
import { modelName } from "../../core/records/evaluation.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import { cleanField, cleanText } from "../../core/records/text.ts";
import { asInstant } from "./fields.ts";
import { checkedBy, jsonIn } from "./record.ts";

/** A row of `votes.parquet`: that somebody wants a model to be evaluated sooner. */
export interface VoteRow {
  model: string;
  revision: string;
  username: string;
  voted_at: string | null;
}

const voteSchema = z.looseObject({
  model: modelName,
  revision: z.string().max(100).transform(cleanText).nullish(),
  username: cleanField(100),
  timestamp: z.string().max(100).nullish(),
});

/** Whether a file of a dataset holds votes. */
export function isVotesFile(path: string): boolean {
  return /(?:^|\/)votes_data\.jsonl$/.test(path);
}

/** Characters of a vote: real ones have some 150. */
const LONGEST_LINE = 10_000;

/**
 * Reads lines of `votes_data.jsonl`. A line that does not check is rejected by `path#line`, counted
 * from 1.
 *
 * @returns as `firstVotes`
 */
export function parseVotes(
  text: string,
  path: string,
): { votes: VoteRow[]; rejections: Rejection[] } {
  const votes: VoteRow[] = [];
  const rejections: Rejection[] = [];
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    try {
      if (line.length > LONGEST_LINE) throw new Error(`is longer than ${LONGEST_LINE} characters`);
      const { model, revision, username, timestamp } = checkedBy(voteSchema, jsonIn(line));
      const voted_at = asInstant(timestamp);
      votes.push({ model, revision: revision || "main", username, voted_at });
    } catch (error) {
      rejections.push({ path: `${path}#${i + 1}`, reason: (error as Error).message });
    }
  });
  return { votes: firstVotes(votes), rejections };
}

/**
 * Of several votes of one person for one revision of a model, the first.
 *
 * @returns in the order of their time, those of unknown time last
 */
export function firstVotes(votes: readonly VoteRow[]): VoteRow[] {
  const key = (v: VoteRow) => `${v.voted_at ?? "~"} ${v.model} ${v.revision} ${v.username}`;
  const sorted = [...votes].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const first = new Map<string, VoteRow>();
  for (const vote of sorted) {
    const who = JSON.stringify([vote.model, vote.revision, vote.username]);
    if (!first.has(who)) first.set(who, vote);
  }
  return [...first.values()];
}
