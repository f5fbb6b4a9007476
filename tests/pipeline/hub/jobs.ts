import { lstatSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { tmpFolder } from "../cache/folder.ts";
import { type Call, callerOf, type Reply, ranged, type StandIn } from "./stand-in.ts";
import { json, Refused } from "./stand-in-answers.ts";

/**
 * Jobs and buckets for the stand-in of the Hub. Their shapes come from
 * - the client's source: lib/jobs/*.ts (addresses, bodies) with types/api/api-jobs.ts, lib/create-repo.ts,
 *   lib/list-files.ts, lib/file-download-info.ts and lib/commit.ts (buckets);
 * - huggingface_hub 1.27: _jobs_api.py (stages, hardware), hf_api.py: list_jobs (pages by Link, filter `label`),
 *   bucket_info (`private`).
 *
 * A container is what a test says: a function, or a process of this machine over real folders.
 */
export interface Jobs {
  /** Oldest first. */
  all: StandInJob[];
  /** What `/api/jobs/hardware` answers. */
  hardware: unknown;
  /** Jobs on a page of the list. */
  pageSize: number;
  /** Whether the list can be filtered by label. */
  filters: boolean;
  /** Jobs that the list does not show yet. */
  hidden: (job: StandInJob) => boolean;
  /** Whether buckets are private. */
  private: boolean;
  /** Seconds that a job says it took. */
  took: number;
  /** What runs in a container; it has ended when this has. */
  container: Container;
  /** Folder of this machine that has a bucket's content. */
  bucket: (name: string) => string;
}

export type Container = (job: StandInJob, box: Box) => Promise<Ending>;

/** How a container ended. */
export interface Ending {
  stage: string;
  message?: string;
}

/** A container's folders, and what ends it. */
export interface Box {
  /** Folder of this machine that stands for its `/`. */
  root: string;
  signal: AbortSignal;
}

export interface StandInJob {
  id: string;
  namespace: string;
  /** What it was started with. */
  body: {
    dockerImage: string;
    command: string[];
    flavor: string;
    environment: Record<string, string>;
    secrets?: Record<string, string>;
    timeoutSeconds: number;
    attempts: number;
    labels: Record<string, string>;
    volumes: Volume[];
  };
  stage: string;
  message: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  logs: string[];
  abort: AbortController;
  /** Its container has ended. */
  ended: Promise<void>;
}

interface Volume {
  type: string;
  source: string;
  mountPath: string;
  revision?: string;
  readOnly?: boolean;
  path?: string;
}

/** As the client's types and huggingface_hub's examples have them; the prices are made up. */
export const HARDWARE = [
  hardwareOf("cpu-basic", "2 vCPU", "16 GB", null, 167),
  hardwareOf("t4-small", "4 vCPU", "15 GB", gpuOf("T4", "1", "16 GB"), 10_000),
  hardwareOf("l4x4", "48 vCPU", "186 GB", gpuOf("L4", "4", "96 GB"), 63_333),
  hardwareOf("a100-large", "12 vCPU", "142 GB", gpuOf("A100", "1", "80 GB"), 41_667),
];

function hardwareOf(
  name: string,
  cpu: string,
  ram: string,
  accelerator: object | null,
  cost: number,
) {
  return {
    ...{ name, prettyName: name, cpu, ram, accelerator },
    ...{ unitCostMicroUSD: cost, unitCostUSD: cost / 1e6, unitLabel: "minute" },
  };
}

function gpuOf(model: string, quantity: string, vram: string) {
  return { type: "gpu", model, quantity, vram, manufacturer: "Nvidia" };
}

/** Gives a stand-in jobs. Their containers do nothing, until a test says otherwise. */
export async function withJobs(hub: StandIn): Promise<Jobs> {
  const buckets = await tmpFolder();
  const boxes = await tmpFolder();
  const made = new Set<string>();
  const jobs: Jobs = {
    all: [],
    hardware: HARDWARE,
    pageSize: 100,
    filters: true,
    hidden: () => false,
    private: true,
    took: 90,
    container: async () => ({ stage: "COMPLETED" }),
    bucket: (name) => join(buckets, name.replace("/", "__")),
  };
  hub.jobs = (call) => {
    const { pathname } = call.url;
    if (pathname === "/api/jobs/hardware") return json(jobs.hardware);
    const [, namespace, id, action] =
      /^\/api\/jobs\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(pathname) ?? [];
    if (namespace !== undefined) {
      checkMember(call);
      if (id === undefined && call.req.method === "POST")
        return start(jobs, call, namespace, boxes);
      if (id === undefined) return list(jobs, call, namespace);
      const job = jobs.all.find((one) => one.id === id && one.namespace === namespace);
      if (job === undefined) throw new Refused(404, null, "Job not found");
      if (action === "logs") return logs(job);
      if (action === "cancel") cancel(jobs, job);
      return json(shown(job));
    }
    const [, name, rest] = /^\/(?:api\/)?buckets\/([^/]+\/[^/]+)(?:\/(.*))?$/.exec(pathname) ?? [];
    if (name === undefined) return null;
    checkMember(call);
    return bucket(jobs, made, call, name, decodeURIComponent(rest ?? ""));
  };
  return jobs;
}

function checkMember(call: Call): void {
  const caller = callerOf(call);
  if (caller === null) throw new Refused(401, null, "Invalid username or password.");
  if (caller.role === "read")
    throw new Refused(403, null, "Forbidden: this token may not use jobs");
}

function start(jobs: Jobs, { hub, body }: Call, namespace: string, boxes: string): Reply {
  const asked = JSON.parse(body.toString()) as StandInJob["body"];
  const flavors = jobs.hardware as { name: string }[];
  if (!flavors.some(({ name }) => name === asked.flavor)) {
    throw new Refused(400, null, `Unknown flavor ${asked.flavor}`);
  }
  const id = String(jobs.all.length + 1).padStart(24, "0");
  const job: StandInJob = {
    ...{ id, namespace, body: asked, stage: "RUNNING", message: null, logs: [] },
    ...{ createdAt: new Date().toISOString(), startedAt: new Date().toISOString() },
    ...{ finishedAt: null, abort: new AbortController(), ended: Promise.resolve() },
  };
  jobs.all.push(job);
  const root = join(boxes, id);
  const { container } = jobs;
  job.ended = (async () => {
    await mount(hub, jobs, job, root);
    const { stage, message } = await container(job, { root, signal: job.abort.signal });
    finish(jobs, job, stage, message ?? null);
  })();
  return json(shown(job));
}

function finish(jobs: Jobs, job: StandInJob, stage: string, message: string | null): void {
  if (job.finishedAt !== null) return;
  job.stage = stage;
  job.message = message;
  job.finishedAt = new Date(Date.parse(job.createdAt) + jobs.took * 1000).toISOString();
}

function cancel(jobs: Jobs, job: StandInJob): void {
  job.abort.abort();
  finish(jobs, job, "CANCELED", null);
}

function shown(job: StandInJob) {
  const { id, body, stage, message, createdAt, startedAt, finishedAt } = job;
  const { secrets, ...rest } = body;
  return {
    ...{ type: "job", id, ...rest, secrets: Object.keys(secrets ?? {}) },
    ...{ createdAt, startedAt, finishedAt, status: { stage, message, failureCount: 0 } },
    owner: { id: "6".repeat(24), name: job.namespace, type: "user" },
  };
}

function list(jobs: Jobs, { url }: Call, namespace: string): Reply {
  const labels = jobs.filters ? url.searchParams.getAll("label").map((one) => one.split("=")) : [];
  const all = jobs.all
    .filter((job) => job.namespace === namespace && !jobs.hidden(job))
    .filter(({ body }) => labels.every(([name, value]) => body.labels[name!] === value))
    .reverse();
  const from = Number(url.searchParams.get("cursor") ?? 0);
  const page = all.slice(from, from + jobs.pageSize).map(shown);
  if (from + jobs.pageSize >= all.length) return json(page);
  const next = new URL(url);
  next.searchParams.set("cursor", String(from + jobs.pageSize));
  return json(page, { link: `<${next.href}>; rel="next"` });
}

function logs({ logs: lines }: StandInJob): Reply {
  const events = lines.map(
    (data) => `data: ${JSON.stringify({ data, timestamp: Date.now() })}\n\n`,
  );
  return {
    status: 200,
    headers: { "content-type": "text/event-stream" },
    body: Buffer.from(events.join("")),
  };
}

function bucket(jobs: Jobs, made: Set<string>, call: Call, name: string, rest: string): Reply {
  if (call.req.method === "POST" && rest === "") {
    if (made.has(name)) throw new Refused(409, null, "This bucket exists");
    made.add(name);
    mkdirSync(jobs.bucket(name), { recursive: true });
    return json({ url: `${call.hub.url}/buckets/${name}`, id: name });
  }
  if (!made.has(name)) throw new Refused(404, "RepoNotFound", "Bucket not found");
  const [action, ...path] = rest.split("/");
  const place = join(jobs.bucket(name), ...path);
  if (action === "") return json({ id: name, private: jobs.private, totalFiles: 0, size: 0 });
  if (action === "tree") return json(entriesIn(place, path.join("/")));
  const info = lstatSync(place, { throwIfNoEntry: false });
  if (!info?.isFile()) throw new Refused(404, "EntryNotFound", "Entry not found");
  return ranged(call.req, readFileSync(place), { etag: '"bucket"' });
}

/** Of what is neither file nor folder the client knows only that it is "unknown". */
function entriesIn(folder: string, prefix: string): object[] {
  const isThere = lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
  const names = isThere ? readdirSync(folder, { withFileTypes: true }) : [];
  return names.flatMap((entry) => {
    const [path, place] = [`${prefix}/${entry.name}`, join(folder, entry.name)];
    if (entry.isDirectory()) {
      return [{ type: "directory", path, size: 0 }, ...entriesIn(place, path)];
    }
    const type = entry.isFile() ? "file" : "unknown";
    const uploadedAt = new Date().toISOString();
    return [{ type, path, size: lstatSync(place).size, xetHash: "0".repeat(64), uploadedAt }];
  });
}

/** Makes a container's folders: repositories at their commits, and the bucket's own. */
async function mount(hub: StandIn, jobs: Jobs, job: StandInJob, root: string): Promise<void> {
  for (const { type, source, mountPath, revision = "main", path = "" } of job.body.volumes) {
    const place = join(root, mountPath);
    await mkdir(dirname(place), { recursive: true });
    if (type === "bucket") {
      const folder = join(jobs.bucket(source), path);
      await mkdir(folder, { recursive: true });
      await symlink(folder, place);
      continue;
    }
    await mkdir(place, { recursive: true });
    const repo = hub.repos.get(`${type}s/${source}`);
    const commit = repo?.commits.find(
      ({ oid }) => oid === (repo.branches.get(revision) ?? revision),
    );
    for (const [name, bytes] of commit?.files ?? []) {
      if (path !== "" && !name.startsWith(`${path}/`)) continue;
      const file = join(place, path === "" ? name : name.slice(path.length + 1));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, bytes);
    }
  }
}

/** Every file below a folder of a container, with its text. */
export async function filesBelow(folder: string): Promise<Record<string, string>> {
  const names = await readdir(folder, { recursive: true });
  const files: Record<string, string> = {};
  for (const name of names.sort()) {
    const path = join(folder, name);
    if ((await lstat(path)).isFile()) files[name] = await readFile(path, "utf8");
  }
  return files;
}
