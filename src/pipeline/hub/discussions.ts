import { z } from "zod";
import { cleanText } from "../../core/records/text.ts";
import { readWhole } from "../net/fetch.ts";
import { Fault } from "../net/patience.ts";
import { oddAnswer } from "./answer.ts";
import type { Hub } from "./connection.ts";
import { Refusal } from "./refusal.ts";
import { telling } from "./telling.ts";

/**
 * Discussions and pull requests of a dataset, as huggingface_hub asks for them (hf_api.py:
 * get_repo_discussions, get_discussion_details, change_discussion_status); the JavaScript client has no
 * functions for them.
 */
export interface Discussion {
  number: number;
  title: string;
  /** The account that opened it, as the Hub says it; null where that has been deleted. */
  author: string | null;
  /** When it was opened, ISO 8601 to the second. */
  at: string;
  status: string;
  isPullRequest: boolean;
}

const discussionSchema = z
  .object({
    num: z.number().int().positive(),
    title: z.string().transform((text) => cleanText(text).slice(0, 200)),
    // huggingface_hub, too, takes an author without a name for a deleted one.
    author: z
      .object({ name: z.string().max(200), type: z.string().nullish() })
      .nullish()
      .catch(null),
    createdAt: z.iso.datetime({ offset: true }),
    status: z.string().max(40),
    isPullRequest: z.boolean(),
  })
  .transform(
    ({ num, title, author, createdAt, status, isPullRequest }): Discussion => ({
      ...{ number: num, title, status, isPullRequest },
      author: author && (author.type ?? "user") === "user" ? author.name : null,
      at: `${new Date(createdAt).toISOString().slice(0, 19)}Z`,
    }),
  );

const pageSchema = z.object({
  discussions: z.array(z.unknown()),
  count: z.number().int().min(0),
  start: z.number().int().min(0),
});

/** Open discussions and pull requests of one dataset that are looked at in one run. */
const MOST = 100_000;

/**
 * All that are open, by their numbers. While they are listed others may be opened or closed, so that one
 * comes twice or not at all: the next run sees it. What cannot be read of one costs the others nothing.
 *
 * @throws UserError where the Hub refuses, or answers something else
 */
export async function openDiscussions(hub: Hub, dataset: string): Promise<Discussion[]> {
  const found = new Map<number, Discussion>();
  for (let page = 0; found.size < MOST; page++) {
    const { discussions, count, start } = await pageOf(hub, dataset, page);
    const before = found.size;
    const read = discussions.flatMap((one) => discussionSchema.safeParse(one).data ?? []);
    for (const discussion of read) found.set(discussion.number, discussion);
    if (discussions.length > 0 && found.size === 0) {
      throw oddAnswer(hub, `the discussions of ${dataset}`);
    }
    // A page without news is the end, whatever the count says: else a circle would have none.
    if (found.size === before || start + discussions.length >= count) break;
  }
  return [...found.values()]
    .filter(({ status }) => status === "open")
    .sort((a, b) => a.number - b.number);
}

async function pageOf(hub: Hub, dataset: string, page: number) {
  const asked = `${addressOf(hub, dataset)}?p=${page}&status=open`;
  const answer = await telling(hub, dataset, "read", async () =>
    (await hub.client.fetch(asked)).json(),
  );
  const checked = pageSchema.safeParse(answer);
  if (!checked.success) throw oddAnswer(hub, `the discussions of ${dataset}`);
  return checked.data;
}

/** Bytes of a difference that are read: whoever changes that much is not submitting or voting. */
const LARGEST_DIFFERENCE = 4_000_000;

/**
 * Paths that a pull request changes, as git names them: unusual ones quoted.
 *
 * @returns null where the Hub does not say, or says it in more than four megabytes
 */
export async function changedPaths(
  hub: Hub,
  dataset: string,
  number: number,
): Promise<string[] | null> {
  const address = `${addressOf(hub, dataset)}/${number}?diff=1`;
  const bytes = await telling(hub, dataset, "read", () =>
    hub.patience.run(address, async () => {
      const read = await readWhole(await hub.fetchOnce(address), LARGEST_DIFFERENCE);
      if (read !== null) checkedJson(read);
      return read;
    }),
  );
  if (bytes === null) return null;
  const checked = z.object({ diff: z.string() }).safeParse(JSON.parse(bytes.toString()));
  return checked.success ? pathsIn(checked.data.diff) : null;
}

function checkedJson(bytes: Buffer): void {
  try {
    JSON.parse(bytes.toString());
  } catch {
    throw new Fault("truncated", `an answer of ${bytes.length} bytes that is no whole JSON`);
  }
}

/** Lines of content begin with a sign of their own, so that none can be taken for a head. */
function pathsIn(diff: string): string[] {
  const heads = [...diff.matchAll(/^diff --git (.+)$/gm)].map((m) => m[1]!);
  return heads.map((head) => /^a\/(.+) b\/\1$/.exec(head)?.[1] ?? head);
}

const detailsSchema = z.object({ status: z.string() });

/**
 * Closes a pull request with a comment. Of an answer that is lost it is not known whether the comment
 * was made: then the Hub is asked whether it is closed.
 *
 * @throws UserError where the Hub refuses, or does not answer
 */
export async function closeDiscussion(
  hub: Hub,
  dataset: string,
  number: number,
  comment: string,
): Promise<void> {
  const address = `${addressOf(hub, dataset)}/${number}`;
  const body = JSON.stringify({ status: "closed", comment });
  const headers = { "content-type": "application/json" };
  await telling(hub, dataset, "write", async () => {
    for (let faults = 0; ; faults++) {
      try {
        await hub.client.fetch(`${address}/status`, { method: "POST", headers, body });
        return;
      } catch (error) {
        if (!(error instanceof Fault) || faults >= 8) throw error;
        await hub.patience.wait(error, faults, `closing ${dataset}#${number}`);
        if ((await statusOf(hub, dataset, number)) !== "open") return;
      }
    }
  });
}

/** @returns null where there is no such discussion any more */
export async function statusOf(hub: Hub, dataset: string, number: number): Promise<string | null> {
  try {
    const answer = await hub.client.fetch(`${addressOf(hub, dataset)}/${number}`);
    const checked = detailsSchema.safeParse(await answer.json());
    if (checked.success) return checked.data.status;
  } catch (error) {
    if (error instanceof Refusal && error.status === 404) return null;
    throw error;
  }
  throw oddAnswer(hub, `the discussion ${number} of ${dataset}`);
}

function addressOf({ settings }: Hub, dataset: string): string {
  return `${settings.endpoint}/api/datasets/${dataset}/discussions`;
}

/** Where people find a discussion. */
export function pageOfDiscussion({ settings }: Hub, dataset: string, number: number): string {
  return `${settings.endpoint}/datasets/${dataset}/discussions/${number}`;
}
