import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createRepo, downloadFile, listFiles } from "@huggingface/hub";
import { z } from "zod";
import { cleanLines } from "../../../core/records/text.ts";
import { urlPath } from "../../../core/records/url-path.ts";
import { readable } from "../../hub/answer.ts";
import type { Hub } from "../../hub/connection.ts";
import { Refusal } from "../../hub/refusal.ts";
import { Fault } from "../../net/patience.ts";
import { noteSchema } from "../energy.ts";
import { ExecutorFailed } from "../executor.ts";
import { TAIL } from "../failure.ts";
import { isSamplesFile, RESULTS_NAME } from "../output.ts";

/** Where jobs write: a private bucket, in it a folder for each start. */
export function bucketOf(namespace: string): string {
  return `${namespace}/leaderboard-runner`;
}

/** The job's folder in the bucket. */
export function folderOf(start: string): string {
  return `jobs/${start}`;
}

/**
 * Makes the bucket where there is none.
 *
 * @throws ExecutorFailed where it may be read by all: samples have questions of benchmarks
 */
export async function makeBucket(hub: Hub, name: string): Promise<void> {
  const repo = { type: "bucket" as const, name };
  const access = { ...hub.client, accessToken: "hf_in_fetch" };
  await createRepo({ ...access, repo, visibility: "private" }).catch((error) => {
    if (!(error instanceof Refusal && error.status === 409)) throw error;
  });
  const answer = await hub.client.fetch(`${hub.client.hubUrl}/api/buckets/${name}`);
  const info = z.object({ private: z.boolean() }).safeParse(await answer.json());
  if (!info.data?.private) {
    throw new ExecutorFailed(
      `The bucket ${name} is not said to be private, and what jobs write has questions of benchmarks: make it private.`,
    );
  }
}

const STOPS = ["time", "deadline", "disk"] as const;

const commandSchema = z.object({
  i: z.number().int().min(0).max(999),
  small: z.boolean(),
  code: z.number().int().nullable(),
  signal: z.string().max(20).nullable(),
  stopped: z.enum(STOPS).nullable(),
  seconds: z.number().nonnegative(),
  network: z.enum(["none", "as the machine's"]),
  energy: noteSchema.nullable().default(null).catch(null),
  tail: z.string().max(TAIL).transform(cleanLines),
});

const isOutput = (path: string) => {
  const [folder, i, name = "", ...more] = path.split("/");
  const isName = RESULTS_NAME.test(name) || isSamplesFile(name);
  return folder === "output" && /^\d{1,3}$/.test(i ?? "") && isName && more.length === 0;
};

/** What `job.py` says at its end. It comes from a container that ran a stranger's model: nothing of it is believed unread. */
const reportSchema = z.object({
  start: z.string(),
  failed: z.string().max(1000).transform(cleanLines).nullable(),
  commands: z.array(commandSchema).max(1000),
  files: z
    .array(
      z.object({
        path: z.string().refine(isOutput, "is no file of the harness"),
        bytes: z.number().int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(10_000),
});

export type Report = z.infer<typeof reportSchema>;

/** Bytes of what `job.py` says at its end, at most: two ends of logs for each command. */
const LARGEST_REPORT = 64_000_000;

/** Something of a bucket is not what its job may write there. */
export class BadOutput extends Error {}

/** A file of a job's folder, as the Hub lists it. */
interface Listed {
  path: string;
  size: number;
}

/** Files that a job may have; more are not listed to their end. */
const MOST_FILES = 20_000;

/** Files of a job's folder by their paths in it; folders, links and whatever else there is are none. */
async function filesOf(hub: Hub, bucket: string, start: string): Promise<Map<string, Listed>> {
  const folder = folderOf(start);
  const files = new Map<string, Listed>();
  const repo = { type: "bucket" as const, name: bucket };
  await readable(hub, `the files of ${bucket}`, async () => {
    for await (const { type, path, size } of listFiles({
      ...hub.client,
      repo,
      path: folder,
      recursive: true,
    })) {
      if (files.size >= MOST_FILES) throw new BadOutput("it wrote more files than a job may");
      if (type !== "file" || !path.startsWith(`${folder}/`)) continue;
      files.set(path.slice(folder.length + 1), { path, size });
    }
  }).catch((error) => {
    if (!(error instanceof Refusal && error.status === 404)) throw error;
  });
  return files;
}

/**
 * What a job said at its end.
 *
 * @returns null where it said nothing
 * @throws BadOutput for what it cannot have said
 */
export async function readReport(
  hub: Hub,
  bucket: string,
  start: string,
  folder: string,
): Promise<Report | null> {
  const listed = (await filesOf(hub, bucket, start)).get("ended.json");
  if (listed === undefined) return null;
  if (listed.size > LARGEST_REPORT) throw new BadOutput("its last word is too long");
  const path = join(folder, "ended.json");
  const isWhole = async () => jsonOrNull(await readFile(path, "utf8")) !== null;
  await fetchFile(hub, bucket, listed, path, isWhole);
  const report = reportSchema.safeParse(jsonOrNull(await readFile(path, "utf8")));
  if (!report.success || report.data.start !== start) {
    throw new BadOutput("its last word cannot be read");
  }
  return report.data;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Brings what a command wrote, and nothing that was not announced: files of the harness, of the size and content
 * that were said.
 *
 * @param folder of the request; the files come to `output/COMMAND` there, all or none
 * @param most bytes, all together
 * @throws BadOutput
 */
export async function bringOutput(
  hub: Hub,
  bucket: string,
  { start, files }: Report,
  i: number,
  { folder, most }: { folder: string; most: number },
): Promise<void> {
  const own = files.filter(({ path }) => path.startsWith(`output/${i}/`));
  if (files.reduce((sum, { bytes }) => sum + bytes, 0) > most) {
    throw new BadOutput("it wrote more than a run may");
  }
  const listed = await filesOf(hub, bucket, start);
  const place = join(folder, "bringing");
  await rm(place, { recursive: true, force: true });
  await mkdir(place, { recursive: true });
  for (const { path, bytes, sha256 } of own) {
    const there = listed.get(path);
    if (there?.size !== bytes) throw new BadOutput(`${basename(path)} is not what was announced`);
    const isAnnounced = async (digest: string) => digest === sha256;
    await fetchFile(hub, bucket, there, join(place, basename(path)), isAnnounced);
  }
  const output = join(folder, "output", String(i));
  await rm(output, { recursive: true, force: true });
  await mkdir(join(folder, "output"), { recursive: true });
  await rename(place, output);
}

/**
 * Fetches a file of a bucket, of just the size that was listed.
 *
 * @param isRight whether it is the one, by its sha256, once it is there
 * @throws BadOutput where it is another one each time
 */
async function fetchFile(
  hub: Hub,
  bucket: string,
  { path, size }: Listed,
  to: string,
  isRight: (sha256: string) => Promise<boolean>,
): Promise<void> {
  const { endpoint } = hub.settings;
  const place = urlPath(path);
  const url = `${endpoint}/buckets/${bucket}/resolve/${place}`;
  const repo = { type: "bucket" as const, name: bucket };
  const attempt = async () => {
    const digest = createHash("sha256");
    let came = 0;
    // The client hands on no more than an error's text: the error itself is kept here.
    let failure: unknown;
    const fetchOne: typeof fetch = async (input, init) => {
      try {
        const response = await hub.fetchOnce(input, init);
        // The client would wait for the bytes of a body that is not there.
        if (!response.body) throw new Fault("length", "an answer without any bytes came");
        return response;
      } catch (error) {
        failure = error;
        throw error;
      }
    };
    async function* bytes() {
      const blob = await downloadFile({
        ...{ repo, path, hubUrl: endpoint, fetch: fetchOne, xet: false },
        downloadInfo: { url, size, etag: "" },
      });
      for await (const part of blob!.stream() as unknown as AsyncIterable<Uint8Array>) {
        came += part.length;
        if (came > size) throw new Fault("length", `more than ${size} bytes came`);
        digest.update(part);
        yield part;
      }
    }
    try {
      await pipeline(size === 0 ? [] : bytes, createWriteStream(to));
    } catch (error) {
      throw failure ?? error;
    }
    if (came !== size) throw new Fault("length", `${came} of ${size} bytes came`);
    if (!(await isRight(digest.digest("hex")))) throw new Fault(OTHER, "other bytes came");
  };
  await hub.patience.run(`${bucket}/${path}`, attempt).catch((error) => {
    if ((error.cause as Fault | undefined)?.kind !== OTHER) throw error;
    throw new BadOutput(`${basename(path)} is not what was announced`);
  });
}

/** Kind of the fault that a file has the right length, and is another one. */
const OTHER = "hash";
