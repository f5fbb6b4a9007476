import { hubText } from "../../browser/hub.ts";
import type { OwnRequest } from "../../browser/own-requests.ts";
import type { Get } from "../../core/queue/get.ts";
import { readBallot, readStatements, takenBackPath, votesPath } from "../../core/queue/votes.ts";
import { type Choice, keyOf } from "./setup.ts";

/** What an account has said of a choice: by its vote on `main`, or in a pull request that is open. */
export interface Said {
  votes: boolean;
  /** Number of the open pull request; null where it was collected. */
  open: number | null;
}

/** An account's votes as they are now. */
export interface OwnBallot {
  /** Its file on `main`, as it is. */
  text: string;
  said: Map<string, Said>;
}

/** Open pull requests that are read: the newest ones. */
const MOST_READ = 10;

/**
 * Reads an account's votes, and what it has proposed since.
 *
 * @param open its pull requests on the dataset that nobody has collected
 * @throws Error with a sentence, where the Hub does not answer
 */
export async function ownBallot(
  ask: Get,
  dataset: string,
  account: string,
  open: readonly OwnRequest[],
): Promise<OwnBallot> {
  const at = (revision: string, path: string) =>
    hubText(ask, `/datasets/${dataset}/resolve/${encodeURIComponent(revision)}/${path}`);
  const newest = open.toSorted((a, b) => a.number - b.number).slice(-MOST_READ);
  const [text, back, ...proposed] = await Promise.all([
    at("main", votesPath(account)),
    at("main", takenBackPath(account)),
    ...newest.map(({ number }) => at(`refs/pr/${number}`, votesPath(account))),
  ]);
  const ballot = readBallot(account, text ?? "", back ?? "");
  const said = new Map<string, Said>();
  for (const vote of ballot.votes) {
    said.set(keyOf(vote), { votes: !vote.withdrawn, open: null });
  }
  newest.forEach(({ number }, i) => {
    const { statements } = readStatements(proposed[i] ?? "", ballot);
    for (const statement of statements) {
      said.set(keyOf(statement), { votes: !statement.withdrawn, open: number });
    }
  });
  return { text: text ?? "", said };
}

/** A vote for something, or one that is taken back. */
export interface Change extends Choice {
  withdrawn: boolean;
}

/**
 * The account's file with what it says now at its end: of two lines about the same, the last counts.
 *
 * @param at ISO 8601
 */
export function ballotText(
  before: string,
  account: string,
  at: string,
  changes: readonly Change[],
): string {
  const kept = before === "" || before.endsWith("\n") ? before : `${before}\n`;
  const lines = changes.map(({ model, revision, precision, withdrawn }) => {
    const line = { model, revision, precision, username: account, timestamp: at };
    return JSON.stringify(withdrawn ? { ...line, withdrawn } : line);
  });
  return `${kept}${lines.join("\n")}\n`;
}
