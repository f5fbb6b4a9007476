import { closeDiscussion, statusOf } from "../hub/discussions.ts";
import { inParallel } from "../net/parallel.ts";
import type { Collector, Outcome } from "./collector.ts";

/** Closes what has been decided, each with its comment. */
export async function closeAll({ hub, dry }: Collector, outcomes: Outcome[]): Promise<void> {
  if (dry) return;
  const decided = outcomes.filter(({ verdict }) => "comment" in verdict);
  await inParallel(hub.patience.concurrency, decided, async ({ dataset, request, verdict }) => {
    if (!("comment" in verdict)) return;
    // Only whoever made the commit has `taken` it; anything else another collector may have said already.
    if (verdict.is !== "taken" && (await statusOf(hub, dataset, request.number)) !== "open") return;
    await closeDiscussion(hub, dataset, request.number, verdict.comment);
  });
}
