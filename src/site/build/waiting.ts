import { lastBegun } from "../../core/queue/order.ts";
import { queueOf } from "../../core/queue/queue.ts";
import type { WaitingFile } from "../submit/setup.ts";
import type { QueueInput } from "./queue-page.ts";

/** What decides about the place of a request that is not there yet. Pure. */
export function waitingFile(
  { requests, votes, rules, choice, hours }: QueueInput,
  until: string | null,
): WaitingFile {
  const places = queueOf({ requests, votes, rules, choice, hours, now: 0 });
  return {
    until,
    waiting: places.map(({ request }) => ({
      path: request.path,
      submitted_at: request.submitted_at,
      submitter: request.submitter,
      votes: request.votes,
      chosen: request.chosen,
      hours: request.hours,
    })),
    begun: lastBegun(
      requests.filter(({ status }) => status !== "PENDING"),
      rules,
    ),
  };
}
