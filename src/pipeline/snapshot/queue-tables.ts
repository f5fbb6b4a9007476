import { createHmac } from "node:crypto";
import type { QueueRules } from "../../core/queue/rules.ts";
import { UserError } from "../../core/records/user-error.ts";
import { REQUESTS_COLUMNS, VOTES_COLUMNS } from "../../core/table/schema.ts";
import type { FiledRequest } from "../sources/requests.ts";
import type { VoteRow } from "../sources/votes.ts";
import { recordsTable, type Table } from "./tables.ts";

/** Characters of the key in `VOTES_KEY`, at least: a shorter one could be found by trying. */
const SHORTEST_KEY = 32;

/** `requests.parquet`: who sent one in is a number. */
export function requestsTable(requests: readonly FiledRequest[]): Table {
  const number = numbers();
  const rows = requests.map((r) => ({ ...r, submitter: number(r.sender) }));
  return recordsTable("requests", REQUESTS_COLUMNS, rows);
}

/** `votes.parquet`: who voted is a number, and what `voter` makes of the name. */
export function votesTable(votes: readonly VoteRow[], voter: Voter): Table {
  const number = numbers();
  const rows = votes.map((v) => ({
    ...v,
    account: number(v.username),
    voter: voter(v),
  }));
  return recordsTable("votes", VOTES_COLUMNS, rows);
}

/** What is published for an account; null for nothing. */
export type Voter = (vote: Pick<VoteRow, "username" | "proven">) => string | null;

/**
 * What `votes.parquet` has in place of an account: its name where the configuration says so, if the vote is
 * proven to be its own; else the same pseudonym in every snapshot, 16 hex digits of the HMAC-SHA-256 of the name (lower case, as the Hub has
 * no two names that differ in that) with the maintainers' key; nothing where there is no key.
 *
 * @param key as in `VOTES_KEY`
 * @throws UserError for a key that could be found by trying
 */
export function voterBy({ voters }: Pick<QueueRules, "voters">, key: string | undefined): Voter {
  if (voters === "names") return ({ username, proven }) => (proven ? username : null);
  if (!key) return () => null;
  if (key.length < SHORTEST_KEY) {
    throw new UserError(
      `VOTES_KEY has ${key.length} characters; a key that nobody finds by trying has ${SHORTEST_KEY} or more. Make one with: openssl rand -hex 32`,
    );
  }
  return ({ username }) =>
    createHmac("sha256", key).update(username.toLowerCase()).digest("hex").slice(0, 16);
}

/** Numbers accounts from 1, in the order in which they come. */
function numbers(): (name: string | null) => number | null {
  const known = new Map<string, number>();
  return (name) => {
    if (name === null) return null;
    const account = name.toLowerCase();
    const number = known.get(account) ?? known.size + 1;
    known.set(account, number);
    return number;
  };
}
