import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import {
  cancelJob,
  getJob,
  type JobVolume,
  listJobHardware,
  runJob,
  streamJobLogs,
  whoAmI,
} from "@huggingface/hub";
import { z } from "zod";
import { cleanText } from "../../../core/records/text.ts";
import { UserError } from "../../../core/records/user-error.ts";
import { oddAnswer, readable } from "../../hub/answer.ts";
import type { Hub } from "../../hub/connection.ts";
import { Refusal } from "../../hub/refusal.ts";
import { type Hardware, readHardware } from "./hardware.ts";

/** A job as the Hub tells of it. */
const jobSchema = z.object({
  id: z.string().regex(/^[\w-]{1,64}$/),
  status: z.object({
    stage: z.string().max(40).transform(cleanText),
    message: z
      .string()
      .transform((text) => cleanText(text).slice(0, 300))
      .nullish(),
  }),
  createdAt: z.iso.datetime({ offset: true }),
  finishedAt: z.iso.datetime({ offset: true }).nullish(),
  startedAt: z.iso.datetime({ offset: true }).nullish(),
  flavor: z.string().max(64),
  timeoutSeconds: z.number().positive().nullish(),
  labels: z.record(z.string(), z.string()).nullish(),
});

export type Job = z.infer<typeof jobSchema>;

/**
 * Stages after which nothing runs: of huggingface_hub's `_jobs_api.py`, and of the client, which has others. One that is
 * in neither is waited for: that it has ended `finishedAt` says too.
 */
const OVER = ["COMPLETED", "CANCELED", "CANCELLED", "ERROR", "DELETED", "STOPPED"];

export function isOver({ status, finishedAt }: Job): boolean {
  return OVER.includes(status.stage) || (finishedAt ?? null) !== null;
}

/** The token goes along in the client's fetch; the client only wants to see one. */
const accessToken = "hf_in_fetch";

/** The account that the token is of. */
export async function ownAccount(hub: Hub): Promise<string> {
  const who = await readable(hub, "this account", () => whoAmI({ ...hub.client, accessToken }));
  return z.string().parse(who.name);
}

export async function hardwareOf(hub: Hub): Promise<Hardware[]> {
  return readHardware(await readable(hub, "hardware", () => listJobHardware({ ...hub.client })));
}

/** What a job is started with. */
export interface Start {
  dockerImage: string;
  command: string[];
  flavor: string;
  timeoutSeconds: number;
  attempts: number;
  labels: Record<string, string>;
  volumes: JobVolume[];
}

/**
 * Starts a job. It is asked for once: where the answer is lost, nobody knows whether it runs.
 *
 * @throws Refusal where the Hub does not start it; anything else may come after it has
 */
export async function startJob(hub: Hub, namespace: string, start: Start): Promise<Job> {
  // The Hub lists more kinds than the client knows.
  const flavor = start.flavor as Parameters<typeof runJob>[0]["flavor"];
  return asJob(hub, await runJob({ ...hub.client, accessToken, namespace, ...start, flavor }));
}

export async function lookAt(hub: Hub, namespace: string, jobId: string): Promise<Job> {
  const job = await readable(hub, `the job ${jobId}`, () =>
    getJob({ ...hub.client, accessToken, namespace, jobId }),
  );
  return asJob(hub, job);
}

/** Asks for a job's end. That it has ended, `lookAt` says; what has ended already may not be cancelled. */
export async function endJob(hub: Hub, namespace: string, jobId: string): Promise<void> {
  await cancelJob({ ...hub.client, accessToken, namespace, jobId }).catch((error) => {
    if (!(error instanceof Refusal) || error.status === 401 || error.status === 403) throw error;
  });
}

/** Pages of a listing, at most. */
const MOST_PAGES = 1000;

/**
 * All jobs with a label, newest first. The client's `listJobs` reads one page, and the Hub has given several since
 * June 2026 (huggingface/huggingface_hub#4403): a job on the second would be started twice.
 *
 * @throws UserError where the list cannot be read to its end
 */
export async function jobsWith(
  hub: Hub,
  namespace: string,
  label: string,
  value: string,
): Promise<Job[]> {
  const { hubUrl, fetch } = hub.client;
  const found: Job[] = [];
  const query = new URLSearchParams({ label: `${label}=${value}` });
  let url: string | null = `${hubUrl}/api/jobs/${encodeURIComponent(namespace)}?${query}`;
  for (let pages = 1; url !== null; pages++) {
    if (pages > MOST_PAGES || new URL(url).origin !== new URL(hubUrl).origin) {
      throw new UserError(
        `The Hub's list of the jobs of ${namespace} has no end that can be read.`,
      );
    }
    const response: Response = await fetch(url);
    const page = z
      .array(z.looseObject({ labels: z.record(z.string(), z.unknown()).nullish() }))
      .safeParse(await response.json());
    if (!page.success) throw oddAnswer(hub, `the jobs of ${namespace}`);
    // A Hub that does not know the filter gives all.
    const ours = page.data.filter(({ labels }) => labels?.[label] === value);
    found.push(...ours.map((job) => asJob(hub, job)));
    url = /<([^<>]+)>;\s*rel="next"/.exec(response.headers.get("link") ?? "")?.[1] ?? null;
  }
  return found.sort((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt));
}

function asJob(hub: Hub, value: unknown): Job {
  const job = jobSchema.safeParse(value);
  if (job.success) return job.data;
  throw oddAnswer(hub, "a job");
}

/** Milliseconds that the logs of an ended job may take. */
const READING = 60_000;

/** Writes what a job said to a file, for people; where that does not go, there is none. */
export async function keepLogs(
  hub: Hub,
  namespace: string,
  jobId: string,
  { path, most }: { path: string; most: number },
): Promise<void> {
  const signal = AbortSignal.timeout(READING);
  const fetch: typeof hub.fetchOnce = (input, init) => hub.fetchOnce(input, { ...init, signal });
  async function* lines() {
    let left = most;
    for await (const { message } of streamJobLogs({
      hubUrl: hub.client.hubUrl,
      fetch,
      accessToken,
      namespace,
      jobId,
    })) {
      const line = Buffer.from(`${cleanText(String(message))}\n`).subarray(0, left);
      left -= line.length;
      yield line;
      if (left <= 0) return;
    }
  }
  await pipeline(lines, createWriteStream(path, { flags: "a" })).catch(() => {});
}
