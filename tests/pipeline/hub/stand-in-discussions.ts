/**
 * Discussions and pull requests of the stand-in, with the shapes that huggingface_hub reads:
 * hf_api.py (get_repo_discussions: `count`, `start`, pages by `p`; get_discussion_details with
 * `diff=1`; _post_discussion_changes: `comment` and `status`, which takes a comment too) and
 * community.py (events). What the Hub says to closing what is closed is not known from there: here it
 * is done once more, so that a test sees it. How many are on a page is not known either.
 */

import type { Commit, Reply, Repo } from "./stand-in.ts";
import { json, Refused } from "./stand-in-answers.ts";

/** A discussion; of a pull request there are its commits too. */
export interface Discussion {
  number: number;
  title: string;
  /** Null where the account has been deleted. */
  author: string | null;
  /** ISO 8601, with milliseconds. */
  createdAt: string;
  status: "open" | "closed" | "merged" | "draft";
  events: DiscussionEvent[];
}

export interface PullRequest extends Discussion {
  parent: string;
  commit: Commit;
}

export interface DiscussionEvent {
  type: "comment" | "status-change";
  author: string;
  /** The comment, or the new status. */
  said: string;
}

/** All of a repository, newest first, as the Hub lists them. */
export function discussionsOf(repo: Repo): (Discussion | PullRequest)[] {
  return [...repo.pullRequests, ...repo.talks].sort((a, b) => b.number - a.number);
}

const isPullRequest = (d: Discussion): d is PullRequest => "commit" in d;

/** What somebody has said below a discussion. */
export function commentsOf({ events }: Discussion): string[] {
  return events.filter(({ type }) => type === "comment").map(({ said }) => said);
}

/** `GET …/discussions?p=0&status=open&type=pull_request&author=NAME`. */
export function listDiscussions(repo: Repo, url: URL, pageSize: number): Reply {
  const status = url.searchParams.get("status") ?? "all";
  const type = url.searchParams.get("type") ?? "all";
  const author = url.searchParams.get("author");
  const found = discussionsOf(repo).filter(
    (d) =>
      (author === null || d.author === author) &&
      (status === "all" || (status === "open") === ["open", "draft"].includes(d.status)) &&
      (type === "all" || (type === "pull_request") === isPullRequest(d)),
  );
  const start = Number(url.searchParams.get("p") ?? "0") * pageSize;
  return json({
    discussions: found.slice(start, start + pageSize).map((d) => headOf(repo, d)),
    count: found.length,
    start,
    numClosedDiscussions: discussionsOf(repo).filter((d) => d.status === "closed").length,
  });
}

/** `GET …/discussions/N?diff=1`. */
export function discussionDetails(repo: Repo, number: number, url: URL): Reply {
  const found = findDiscussion(repo, number);
  return json({
    ...headOf(repo, found),
    events: found.events.map((event, i) => eventJson(found, event, i)),
    ...(isPullRequest(found) && {
      filesWithConflicts: [],
      changes: { base: "refs/heads/main" },
      ...(url.searchParams.has("diff") && { diff: diffOf(repo, found) }),
    }),
  });
}

/** `POST …/discussions/N/comment` and `…/status`. */
export function changeDiscussion(
  repo: Repo,
  number: number,
  what: string,
  by: string,
  body: string,
): Reply {
  const found = findDiscussion(repo, number);
  const { comment, status } = JSON.parse(body) as { comment?: string; status?: "open" | "closed" };
  if (comment !== undefined) found.events.push({ type: "comment", author: by, said: comment });
  if (what === "comment") {
    return json({ newMessage: eventJson(found, found.events.at(-1)!, found.events.length - 1) });
  }
  if (status !== "open" && status !== "closed") throw new Refused(400, null, "Invalid status");
  found.status = status;
  found.events.push({ type: "status-change", author: by, said: status });
  return json({ newStatus: eventJson(found, found.events.at(-1)!, found.events.length - 1) });
}

function findDiscussion(repo: Repo, number: number): Discussion | PullRequest {
  // As a rule they lie in the order of their numbers.
  const guess = repo.pullRequests[number - 1];
  const found =
    guess?.number === number
      ? guess
      : [...repo.talks, ...repo.pullRequests].find((d) => d.number === number);
  if (!found) throw new Refused(404, null, "Discussion not found");
  return found;
}

function headOf(repo: Repo, d: Discussion): Record<string, unknown> {
  return {
    num: d.number,
    ...(d.author !== null && { author: authorJson(d.author) }),
    repo: { name: repo.id, type: "dataset" },
    title: d.title,
    status: d.status,
    createdAt: d.createdAt,
    isPullRequest: isPullRequest(d),
    numComments: commentsOf(d).length,
    pinned: false,
  };
}

function authorJson(name: string) {
  return {
    avatarUrl: `/avatars/${encodeURIComponent(name)}.svg`,
    fullname: name,
    name,
    type: "user",
    isPro: false,
    isHf: false,
    isMod: false,
  };
}

function eventJson({ createdAt }: Discussion, { type, author, said }: DiscussionEvent, i: number) {
  const data =
    type === "comment"
      ? { edited: false, hidden: false, latest: { raw: said, html: "", updatedAt: createdAt } }
      : { status: said };
  return { id: String(i).padStart(24, "0"), type, createdAt, author: authorJson(author), data };
}

/** What a pull request changes, as `git diff` writes it. */
function diffOf(repo: Repo, { parent, commit }: PullRequest): string {
  const before = repo.commits.find(({ oid }) => oid === parent)?.files ?? new Map();
  const paths = [...new Set([...before.keys(), ...commit.files.keys()])].sort();
  return paths
    .filter((path) => !same(before.get(path), commit.files.get(path)))
    .map((path) => {
      const [a, b] = [before.get(path), commit.files.get(path)];
      const lines = (bytes: Buffer | undefined, sign: string) =>
        bytes === undefined || bytes.length === 0
          ? ""
          : `${bytes.toString().replace(/\n$/, "").replace(/^/gm, sign)}\n`;
      const mode = a ? (b ? "" : "deleted file mode 100644\n") : "new file mode 100644\n";
      return (
        `diff --git ${quoted(`a/${path}`)} ${quoted(`b/${path}`)}\n${mode}index 0000000..1111111\n` +
        `--- ${a ? quoted(`a/${path}`) : "/dev/null"}\n+++ ${b ? quoted(`b/${path}`) : "/dev/null"}\n` +
        `@@ -0,0 +1 @@\n${lines(a, "-")}${lines(b, "+")}`
      );
    })
    .join("");
}

function same(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.equals(b));
}

/** git quotes names as C does, where they have more than printable ASCII (core.quotePath). */
function quoted(path: string): string {
  if (/^[\x20-\x7e]*$/.test(path) && !/["\\]/.test(path)) return path;
  const bytes = [...Buffer.from(path)].map((byte) =>
    byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c
      ? String.fromCharCode(byte)
      : `\\${byte.toString(8).padStart(3, "0")}`,
  );
  return `"${bytes.join("")}"`;
}

/** What somebody proposes: files, null for one that is to go. */
export interface Proposal {
  author: string | null;
  files: Record<string, string | Uint8Array | null>;
  title?: string;
  /** ISO 8601. Default: now. */
  at?: string;
}

/** A number that no discussion has yet. */
export function nextNumber({ pullRequests, talks }: Repo): number {
  return pullRequests.length + talks.length + 1;
}

/** A copy of files in which some are others, or gone. */
export function changed(files: ReadonlyMap<string, Buffer>, change: Proposal["files"]) {
  const made = new Map(files);
  for (const [path, text] of Object.entries(change)) {
    if (text === null) made.delete(path);
    else made.set(path, Buffer.from(text));
  }
  return made;
}

/** Opens a discussion that is no pull request. */
export function openTalk(repo: Repo, author: string, title: string, at = new Date().toISOString()) {
  const talk: Discussion = {
    ...{ number: nextNumber(repo), title, author, createdAt: at },
    ...{ status: "open", events: [{ type: "comment", author, said: title }] },
  };
  repo.talks.push(talk);
  return talk;
}
