import { z } from "zod";
import { modelName } from "../records/evaluation.ts";
import { explain } from "../records/explain.ts";
import type { Rejection } from "./errors.ts";
import { asInstant } from "./fields.ts";
import { parseJson } from "./requests.ts";

/** A row of `votes.parquet`: that somebody wants a model to be evaluated sooner. */
export interface VoteRow {
  model: string;
  revision: string;
  username: string;
  voted_at: string | null;
}

const voteSchema = z.looseObject({
  model: modelName,
  revision: z.string().max(100).nullish(),
  username: z.string().min(1).max(100),
  timestamp: z.string().max(100).nullish(),
});

/** Whether a file of a dataset holds votes. */
export function isVotesFile(path: string): boolean {
  return /(?:^|\/)votes_data\.jsonl$/.test(path);
}

/**
 * Reads lines of `votes_data.jsonl`. Of several votes of one person for one revision of a model the
 * first counts. A line that does not check is rejected by `path#line`, counted from 1.
 *
 * @returns votes in the order of their time, those of unknown time last
 */
export function parseVotes(
  text: string,
  path: string,
): { votes: VoteRow[]; rejections: Rejection[] } {
  const first = new Map<string, VoteRow>();
  const rejections: Rejection[] = [];
  text.split("\n").forEach((line, i) => {
    if (line.trim() === "") return;
    try {
      const checked = voteSchema.safeParse(parseJson(line));
      if (!checked.success) throw new Error(explain(checked.error));
      const { model, revision, username, timestamp } = checked.data;
      const vote = {
        model,
        revision: revision || "main",
        username,
        voted_at: asInstant(timestamp),
      };
      const key = JSON.stringify([model, vote.revision, username]);
      const known = first.get(key);
      if (!known || (vote.voted_at ?? "~") < (known.voted_at ?? "~")) first.set(key, vote);
    } catch (error) {
      rejections.push({ path: `${path}#${i + 1}`, reason: (error as Error).message });
    }
  });
  const key = (v: VoteRow) => `${v.voted_at ?? "~"} ${v.model} ${v.revision} ${v.username}`;
  const votes = [...first.values()].sort((a, b) => (key(a) < key(b) ? -1 : 1));
  return { votes, rejections };
}
