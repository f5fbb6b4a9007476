import { HUB, openQueue } from "../../core/queue/open.ts";
import { requestsOf } from "../../core/queue/size.ts";
import { transformersOf } from "../../core/queue/transformers-of.ts";
import { VERSION } from "../api/answers.ts";
import type { VoteSetup } from "../queue/setup.ts";
import type { SubmitSetup } from "../submit/setup.ts";
import { leaderboard, type Site } from "./board.ts";
import { folderHref, href } from "./href.ts";
import { hasQueue } from "./queue.ts";

/** What the script of `/submit/` is told; null where nobody can submit. */
export function submitSetup(site: Site): SubmitSetup | null {
  const open = openQueue(leaderboard);
  if (open === null) return null;
  const { per_author, largest, never, precisions, worth, front, estimates } = leaderboard.queue;
  const { suite } = site.boards[0]!;
  return {
    hub: HUB,
    requests: open.requests,
    client: open.client,
    rules: { per_author, largest, never, precisions, worth, front, estimates },
    asked: requestsOf(suite),
    transformers: transformersOf(suite).version,
    models: folderHref(`/api/${VERSION}/models/`),
    waiting: hasQueue(site) ? href("/table/waiting.json") : null,
    queue: hasQueue(site) ? href("/queue/") : null,
  };
}

/** What the script that votes is told; null where nobody can log in. */
export function voteSetup(): VoteSetup | null {
  const open = openQueue(leaderboard);
  if (!open?.client) return null;
  return { hub: HUB, client: open.client, requests: open.requests, votes: open.votes };
}
