import type { Get } from "../core/queue/get.ts";
import { hubJson } from "./hub.ts";

/** A pull request on the Hub. */
export interface OwnRequest {
  number: number;
  title: string;
  isOpen: boolean;
  /** ISO 8601. */
  created: string;
}

/** The newest pull requests that an account has opened on a dataset, as many as the Hub lists at once. */
export async function ownRequests(
  get: Get,
  dataset: string,
  account: string,
): Promise<OwnRequest[]> {
  const query = new URLSearchParams({ author: account, type: "pull_request", status: "all" });
  const answer = await hubJson(get, `/api/datasets/${dataset}/discussions?${query}`);
  const list = (answer as { discussions?: unknown } | null | undefined)?.discussions;
  if (!Array.isArray(list)) throw new Error("The Hub does not say which pull requests are yours.");
  return list.flatMap((one: Record<string, unknown> | null) => {
    const { num, title, status, createdAt, isPullRequest } = one ?? {};
    const by = (one?.author as { name?: unknown } | undefined)?.name;
    const isOwn = by === account && isPullRequest === true && Number.isSafeInteger(num);
    if (!isOwn || typeof title !== "string" || typeof createdAt !== "string") return [];
    const isOpen = status === "open" || status === "draft";
    return [{ number: num as number, title: title.slice(0, 200), isOpen, created: createdAt }];
  });
}
