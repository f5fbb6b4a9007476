import { mulberry32 } from "../hub/faults.ts";
import { openPullRequest, type Repo } from "../hub/stand-in.ts";
import type { PullRequest } from "../hub/stand-in-discussions.ts";
import { DAY, line } from "./fake.ts";

/** A pull request as a scene has it: whose, and what it says of which model. */
export interface Act {
  author: string;
  says: { model: string; withdrawn: boolean }[];
}

const ACCOUNTS = ["alice", "bob", "carol", "dave"];

/** What some accounts say, one after the other, drawn from a seed. */
export function sceneOf(seed: number, length: number): Act[] {
  const random = mulberry32(seed);
  const draw = (n: number) => Math.floor(random() * n);
  return Array.from({ length }, () => ({
    author: ACCOUNTS[draw(ACCOUNTS.length)]!,
    says: Array.from({ length: 1 + draw(3) }, () => ({
      model: `o/m${draw(3)}`,
      withdrawn: random() < 0.4,
    })),
  }));
}

/** Opens an act's pull request: its lines alone, as if its author knew nothing of `main`. */
export function play(repo: Repo, { author, says }: Act): PullRequest {
  const text = says.map(({ model, withdrawn }) => line(model, withdrawn ? { withdrawn } : {}));
  const files = { [`${author}/votes_data.jsonl`]: `${text.join("\n")}\n` };
  return openPullRequest(repo, { author, files, at: DAY });
}

/** What stands in the end, as `standing` says it: the last word of each account on each model. */
export function expectedOf(acts: readonly Act[]): string[] {
  const last = new Map<string, string | null>();
  acts.forEach(({ author, says }, i) => {
    for (const { model, withdrawn } of says) {
      const vote = `${author} ${model} bfloat16 #${i + 1}`;
      last.set(`${author} ${model}`, withdrawn ? null : vote);
    }
  });
  return [...last.values()].filter((vote) => vote !== null).sort();
}
