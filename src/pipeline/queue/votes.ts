import { pathsInfo } from "@huggingface/hub";
import { z } from "zod";
import { ACCOUNT } from "../../core/queue/account.ts";
import {
  type Ballot,
  cast,
  hasCast,
  LARGEST_VOTES,
  readBallot,
  readStatements,
  type Statement,
  takenBackPath,
  votesPath,
  writeBallot,
} from "../../core/queue/votes.ts";
import { sha1 } from "../../core/records/listing.ts";
import { accountSince } from "../hub/accounts.ts";
import { oddAnswer } from "../hub/answer.ts";
import { commitOnTop } from "../hub/commit-on-top.ts";
import type { Hub } from "../hub/connection.ts";
import { changedPaths, type Discussion, openDiscussions } from "../hub/discussions.ts";
import { commitOf } from "../hub/pull.ts";
import { readSmallFile, type SmallFile } from "../hub/small-file.ts";
import { telling } from "../hub/telling.ts";
import { inParallel } from "../net/parallel.ts";
import { closeAll } from "./close.ts";
import { type Collector, failingSome, type Outcome, type Verdict } from "./collector.ts";
import * as say from "./vote-words.ts";

/** Accounts whose votes are in one commit: it then has twice as many files, at most. */
const ACCOUNTS = 100;

/** A pull request whose votes may be counted. */
interface Accepted {
  is: "accepted";
  statements: Statement[];
}

type Judged = Verdict | Accepted;

/** Votes of a pull request that are to be written. */
interface Cast {
  request: Discussion;
  statements: Statement[];
}

/**
 * Who wrote them: this collector; another, who will close the request too; nobody, as a newer request of
 * the account has said something else before.
 */
type Fate = "ours" | "others" | "nothing";

/**
 * Collects the votes of a dataset: checks every open pull request, writes what its author says in a text
 * of our own on top of `main`, and closes it with a comment. Nothing of the pull request itself is
 * merged. Whatever it is stopped by, the next run goes on from what `main` says.
 *
 * @returns what became of each pull request
 * @throws UserError where the Hub does not answer, or does not let us write
 */
export function collectVotes(collector: Collector, dataset: string): Promise<Outcome[]> {
  return telling(collector.hub, dataset, "read", () => collect(collector, dataset));
}

async function collect(collector: Collector, dataset: string): Promise<Outcome[]> {
  const { hub } = collector;
  const open = (await openDiscussions(hub, dataset)).filter(({ isPullRequest }) => isPullRequest);
  const known = open.filter(({ author }) => author !== null && ACCOUNT.test(author));
  const outcomes: Outcome[] = open
    .filter((request) => !known.includes(request))
    .map((request) => ({ dataset, request, verdict: { is: "left", why: say.NO_AUTHOR } }));
  const byAuthor = new Map<string, Discussion[]>();
  for (const request of known) {
    byAuthor.set(request.author!, [...(byAuthor.get(request.author!) ?? []), request]);
  }
  const accounts = [...byAuthor.keys()].sort();
  const voters = new Voters(collector, dataset);
  for (let i = 0; i < accounts.length; i += ACCOUNTS) {
    const some = accounts.slice(i, i + ACCOUNTS);
    const requests = some.flatMap((account) => byAuthor.get(account)!);
    outcomes.push(...(await voters.collect(some, requests)));
  }
  return outcomes.sort((a, b) => a.request.number - b.request.number);
}

class Voters {
  readonly #hub: Hub;
  readonly #collector: Collector;
  readonly #dataset: string;
  /** Since when accounts are there. */
  readonly #since = new Map<string, Promise<number | null>>();
  /** Texts of files on `main`, by their ids. */
  readonly #texts = new Map<string, string>();
  readonly #patiently = failingSome();

  constructor(collector: Collector, dataset: string) {
    this.#hub = collector.hub;
    this.#collector = collector;
    this.#dataset = dataset;
  }

  /** Of some accounts all pull requests, in one commit. */
  async collect(accounts: string[], requests: Discussion[]): Promise<Outcome[]> {
    const head = await commitOf(this.#hub, this.#dataset, "main");
    const ballots = await this.#ballotsAt(head, accounts);
    const judged = new Map<Discussion, Judged>();
    await inParallel(this.#hub.patience.concurrency, requests, async (request) => {
      const judge = () => this.#judge(request, ballots.get(request.author!)!);
      judged.set(request, await this.#patiently<Judged>(judge));
    });
    const accepted = requests.flatMap((request) => {
      const one = judged.get(request)!;
      return one.is === "accepted" ? [{ request, statements: one.statements }] : [];
    });
    const { commit, fates } = await this.#write(accounts, accepted, head, ballots);
    const verdictOf = (request: Discussion): Verdict => {
      const one = judged.get(request)!;
      if (one.is !== "accepted") return one;
      const fate = fates.get(request.number);
      if (fate === "others") return { is: "waits", why: say.ANOTHER_COLLECTOR };
      if (fate === "nothing") return { is: "known", comment: say.overtaken(request.author!) };
      return { is: "taken", comment: say.taken(request.author!, one.statements, commit) };
    };
    const outcomes = requests.map(
      (request): Outcome => ({ dataset: this.#dataset, request, verdict: verdictOf(request) }),
    );
    return closeAll(this.#collector, outcomes);
  }

  /** Commits votes, on top of whatever is there by then. In a dry run it only says what would be. */
  async #write(
    accounts: string[],
    accepted: Cast[],
    head: string,
    ballots: Map<string, Ballot | string>,
  ): Promise<{ commit: string; fates: Map<number, Fate> }> {
    let fates = new Map<number, Fate>();
    const change = async (at: string, unsure: boolean) => {
      const now = at === head ? ballots : await this.#ballotsAt(at, accounts);
      const files = new Map<string, string | null>();
      fates = new Map();
      for (const account of new Set(accepted.map(({ request }) => request.author!))) {
        const before = now.get(account)!;
        // Became unreadable meanwhile: the next run says so.
        if (typeof before === "string") continue;
        let after = before;
        for (const { request, statements } of accepted) {
          if (request.author !== account) continue;
          const { number: pull_request, at: timestamp } = request;
          const next = cast(after, { pull_request, timestamp }, statements);
          const isNew = unsure || changesOf(after, next).length > 0;
          fates.set(pull_request, isNew ? "ours" : at === head ? "nothing" : "others");
          after = next;
        }
        for (const [path, text] of changesOf(before, after)) files.set(path, text);
      }
      return files;
    };
    if (accepted.length === 0 || this.#collector.dry) {
      await change(head, false);
      return { commit: head, fates };
    }
    const title = `Votes of pull requests ${accepted.map(({ request }) => `#${request.number}`).join(", ")}`;
    const wanted = { dataset: this.#dataset, title: title.slice(0, 70), change };
    return { commit: await commitOnTop(this.#hub, wanted), fates };
  }

  async #judge(request: Discussion, ballot: Ballot | string): Promise<Judged> {
    const account = request.author!;
    if (typeof ballot === "string") return { is: "left", why: ballot };
    if (hasCast(ballot, request.number)) return this.#again(request, ballot);
    const file = await this.#proposed(request);
    if (file.is === "too large" || file.is === "not text") {
      return { is: "refused", comment: say.unreadable(account, file.is) };
    }
    const text = file.is === "read" ? file.text : "";
    const { statements, objections } = readStatements(text, ballot);
    if (objections.length > 0)
      return { is: "refused", comment: say.objections(account, objections) };
    if (statements.length === 0) return this.#withoutVotes(request);
    const after = cast(ballot, { pull_request: request.number, timestamp: request.at }, statements);
    if (isTooLarge(after)) {
      return { is: "refused", comment: say.tooMany(account) };
    }
    return (await this.#objectionTo(request, ballot)) ?? { is: "accepted", statements };
  }

  /** Collected before and still open: its author may have added lines since, and they count. */
  async #again(request: Discussion, ballot: Ballot): Promise<Judged> {
    const { number: pull_request, at: timestamp, author } = request;
    const known = { is: "known", comment: say.known(author!) } as const;
    const file = await this.#proposed(request);
    if (file.is !== "read") return known;
    const { statements, objections } = readStatements(file.text, ballot);
    if (objections.length > 0) return known;
    const after = cast(ballot, { pull_request, timestamp }, statements);
    const isMore = changesOf(ballot, after).length > 0 && !isTooLarge(after);
    return isMore ? { is: "accepted", statements } : known;
  }

  /** The author's file, as a pull request has it. */
  #proposed({ author, number }: Discussion): Promise<SmallFile> {
    return readSmallFile(this.#hub, {
      dataset: this.#dataset,
      rev: `refs/pr/${number}`,
      path: votesPath(author!),
      most: LARGEST_VOTES,
    });
  }

  /** What else it may be: another's votes, or nothing that is ours to judge. */
  async #withoutVotes({ number, author }: Discussion): Promise<Verdict> {
    const paths = await changedPaths(this.#hub, this.#dataset, number);
    if (paths === null) return { is: "left", why: say.UNSEEN };
    if (paths.some((path) => !VOTES.test(path))) return { is: "left", why: say.otherFiles(paths) };
    const isOwn = paths.every((path) => path === votesPath(author!));
    return { is: "refused", comment: isOwn ? say.nothingNew(author!) : say.notYours(author!) };
  }

  /** Whether the rules for accounts speak against it. */
  async #objectionTo({ author, at }: Discussion, ballot: Ballot): Promise<Verdict | null> {
    const { days } = this.#collector.rules.accounts;
    if (days === null) return null;
    const then = Date.parse(at) - days * 86_400_000;
    // Who voted long enough ago has been there for longer.
    if (ballot.votes.some(({ timestamp }) => Date.parse(timestamp) <= then)) return null;
    const asked = this.#since.get(author!) ?? accountSince(this.#hub, author!);
    this.#since.set(author!, asked);
    const since = await asked;
    if (since === null) return { is: "waits", why: say.AGE_UNKNOWN };
    return since <= then ? null : { is: "refused", comment: say.tooYoung(days, since) };
  }

  /** Accounts' files at a commit; a sentence where they cannot be ours. */
  async #ballotsAt(commit: string, accounts: string[]): Promise<Map<string, Ballot | string>> {
    const paths = accounts.flatMap((a) => [a, votesPath(a), takenBackPath(a)]);
    const repo = { type: "dataset" as const, name: this.#dataset };
    const found = await pathsInfo({ ...this.#hub.client, repo, revision: commit, paths });
    const checked = z.array(entrySchema).safeParse(found);
    if (!checked.success) throw oddAnswer(this.#hub, `files of ${this.#dataset}`);
    const entries = new Map(checked.data.map((entry) => [entry.path, entry]));
    const ballots = new Map<string, Ballot | string>();
    await inParallel(this.#hub.patience.concurrency, accounts, async (account) => {
      if (entries.get(account)?.type === "file") {
        ballots.set(account, say.inTheWay(account));
        return;
      }
      const own = [votesPath(account), takenBackPath(account)];
      // That nothing is there is not taken from a list in which it may only be missing.
      const isNew = own.every((path) => !entries.has(path));
      const texts = await Promise.all(
        own.map((path, i) =>
          isNew && i === 0
            ? this.#textOf(commit, path)
            : entries.has(path)
              ? this.#textOf(commit, path, entries.get(path)!.oid)
              : "",
        ),
      );
      const [votes, takenBack] = texts;
      ballots.set(
        account,
        votes == null || takenBack == null
          ? say.unreadableOnMain(account)
          : readBallot(account, votes, takenBack),
      );
    });
    return ballots;
  }

  /** @returns empty where there is no such file, null where it cannot be read */
  async #textOf(commit: string, path: string, oid?: string): Promise<string | null> {
    const before = oid === undefined ? undefined : this.#texts.get(oid);
    if (before !== undefined) return before;
    const most = LARGEST_VOTES * 4;
    const file = await readSmallFile(this.#hub, {
      dataset: this.#dataset,
      rev: commit,
      path,
      most,
    });
    if (file.is === "absent") return "";
    if (file.is !== "read") return null;
    if (oid !== undefined) this.#texts.set(oid, file.text);
    return file.text;
  }
}

const entrySchema = z.looseObject({ type: z.string(), path: z.string(), oid: sha1 });

/** Files of votes, anybody's, also under odd names. */
const VOTES = /votes_(?:data|taken_back)\.jsonl/i;

function isTooLarge(ballot: Ballot): boolean {
  return Object.values(writeBallot(ballot)).some((text) => (text?.length ?? 0) > LARGEST_VOTES);
}

function changesOf(before: Ballot, after: Ballot): [string, string | null][] {
  const [was, is] = [writeBallot(before), writeBallot(after)];
  const paths = { votes: votesPath(after.account), takenBack: takenBackPath(after.account) };
  return (["votes", "takenBack"] as const).flatMap((kind): [string, string | null][] =>
    was[kind] === is[kind] ? [] : [[paths[kind], is[kind]]],
  );
}
