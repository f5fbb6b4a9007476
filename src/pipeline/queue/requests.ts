import { z } from "zod";
import { ACCOUNT } from "../../core/queue/account.ts";
import { objectionsTo } from "../../core/queue/checks.ts";
import { paramsOf, previewOf } from "../../core/queue/estimate.ts";
import { factsOf, isThere, type SubmissionFacts } from "../../core/queue/facts.ts";
import {
  type Earlier,
  isPart,
  readSubmission,
  requestPath,
  requestText,
  type Submission,
} from "../../core/queue/submission.ts";
import { jsonOr } from "../../core/records/json.ts";
import { UserError } from "../../core/records/user-error.ts";
import { commitOnTop } from "../hub/commit-on-top.ts";
import { changedPaths, type Discussion, openDiscussions } from "../hub/discussions.ts";
import { getOf } from "../hub/get.ts";
import { readSmallFile } from "../hub/small-file.ts";
import { telling } from "../hub/telling.ts";
import { inParallel } from "../net/parallel.ts";
import { step } from "../runner/life.ts";
import { type Queue, readQueue } from "../runner/queue.ts";
import { type RequestFile, readRequest, writeRequest } from "../runner/request-file.ts";
import { closeAll } from "./close.ts";
import { type Collector, failingSome, type Outcome, type Verdict } from "./collector.ts";
import * as say from "./request-words.ts";

/** Requests in one commit. */
const BATCH = 100;

/** Bytes of a proposed file: `readSubmission` says how many characters it may have. */
const LARGEST = 65_536;

/** What can be read: a submission with what the Hub says of its model, or that one is withdrawn. */
interface Prepared {
  is: "prepared";
  request: Discussion;
  /** Of the request's file. */
  path: string;
  asks: { submission: Submission; facts: SubmissionFacts } | "withdrawal";
}

/**
 * Collects the submissions of a dataset of requests: checks every open pull request by what the page
 * checks too, writes a request of our own on top of `main`, and closes it with a comment. Nothing of the
 * pull request itself is merged. Whatever it is stopped by, the next run goes on from what `main` says.
 *
 * @returns what became of each pull request
 * @throws UserError where the Hub does not answer, or does not let us write
 */
export function collectRequests(collector: Collector, dataset: string): Promise<Outcome[]> {
  return telling(collector.hub, dataset, "read", () => collect(collector, dataset));
}

async function collect(collector: Collector, dataset: string): Promise<Outcome[]> {
  const open = (await openDiscussions(collector.hub, dataset)).filter((d) => d.isPullRequest);
  const outcomes: Outcome[] = [];
  for (let i = 0; i < open.length; i += BATCH) {
    outcomes.push(...(await collectSome(collector, dataset, open.slice(i, i + BATCH))));
  }
  return outcomes;
}

async function collectSome(
  collector: Collector,
  dataset: string,
  requests: Discussion[],
): Promise<Outcome[]> {
  const { hub, cache } = collector;
  const begun = await readQueue(hub, cache, dataset);
  const patiently = failingSome();
  const looked = new Map<Discussion, Verdict | Prepared>();
  await inParallel(hub.patience.concurrency, requests, async (request) => {
    const look = () => prepare(collector, dataset, request, begun);
    looked.set(request, await patiently<Verdict | Prepared>(look));
  });
  const prepared = requests.flatMap((request) => {
    const one = looked.get(request)!;
    return one.is === "prepared" ? [one] : [];
  });
  const { commit, decided } = await write(collector, dataset, prepared, begun);
  const outcomes = requests.map((request): Outcome => {
    const one = looked.get(request)!;
    if (one.is !== "prepared") return { dataset, request, verdict: one };
    const decision = decided.get(request.number)!;
    const verdict: Verdict =
      decision.is === "accepted" ? { is: "taken", comment: decision.comment(commit) } : decision;
    return { dataset, request, verdict };
  });
  return closeAll(collector, outcomes);
}

/** What a pull request asks for, and of what. */
async function prepare(
  collector: Collector,
  dataset: string,
  request: Discussion,
  queue: Queue,
): Promise<Verdict | Prepared> {
  const { hub, reader } = collector;
  const { number, author } = request;
  if (author === null || !ACCOUNT.test(author)) return { is: "left", why: say.NO_AUTHOR };
  const before = collectedBy(queue.requests, number);
  if (before) return { is: "known", comment: say.known(before.path) };
  const paths = await changedPaths(hub, dataset, number);
  if (paths === null) return { is: "left", why: say.UNSEEN };
  if (paths.length === 0) return { is: "refused", comment: say.empty() };
  if (!paths.some((path) => REQUEST.test(path))) return { is: "left", why: say.otherFiles(paths) };
  const [path, ...more] = paths as [string, ...string[]];
  if (more.length > 0) return { is: "refused", comment: say.moreFiles(paths) };
  if (!SAFE.test(path)) return { is: "refused", comment: say.badName(path) };
  const rev = `refs/pr/${number}`;
  const file = await readSmallFile(hub, { dataset, rev, path, most: LARGEST });
  if (file.is !== "read") return { is: "refused", comment: say.unreadable(path, file.is) };
  if (isWithdrawal(file.text)) return { is: "prepared", request, path, asks: "withdrawal" };
  let submission: Submission;
  try {
    submission = readSubmission(file.text);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { is: "refused", comment: say.notReadable(path, error.message) };
  }
  const right = requestPath(submission);
  if (path !== right) return { is: "refused", comment: say.otherName(path, right) };
  const facts = await factsOf(getOf(reader), submission);
  return { is: "prepared", request, path, asks: { submission, facts } };
}

/** Of a file only that counts: everything else of it is on main already. */
function isWithdrawal(text: string): boolean {
  const file = jsonOr(text, null) as { status?: unknown } | null;
  return typeof file?.status === "string" && file.status.toUpperCase() === "CANCELLED";
}

/** Files of requests, anybody's, also under odd names. */
const REQUEST = /_eval_request_/i;

/** Paths that are asked for: `OWNER/FILE.json`. */
const SAFE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,95}\/[A-Za-z0-9][A-Za-z0-9._-]{0,199}\.json$/;

/** `comment` is about the commit that is to be made. */
interface Accepted {
  is: "accepted";
  path: string;
  text: string;
  comment: (commit: string) => string;
}

type Decision = Verdict | Accepted;

/** Commits what can be accepted, on top of whatever is there by then. */
async function write(
  collector: Collector,
  dataset: string,
  prepared: Prepared[],
  begun: Queue,
): Promise<{ commit: string; decided: Map<number, Decision> }> {
  const { hub, cache, dry } = collector;
  const now = hub.patience.clock.now();
  let decided = decide(collector, prepared, begun, now);
  const accepts = [...decided.values()].some(({ is }) => is === "accepted");
  if (dry || !accepts) return { commit: "", decided };
  const numbers = prepared.map(({ request }) => `#${request.number}`).join(", ");
  let looks = 0;
  const commit = await commitOnTop(hub, {
    dataset,
    title: `Requests of pull requests ${numbers}`.slice(0, 70),
    change: async (_, unsure) => {
      // Should somebody commit between the two looks, the Hub refuses, and it is looked at once more.
      const queue = await readQueue(hub, cache, dataset);
      decided = decide(collector, prepared, queue, now);
      const isFirst = looks++ === 0;
      const files = new Map<string, string>();
      for (const [number, decision] of decided) {
        if (decision.is === "accepted") files.set(decision.path, decision.text);
        // Ours, whose answer was lost; or another's, who will close the request too.
        if (decision.is !== "known" || (isFirst && !unsure)) continue;
        const { comment } = decision;
        if (!unsure) decided.set(number, { is: "waits", why: say.ANOTHER_COLLECTOR });
        else decided.set(number, { is: "taken", comment });
      }
      return files;
    },
  });
  return { commit, decided };
}

/**
 * What becomes of submissions, in the order of their numbers: an earlier one counts for the later ones.
 * Pure.
 *
 * @param now milliseconds since 1970
 */
function decide(
  { rules, evaluated, transformers }: Rulebook,
  prepared: readonly Prepared[],
  queue: Queue,
  now: number,
): Map<number, Decision> {
  const files = new Map(queue.requests.map((file) => [file.path, file]));
  const broken = new Set(queue.rejections.map(({ path }) => path.split("/").slice(2).join("/")));
  const decided = new Map<number, Decision>();
  for (const one of prepared) {
    const decision = decideOne(one, files, { rules, evaluated, transformers, broken, now });
    decided.set(one.request.number, decision);
    if (decision.is === "accepted") {
      files.set(decision.path, readRequest(decision.path, decision.text));
    }
  }
  return decided;
}

/** What decisions go by, whatever the pull request. */
type Rulebook = Pick<Collector, "rules" | "evaluated" | "transformers">;

interface Ground extends Rulebook {
  /** Paths under which main has something that is no request. */
  broken: ReadonlySet<string>;
  now: number;
}

function decideOne(
  prepared: Prepared,
  files: ReadonlyMap<string, RequestFile>,
  { rules, evaluated, transformers, broken, now }: Ground,
): Decision {
  const { request, path, asks } = prepared;
  const { number, at } = request;
  const author = request.author!;
  const before = collectedBy([...files.values()], number);
  if (before) return { is: "known", comment: say.known(before.path) };
  if (broken.has(path)) return { is: "left", why: say.brokenOnMain(path) };
  const old = files.get(path);
  if (asks === "withdrawal") return withdraw(request, path, old, now);
  const { submission, facts } = asks;
  const requests = [...files.values()].map(({ row, raw }) => ({
    ...row,
    commit: typeof raw.commit === "string" ? raw.commit : null,
  }));
  // By when it was opened, not by when it is looked at: so it is all one who collects it, and when.
  const time = Date.parse(at);
  const recent = [...files.values()]
    .flatMap((file) => [...earlierOf(file), endOf(file)])
    .flatMap(({ sender, submitted_time, pull_request }) =>
      sender?.toLowerCase() === author.toLowerCase() &&
      submitted_time !== null &&
      Date.parse(submitted_time) <= time &&
      (pull_request ?? 0) < number
        ? [submitted_time]
        : [],
    );
  const reader = "runner" as const;
  const known = { evaluated, requests, recent, now: time, transformers, reader };
  const objections = objectionsTo(submission, facts, known, rules);
  const params = paramsOf(submission, facts);
  if (objections.length > 0 || params === null || !isThere(facts.model)) {
    return { is: "refused", comment: say.refused(submission, objections) };
  }
  const { commit } = facts.model;
  const { architecture, license } = previewOf(submission, facts);
  const architectures = architecture?.slice(0, LONGEST_FIELD) ?? null;
  const text = requestText(submission, {
    ...{ commit, params, architectures, license },
    ...{ sender: author, submitted_time: at, pull_request: number },
    earlier: old ? [...earlierOf(old), endOf(old)] : [],
  });
  const where = { commit, branch: isPart(submission) ? submission.revision : null };
  return { is: "accepted", path, text, comment: (made) => say.taken(path, where, made) };
}

/** Who submitted a model may take that back, as long as it has not ended. */
function withdraw(
  { number, author }: Discussion,
  path: string,
  old: RequestFile | undefined,
  now: number,
): Decision {
  if (!old || old.row.sender !== author) {
    return { is: "refused", comment: say.notTheirs(path) };
  }
  const { status, pull_request } = old.row;
  if ((pull_request ?? 0) > number || status === "CANCELLED") {
    return { is: "known", comment: say.withdrawnBefore(path) };
  }
  if (status !== "PENDING" && status !== "RUNNING") {
    return { is: "refused", comment: say.hasEnded(path, status) };
  }
  const text = writeRequest(old, step(old.life, { kind: "cancel" }), now);
  return { is: "accepted", path, text, comment: (made) => say.withdrawn(path, made) };
}

/** Characters of a field that somebody else wrote, as those who read requests take it. */
const LONGEST_FIELD = 300;

/** Ends that are kept of one file's earlier requests. */
const MOST_EARLIER = 99;

function earlierOf({ raw }: RequestFile): Earlier[] {
  const checked = earlierSchema.safeParse(raw.earlier);
  return checked.success ? checked.data.slice(-MOST_EARLIER) : [];
}

const maybe = z
  .string()
  .nullish()
  .catch(null)
  .transform((value) => value ?? null);

/** What somebody else may have written in its place is not known. */
const earlierSchema = z.array(
  z.object({
    ...{ revision: maybe, status: z.string().catch(""), submitted_time: maybe, ended: maybe },
    ...{ why: maybe, sender: maybe },
    pull_request: z
      .number()
      .nullish()
      .catch(null)
      .transform((value) => value ?? null),
  }),
);

/** How a request ended whose file a new one takes. */
function endOf({ row }: RequestFile): Earlier {
  const { revision, status, submitted_at, ended_at, why, sender, pull_request } = row;
  const times = { submitted_time: submitted_at, ended: ended_at };
  return { revision, status, ...times, why, sender, pull_request };
}

/** The request that a pull request has become. */
function collectedBy(files: readonly RequestFile[], number: number): RequestFile | undefined {
  return files.find(
    (file) =>
      file.raw.pull_request === number ||
      earlierOf(file).some(({ pull_request }) => pull_request === number),
  );
}
