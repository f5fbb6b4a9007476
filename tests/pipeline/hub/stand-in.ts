import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { type Faults, makeFaults, spoil } from "./faults.ts";
import { fail, json, Refused } from "./stand-in-answers.ts";
import {
  changeDiscussion,
  changed,
  type Discussion,
  discussionDetails,
  listDiscussions,
  nextNumber,
  type Proposal,
  type PullRequest,
} from "./stand-in-discussions.ts";
import { answerOAuth, makeOAuth, type OAuth } from "./stand-in-oauth.ts";

/**
 * A stand-in for the Hub: the parts of its API that we use, with the shapes of the real one. They
 * come from
 * - the source of the client, node_modules/@huggingface/hub/src: lib/list-files.ts (tree and Link),
 *   lib/paths-info.ts, lib/dataset-info.ts and lib/model-info.ts (revision, expand),
 *   lib/file-download-info.ts (resolve, ranges, ETag, X-Linked-*), lib/commit.ts with
 *   types/api/api-commit.ts (preupload, LFS batch, NDJSON commit), lib/create-repo.ts, lib/who-am-i.ts, error.ts,
 *   and the listings that its tests expect of real repositories (lib/list-files.spec.ts);
 * - https://huggingface.co/docs/hub/api, https://huggingface.co/docs/hub/rate-limits (RateLimit),
 *   https://huggingface.co/docs/hub/security-tokens (roles);
 * - huggingface_hub's utils/_http.py (X-Error-Code and X-Error-Message; 401 for what an anonymous
 *   caller may not see, there or not, and that it may come without a code: hf_raise_for_status) and huggingface/huggingface_hub#3553 (headers of a 429);
 * - huggingface/funes#69: a parentCommit that is not the head any more is a 412;
 * - https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md (pointers), docs/api/batch.md.
 *
 * Files in LFS are served by a redirect to another origin, as the real Hub's are by its CDN. That
 * origin refuses a request with a token, as S3 does.
 */
export interface StandIn {
  /** Address of the API: what `HF_ENDPOINT` would be. */
  url: string;
  cdn: string;
  /** Every request so far. */
  log: LoggedRequest[];
  faults: Faults;
  repos: Map<string, Repo>;
  tokens: Map<string, Token>;
  /** Whether the 401 for what an anonymous caller may not see has a code. */
  hasCodes: boolean;
  /** Entries on a page of a listing; the real Hub has 1,000. */
  pageSize: number;
  /** Discussions on a page. */
  discussionsPage: number;
  /** Accounts, and since when they are there; null where the Hub does not say. */
  users: Map<string, string | null>;
  /** How visitors log in. */
  oauth: OAuth;
  /** Contents of other paths, as those of Spaces. */
  others: (path: string) => Buffer | null;
  /** Called before a request is answered. */
  onRequest: (request: LoggedRequest) => void;
  /** Answers in its place where it says so: for answers that no Hub gives. */
  instead: (request: LoggedRequest, response: ServerResponse) => boolean;
  /** Does what is asked for, and never says so. */
  unanswered: (request: LoggedRequest) => boolean;
  /** Jobs and buckets, where a test has them (`jobs.ts`). */
  jobs: (call: Call) => Reply | null;
  dataset: (name: string, files: Files, options?: Partial<Repo>) => Repo;
  model: (name: string, info: Record<string, unknown>, files?: Files) => Repo;
  close: () => Promise<void>;
}

export type Files = Record<string, string | Uint8Array>;

/** What a request is for. */
export type Operation =
  | "info"
  | "tree"
  | "paths-info"
  | "resolve"
  | "resolve-cache"
  | "cdn"
  | "whoami"
  | "preupload"
  | "lfs-batch"
  | "lfs-put"
  | "commit"
  | "create"
  | "discussions"
  | "discussion"
  | "discussion-comment"
  | "discussion-status"
  | "user"
  | JobOperation
  | "search"
  | "oauth"
  | "other";

/** Of jobs, and of the buckets that they write to. */
export type JobOperation =
  | "jobs-hardware"
  | "jobs-list"
  | "jobs-start"
  | "jobs-get"
  | "jobs-cancel"
  | "jobs-logs"
  | "bucket-create"
  | "bucket-info"
  | "bucket-tree"
  | "bucket-resolve";

export interface LoggedRequest {
  operation: Operation;
  method: string;
  /** Path and query. */
  path: string;
  authorization: string | undefined;
}

export interface Commit {
  oid: string;
  title: string;
  files: Map<string, Buffer>;
}

export interface Repo {
  id: string;
  private: boolean;
  gated: false | "auto" | "manual";
  /** Names of accounts with access, where it is private or gated. */
  members: string[];
  /** Newest last. */
  commits: Commit[];
  branches: Map<string, string>;
  pullRequests: PullRequest[];
  /** Discussions that are no pull requests. Both count with the same numbers. */
  talks: Discussion[];
  /** Where the repository went: the Hub redirects there with 307. */
  movedTo?: string;
  info: Record<string, unknown>;
}

export interface Token {
  account: string;
  displayName: string;
  role: "read" | "write" | "fineGrained";
  expired?: boolean;
  fineGrained?: {
    canReadGatedRepos?: boolean;
    scoped?: { entity: { type: string; name: string }; permissions: string[] }[];
  };
}

/** An answer before it goes out, so that a fault can spoil it. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Starts a stand-in on free ports; it ends with the test. */
export async function standIn(): Promise<StandIn> {
  const hub = await openStandIn();
  onTestFinished(() => hub.close());
  return hub;
}

/** The same for several tests: whoever calls this closes it. */
export async function openStandIn(): Promise<StandIn> {
  const hub: StandIn = {
    url: "",
    cdn: "",
    log: [],
    faults: makeFaults(),
    repos: new Map(),
    tokens: new Map(),
    hasCodes: true,
    pageSize: 1000,
    discussionsPage: 50,
    users: new Map(),
    oauth: makeOAuth(),
    others: () => null,
    onRequest: () => {},
    instead: () => false,
    unanswered: () => false,
    jobs: () => null,
    dataset: (name, files, options) => addRepo(hub, `datasets/${name}`, name, files, options),
    model: (name, info, files = {}) => addRepo(hub, `models/${name}`, name, files, { info }),
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        server.close();
      }
    },
  };
  const lfs = new Map<string, Buffer>();
  const servers: Server[] = [];
  const listen = async (answer: (call: Call) => Reply) => {
    const server = createServer((req, res) => void serve(hub, lfs, answer, req, res));
    // Connections must outlive the pauses between requests, or a reset could be ours.
    server.keepAliveTimeout = 60_000;
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  hub.url = await listen(answerApi);
  hub.cdn = await listen(answerCdn);
  return hub;
}

function addRepo(
  hub: StandIn,
  key: string,
  id: string,
  files: Files,
  options: Partial<Repo> = {},
): Repo {
  const repo: Repo = {
    id,
    private: false,
    gated: false,
    members: [],
    commits: [],
    branches: new Map(),
    pullRequests: [],
    talks: [],
    info: {},
    ...options,
  };
  hub.repos.set(key, repo);
  commitFiles(repo, files, "initial commit");
  return repo;
}

/** Makes a commit on `main` with exactly these files. */
export function commitFiles(repo: Repo, files: Files, title = "update"): Commit {
  const entries = Object.entries(files).map(([path, text]) => [path, Buffer.from(text)] as const);
  const commit = commitOf(new Map(entries), title, repo.branches.get("main") ?? null);
  repo.commits.push(commit);
  repo.branches.set("main", commit.oid);
  return commit;
}

function commitOf(files: Map<string, Buffer>, title: string, parent: string | null): Commit {
  const hash = createHash("sha1").update(JSON.stringify([title, parent]));
  for (const [path, bytes] of files) hash.update(path).update(gitOid(bytes));
  return { oid: hash.digest("hex"), title, files };
}

function addPullRequest(
  repo: Repo,
  made: Omit<PullRequest, "number" | "status" | "events">,
): PullRequest {
  const request: PullRequest = { number: nextNumber(repo), status: "open", events: [], ...made };
  repo.pullRequests.push(request);
  return request;
}

/** Opens a pull request on top of `main`. */
export function openPullRequest(
  repo: Repo,
  { author, files, title = "Proposal", at }: Proposal,
): PullRequest {
  const parent = repo.branches.get("main")!;
  const commit = commitOf(changed(commitAt(repo, parent).files, files), title, parent);
  repo.commits.push(commit);
  const createdAt = at ?? new Date().toISOString();
  return addPullRequest(repo, { author, title, createdAt, parent, commit });
}

/** Pushes another commit to a pull request. */
export function pushTo(repo: Repo, request: PullRequest, files: Proposal["files"]): void {
  const before = request.commit;
  request.commit = commitOf(changed(before.files, files), "more", before.oid);
  repo.commits.push(request.commit);
}

/** What a handler is given. */
export interface Call {
  hub: StandIn;
  lfs: Map<string, Buffer>;
  req: IncomingMessage;
  url: URL;
  body: Buffer;
}

/** Faults of a server, or of what stands before it, that has not done anything. */
const BEFORE = /^(?:429.*|5\d\d|reset|stall)$/;

async function serve(
  hub: StandIn,
  lfs: Map<string, Buffer>,
  answer: (call: Call) => Reply,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of req) chunks.push(chunk);
  } catch {
    return;
  }
  const url = new URL(req.url ?? "/", answer === answerCdn ? hub.cdn : hub.url);
  const logged: LoggedRequest = {
    operation: operationOf(url, req.method ?? "GET", answer === answerCdn),
    method: req.method ?? "GET",
    path: url.pathname + url.search,
    authorization: req.headers.authorization,
  };
  hub.log.push(logged);
  hub.onRequest(logged);
  if (hub.instead(logged, res)) return;
  const fault = hub.faults.next(logged.operation);
  const call = { hub, lfs, req, url, body: Buffer.concat(chunks) };
  // Some faults come before anything is done; where one comes after, what was done stays done.
  const done = fault === null || !BEFORE.test(fault) ? answer(call) : fail(503, null, "");
  if (hub.unanswered(logged)) return;
  if (fault === "500 after") spoil(res, fail(500, null, "Internal Server Error"), null);
  else if (fault && /^5\d\d$/.test(fault)) spoil(res, fail(Number(fault), null, ""), null);
  else spoil(res, done, fault === "reset after" ? "reset" : fault);
}

const JOB_OPERATIONS: [JobOperation, string, RegExp][] = [
  ["jobs-hardware", "GET", /^\/api\/jobs\/hardware$/],
  ["jobs-list", "GET", /^\/api\/jobs\/[^/]+$/],
  ["jobs-start", "POST", /^\/api\/jobs\/[^/]+$/],
  ["jobs-get", "GET", /^\/api\/jobs\/[^/]+\/[^/]+$/],
  ["jobs-cancel", "POST", /^\/api\/jobs\/[^/]+\/[^/]+\/cancel$/],
  ["jobs-logs", "GET", /^\/api\/jobs\/[^/]+\/[^/]+\/logs$/],
  ["bucket-create", "POST", /^\/api\/buckets\/[^/]+\/[^/]+$/],
  ["bucket-info", "GET", /^\/api\/buckets\/[^/]+\/[^/]+$/],
  ["bucket-tree", "GET", /^\/api\/buckets\/[^/]+\/[^/]+\/tree/],
  ["bucket-resolve", "GET", /^\/buckets\/[^/]+\/[^/]+\/resolve\//],
];

function operationOf({ pathname }: URL, method: string, cdn: boolean): Operation {
  if (cdn) return method === "PUT" ? "lfs-put" : "cdn";
  if (pathname === "/api/whoami-v2") return "whoami";
  if (pathname === "/api/repos/create") return "create";
  if (pathname === "/api/models") return "search";
  if (/^\/(?:oauth|\.well-known)\//.test(pathname)) return "oauth";
  if (/^\/api\/users\/[^/]+\/overview$/.test(pathname)) return "user";
  const talk = /^\/api\/[^/]+\/[^/]+\/[^/]+\/discussions(\/\d+)?(?:\/(comment|status))?$/.exec(
    pathname,
  );
  if (talk) {
    const [, number, what] = talk;
    return what ? (`discussion-${what}` as Operation) : number ? "discussion" : "discussions";
  }
  if (/\/resolve-cache\//.test(pathname)) return "resolve-cache";
  if (/^\/buckets\//.test(pathname)) return "bucket-resolve";
  if (/\/resolve\//.test(pathname)) return "resolve";
  if (/\/info\/lfs\/objects\/batch$/.test(pathname)) return "lfs-batch";
  const job = JOB_OPERATIONS.find(([, its, path]) => its === method && path.test(pathname));
  if (job) return job[0];
  const match =
    /^\/api\/(?:datasets|models)\/[^/]+\/[^/]+(?:\/(tree|paths-info|preupload|commit|revision))?/.exec(
      pathname,
    );
  if (!match) return "other";
  return !match[1] || match[1] === "revision" ? "info" : (match[1] as Operation);
}

function answerApi(call: Call): Reply {
  try {
    return route(call);
  } catch (error) {
    if (error instanceof Refused) return error.reply;
    throw error;
  }
}

function route(call: Call): Reply {
  const { url, req } = call;
  const path = url.pathname;
  if (path === "/api/whoami-v2") return whoAmI(call);
  if (path === "/api/repos/create" && req.method === "POST") return createRepo(call);
  if (path === "/api/models") return searchModels(call);
  const oauth = answerOAuth(call.hub, req, url, call.body);
  if (oauth) return oauth;
  const user = /^\/api\/users\/([^/]+)\/overview$/.exec(path);
  if (user) return userOverview(call, decodeURIComponent(user[1]!));
  const talk =
    /^\/api\/(datasets)\/([^/]+\/[^/]+)\/discussions(?:\/(\d+)(?:\/(comment|status))?)?$/.exec(
      path,
    );
  if (talk) return discussions(call, find(call, `${talk[1]}/${talk[2]}`), talk[3], talk[4]);
  const api =
    /^\/api\/(datasets|models)\/([^/]+\/[^/]+?)(?:\/(revision|tree|paths-info|preupload|commit)(?:\/([^/]+))?(?:\/(.*))?)?$/.exec(
      path,
    );
  if (api) {
    const [, type, name, action, rev, rest] = api;
    const repo = find(call, `${type}/${name}`);
    if (repo.movedTo) return moved(path.replace(name!, repo.movedTo) + url.search);
    // Some callers escape the slash of refs/pr/1, once or twice.
    const revision = decodeURIComponent(decodeURIComponent(rev ?? "HEAD"));
    if (action === "tree") return tree(call, repo, revision, decodeURIComponent(rest ?? ""));
    if (action === "paths-info") return pathsInfo(call, repo, revision);
    if (action === "preupload") return preupload(call, repo);
    if (action === "commit") return makeCommit(call, repo, revision);
    return info(repo, revision, url);
  }
  const cached = /^\/api\/resolve-cache\/(datasets|models)\/([^/]+\/[^/]+)\/([^/]+)\/(.+)$/.exec(
    path,
  );
  if (cached) {
    const [, type, name, rev, file] = cached;
    const repo = find(call, `${type}/${name}`);
    return content(call, commitAt(repo, rev!), decodeURIComponent(file!));
  }
  const batch = /^\/(datasets)\/([^/]+\/[^/]+)\.git\/info\/lfs\/objects\/batch$/.exec(path);
  if (batch && req.method === "POST") return lfsBatch(call, find(call, `${batch[1]}/${batch[2]}`));
  const resolve = /^\/(datasets\/)?([^/]+\/[^/]+)\/(resolve|raw)\/([^/]+)\/(.+)$/.exec(path);
  if (resolve) {
    const [, type, name, , rev, file] = resolve;
    const key = `${type ? "datasets" : "models"}/${name}`;
    return resolveFile(call, key, decodeURIComponent(rev!), decodeURIComponent(file!));
  }
  const ofJobs = call.hub.jobs(call);
  if (ofJobs) return ofJobs;
  const other = call.hub.others(path);
  if (other) return ranged(req, other, {});
  return fail(404, null, "Sorry, we can't find the page you are looking for.");
}

/** `GET /api/models?search=…&limit=8`, with the fields that @huggingface/hub lists (types/api/api-model.ts). */
function searchModels({ hub, url }: Call): Reply {
  const search = (url.searchParams.get("search") ?? "").toLowerCase();
  const limit = Number(url.searchParams.get("limit") ?? hub.pageSize);
  const models = [...hub.repos].filter(
    ([key, repo]) =>
      key.startsWith("models/") && !repo.private && repo.id.toLowerCase().includes(search),
  );
  return json(
    models.slice(0, limit).map(([, { id, info: about }]) => ({
      _id: id,
      id,
      modelId: id,
      likes: 0,
      downloads: 0,
      ...about,
    })),
  );
}

function userOverview({ hub }: Call, name: string): Reply {
  const since = hub.users.get(name);
  if (since === undefined) return fail(404, null, "User not found");
  return json({
    avatarUrl: `/avatars/${name}.svg`,
    isPro: false,
    fullname: name,
    numModels: 0,
    numDatasets: 0,
    numDiscussions: 0,
    numFollowers: 0,
    user: name,
    type: "user",
    ...(since !== null && { createdAt: since }),
  });
}

function discussions(call: Call, repo: Repo, number?: string, what?: string): Reply {
  const { hub, url } = call;
  if (number === undefined) return listDiscussions(repo, url, hub.discussionsPage);
  if (what === undefined) return discussionDetails(repo, Number(number), url);
  checkWrite(call, repo, false);
  const { account } = callerOf(call)!;
  return changeDiscussion(repo, Number(number), what, account, call.body.toString());
}

function moved(location: string): Reply {
  const text = `Temporary Redirect. Redirecting to ${location}`;
  return {
    status: 307,
    headers: { location, "content-type": "text/plain" },
    body: Buffer.from(text),
  };
}

/** @returns null for an anonymous caller */
export function callerOf({ hub, req }: Call): Token | null {
  const header = req.headers.authorization;
  if (!header) return null;
  const token = hub.tokens.get(header.replace(/^Bearer /, ""));
  if (!token) throw new Refused(401, null, "Invalid credentials in Authorization header");
  if (token.expired) {
    throw new Refused(401, null, `User Access Token "${token.displayName}" is expired`);
  }
  return token;
}

/** Whether a fine-grained token names the repository, or its owner, with a permission. */
function isScoped(token: Token, repo: Repo, permission: string): boolean {
  return (token.fineGrained?.scoped ?? []).some(
    ({ entity, permissions }) =>
      [repo.id, repo.id.split("/")[0]].includes(entity.name) && permissions.includes(permission),
  );
}

function find(call: Call, key: string): Repo {
  const caller = callerOf(call);
  const repo = call.hub.repos.get(key);
  const visible =
    repo &&
    (!repo.private ||
      (caller &&
        repo.members.includes(caller.account) &&
        (caller.role !== "fineGrained" || isScoped(caller, repo, "repo.content.read"))));
  if (visible) return repo;
  throw caller
    ? new Refused(404, "RepoNotFound", "Repository not found")
    : new Refused(401, call.hub.hasCodes ? "RepoNotFound" : null, "Invalid username or password.");
}

export function commitAt(repo: Repo, rev: string): Commit {
  const pr = /^refs\/pr\/(\d+)$/.exec(rev);
  if (pr) {
    const number = Number(pr[1]);
    // As a rule they lie in the order of their numbers.
    const guess = repo.pullRequests[number - 1];
    const found =
      guess?.number === number ? guess : repo.pullRequests.find((r) => r.number === number);
    if (found) return found.commit;
  }
  const oid = repo.branches.get(rev === "HEAD" ? "main" : rev) ?? rev;
  const commit = repo.commits.find((c) => c.oid === oid);
  if (commit) return commit;
  throw new Refused(404, "RevisionNotFound", `Invalid rev id: ${rev}`);
}

function whoAmI(call: Call): Reply {
  const token = callerOf(call);
  if (!token) return fail(401, null, "Invalid username or password.");
  const { account, displayName, role, fineGrained } = token;
  const access = {
    displayName,
    role,
    createdAt: "2026-01-01T00:00:00.000Z",
    ...(role === "fineGrained" && {
      fineGrained: { canReadGatedRepos: false, global: [], scoped: [], ...fineGrained },
    }),
  };
  return json({
    type: "user",
    id: "6".repeat(24),
    name: account,
    fullname: account,
    isPro: false,
    orgs: [],
    auth: { type: "access_token", accessToken: access },
  });
}

function info(repo: Repo, rev: string, url: URL): Reply {
  const commit = commitAt(repo, rev);
  const all: Record<string, unknown> = {
    sha: commit.oid,
    private: repo.private,
    gated: repo.gated,
    likes: 0,
    downloads: 0,
    lastModified: "2026-11-25T08:00:00.000Z",
    siblings: [...commit.files].map(([rfilename, bytes]) => ({
      rfilename,
      // Only where `blobs` asks for it (huggingface_hub, files_metadata).
      ...(url.searchParams.has("blobs") && { size: bytes.length }),
    })),
    ...repo.info,
  };
  const expand = url.searchParams.getAll("expand");
  const shown = expand.length > 0 ? expand : Object.keys(all);
  return json({
    _id: createHash("md5").update(repo.id).digest("hex").slice(0, 24),
    id: repo.id,
    ...Object.fromEntries(shown.filter((key) => key in all).map((key) => [key, all[key]])),
  });
}

/** Which files the Hub keeps in LFS: by its default .gitattributes, and by size. */
export function isLfs(path: string, size: number): boolean {
  return /\.(?:parquet|bin|safetensors|gz|zip)$/.test(path) || size > 10_000_000;
}

function pointerOf(bytes: Buffer): string {
  return `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(bytes)}\nsize ${bytes.length}\n`;
}

function entryOf(path: string, bytes: Buffer): Record<string, unknown> {
  if (!isLfs(path, bytes.length)) {
    return { type: "file", oid: gitOid(bytes), size: bytes.length, path };
  }
  const pointer = Buffer.from(pointerOf(bytes));
  return {
    type: "file",
    oid: gitOid(pointer),
    size: bytes.length,
    lfs: { oid: sha256(bytes), size: bytes.length, pointerSize: pointer.length },
    xetHash: createHash("sha256").update("xet").update(bytes).digest("hex"),
    path,
  };
}

/** Of folders the Hub gives a tree's id, and size 0. */
function folderEntry(path: string): Record<string, unknown> {
  return { type: "directory", oid: gitOid(Buffer.from(path)), size: 0, path };
}

function tree(call: Call, repo: Repo, rev: string, folder: string): Reply {
  const { hub, url } = call;
  const commit = commitAt(repo, rev);
  const prefix = folder ? `${folder}/` : "";
  const recursive = url.searchParams.get("recursive") === "true";
  const expand = url.searchParams.get("expand") === "true";
  const entries = new Map<string, Record<string, unknown>>();
  for (const [path, bytes] of commit.files) {
    if (!path.startsWith(prefix)) continue;
    const parts = path.slice(prefix.length).split("/");
    for (let i = 1; i < parts.length; i++) {
      const dir = prefix + parts.slice(0, i).join("/");
      if (recursive || i === 1) entries.set(dir, folderEntry(dir));
    }
    if (recursive || parts.length === 1) entries.set(path, entryOf(path, bytes));
  }
  if (folder && entries.size === 0) {
    throw new Refused(404, "EntryNotFound", `${folder} does not exist on "${rev}"`);
  }
  const sorted = [...entries.values()].sort((a, b) => (String(a.path) < String(b.path) ? -1 : 1));
  const after = Number(
    Buffer.from(url.searchParams.get("cursor") ?? "", "base64url").toString() || "0",
  );
  const limit = Math.min(Number(url.searchParams.get("limit") ?? hub.pageSize), hub.pageSize);
  const page = sorted.slice(after, after + limit).map((entry) =>
    expand
      ? {
          ...entry,
          lastCommit: { id: commit.oid, title: commit.title, date: "2026-11-25T08:00:00.000Z" },
          securityFileStatus: { status: "safe" },
        }
      : entry,
  );
  if (after + limit >= sorted.length) return json(page);
  const next = new URL(url);
  next.searchParams.set("cursor", Buffer.from(String(after + limit)).toString("base64url"));
  return json(page, { link: `<${next.href}>; rel="next"` });
}

function pathsInfo({ body }: Call, repo: Repo, rev: string): Reply {
  const { paths } = JSON.parse(body.toString()) as { paths: string[] };
  const { files } = commitAt(repo, rev);
  return json(
    paths.flatMap((path) => {
      const bytes = files.get(path);
      if (bytes) return [entryOf(path, bytes)];
      return [...files.keys()].some((p) => p.startsWith(`${path}/`)) ? [folderEntry(path)] : [];
    }),
  );
}

function resolveFile(call: Call, key: string, rev: string, path: string): Reply {
  const repo = find(call, key);
  const { url } = call;
  if (repo.movedTo) return moved(url.pathname.replace(repo.id, repo.movedTo) + url.search);
  const caller = callerOf(call);
  if (repo.gated) {
    const page = `${call.hub.url}/${key.replace(/^models\//, "")}`;
    const start = `Access to ${key.startsWith("d") ? "dataset" : "model"} ${repo.id} is restricted`;
    if (!caller)
      throw new Refused(
        401,
        "GatedRepo",
        `${start}. You must have access to it and be authenticated to access it. Please log in.`,
      );
    if (caller.role === "fineGrained" && !caller.fineGrained?.canReadGatedRepos) {
      throw new Refused(
        403,
        null,
        "Please enable access to public gated repositories in your fine-grained token settings to view this repository.",
      );
    }
    if (!repo.members.includes(caller.account)) {
      throw new Refused(
        403,
        "GatedRepo",
        `${start} and you are not in the authorized list. Visit ${page} to ask for access.`,
      );
    }
  }
  const commit = commitAt(repo, rev);
  const bytes = commit.files.get(path);
  if (!bytes) throw new Refused(404, "EntryNotFound", "Entry not found");
  const headers = { "x-repo-commit": commit.oid, "accept-ranges": "bytes" };
  if (!isLfs(path, bytes.length)) {
    // Small files come from a cache on the Hub's own origin.
    const location = `/api/resolve-cache/${key}/${commit.oid}/${encodeURIComponent(path)}`;
    const etag = `"${gitOid(bytes)}"`;
    return { status: 307, body: Buffer.from(""), headers: { ...headers, location, etag } };
  }
  const oid = sha256(bytes);
  call.lfs.set(oid, bytes);
  const location = `${call.hub.cdn}/${key}/${oid}?X-Amz-Signature=${sha256(Buffer.from(oid)).slice(0, 16)}`;
  return {
    status: 302,
    body: Buffer.from(`Found. Redirecting to ${location}`),
    headers: {
      ...headers,
      location,
      etag: `"${gitOid(Buffer.from(pointerOf(bytes)))}"`,
      "x-linked-size": String(bytes.length),
      "x-linked-etag": `"${oid}"`,
    },
  };
}

function content(call: Call, commit: Commit, path: string): Reply {
  const bytes = commit.files.get(path);
  if (!bytes) throw new Refused(404, "EntryNotFound", "Entry not found");
  const headers = { etag: `"${gitOid(bytes)}"`, "x-repo-commit": commit.oid };
  return ranged(call.req, bytes, headers);
}

export function ranged(req: IncomingMessage, bytes: Buffer, given: Record<string, string>): Reply {
  const headers = {
    "content-type": "application/octet-stream",
    "accept-ranges": "bytes",
    ...given,
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(req.headers.range ?? "");
  if (!range) return { status: 200, headers, body: bytes };
  const start = Number(range[1]);
  const end = Math.min(range[2] ? Number(range[2]) : Number.POSITIVE_INFINITY, bytes.length - 1);
  if (start > end) {
    return {
      status: 416,
      headers: { "content-range": `bytes */${bytes.length}` },
      body: Buffer.from(""),
    };
  }
  const ranges = { "content-range": `bytes ${start}-${end}/${bytes.length}` };
  return { status: 206, headers: { ...headers, ...ranges }, body: bytes.subarray(start, end + 1) };
}

function answerCdn({ lfs, req, url, body }: Call): Reply {
  if (req.headers.authorization) {
    const text =
      "<Error><Code>InvalidArgument</Code><Message>Only one auth mechanism allowed</Message></Error>";
    return { status: 400, headers: { "content-type": "application/xml" }, body: Buffer.from(text) };
  }
  const oid = url.pathname.split("/").at(-1)!;
  if (req.method === "PUT") {
    lfs.set(oid, body);
    return { status: 200, headers: { etag: `"${oid}"` }, body: Buffer.from("") };
  }
  const bytes = lfs.get(oid);
  if (!bytes) return { status: 404, headers: {}, body: Buffer.from("<Error/>") };
  return ranged(req, bytes, { etag: `"${oid}"` });
}

function checkWrite(call: Call, repo: Repo, pullRequest: boolean): void {
  const caller = callerOf(call);
  if (!caller) throw new Refused(401, null, "Invalid username or password.");
  const may =
    caller.role === "write"
      ? pullRequest || repo.members.includes(caller.account)
      : caller.role === "fineGrained" && isScoped(caller, repo, "repo.write");
  if (may) return;
  throw new Refused(
    403,
    null,
    caller.role === "read"
      ? "Forbidden: you must use a write token to upload to a repository."
      : "Forbidden: you don't have the required permissions to perform this action",
  );
}

/** Of a dataset, in one's own name or that of an organisation: whoever makes it is a member. */
function createRepo(call: Call): Reply {
  const caller = callerOf(call);
  if (!caller) throw new Refused(401, null, "Invalid username or password.");
  if (caller.role !== "write") {
    throw new Refused(403, null, "Forbidden: you must use a write token to create a repository.");
  }
  const { name, organization, type, visibility } = JSON.parse(call.body.toString());
  const id = `${organization}/${name}`;
  if (call.hub.repos.has(`${type}s/${id}`)) {
    throw new Refused(409, null, "You already created this dataset repo");
  }
  const options = { private: visibility === "private", members: [caller.account] };
  call.hub.dataset(id, { ".gitattributes": "" }, options);
  return json({ url: `${call.hub.url}/${type}s/${id}`, name: id, id });
}

function preupload(call: Call, repo: Repo): Reply {
  checkWrite(call, repo, call.url.searchParams.has("create_pr"));
  const { files } = JSON.parse(call.body.toString()) as { files: { path: string; size: number }[] };
  return json({
    files: files.map(({ path, size }) => ({
      path,
      uploadMode: isLfs(path, size) ? "lfs" : "regular",
      shouldIgnore: false,
    })),
    commitOid: repo.branches.get("main"),
  });
}

function lfsBatch(call: Call, repo: Repo): Reply {
  checkWrite(call, repo, true);
  const { objects } = JSON.parse(call.body.toString()) as {
    objects: { oid: string; size: number }[];
  };
  return json(
    {
      transfer: "basic",
      objects: objects.map(({ oid, size }) =>
        call.lfs.has(oid)
          ? { oid, size }
          : {
              oid,
              size,
              authenticated: true,
              actions: { upload: { href: `${call.hub.cdn}/lfs/${oid}` } },
            },
      ),
    },
    { "content-type": "application/vnd.git-lfs+json" },
  );
}

interface Line {
  key: "header" | "file" | "lfsFile" | "deletedFile";
  value: Record<string, string>;
}

function makeCommit(call: Call, repo: Repo, branch: string): Reply {
  const asPullRequest = call.url.searchParams.get("create_pr") === "1";
  checkWrite(call, repo, asPullRequest);
  const lines = call.body
    .toString()
    .split("\n")
    .filter(Boolean)
    .map((l) => JSON.parse(l) as Line);
  const header = lines.find(({ key }) => key === "header")!.value;
  const head = commitAt(repo, branch);
  const parent = header.parentCommit ?? head.oid;
  if (!asPullRequest && parent !== head.oid) {
    throw new Refused(412, null, "A commit has happened since. Please refresh and try again.");
  }
  const files = new Map(commitAt(repo, parent).files);
  for (const { key, value } of lines) {
    if (key === "file") {
      files.set(value.path!, Buffer.from(value.content!, value.encoding as BufferEncoding));
    } else if (key === "lfsFile") {
      const bytes = call.lfs.get(value.oid!);
      if (!bytes || sha256(bytes) !== value.oid) {
        throw new Refused(
          400,
          null,
          `LFS pointer pointed to a file that does not exist: ${value.path}`,
        );
      }
      files.set(value.path!, bytes);
    } else if (key === "deletedFile") files.delete(value.path!);
  }
  const commit = commitOf(files, header.summary!, parent);
  const done = {
    success: true,
    commitOid: commit.oid,
    commitUrl: `${call.hub.url}/datasets/${repo.id}/commit/${commit.oid}`,
    hookOutput: "",
  };
  repo.commits.push(commit);
  if (!asPullRequest) {
    repo.branches.set(branch === "HEAD" ? "main" : branch, commit.oid);
    return json(done);
  }
  const { number } = addPullRequest(repo, {
    ...{ author: callerOf(call)!.account, title: header.summary! },
    ...{ createdAt: new Date().toISOString(), parent, commit },
  });
  return json({
    ...done,
    pullRequestUrl: `${call.hub.url}/datasets/${repo.id}/discussions/${number}`,
  });
}

const gitOid = remembered((bytes) =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex"),
);

const sha256 = remembered((bytes) => createHash("sha256").update(bytes).digest("hex"));

/** Files do not change, and are asked for often. */
function remembered(digest: (bytes: Buffer) => string): (bytes: Buffer) => string {
  const known = new WeakMap<Buffer, string>();
  return (bytes) => {
    const before = known.get(bytes);
    if (before) return before;
    const made = digest(bytes);
    known.set(bytes, made);
    return made;
  };
}
