import { UserError } from "../../core/records/user-error.ts";
import { closeDiscussion, statusOf } from "../hub/discussions.ts";
import { Refusal } from "../hub/refusal.ts";
import { inParallel } from "../net/parallel.ts";
import { EndsRun } from "../net/patience.ts";
import type { Collector, Outcome } from "./collector.ts";

/**
 * Closes what has been decided, each with its comment. One that cannot be closed keeps no other from it.
 *
 * @returns the outcomes, with what could not be closed
 */
export async function closeAll(
  { hub, dry }: Collector,
  outcomes: readonly Outcome[],
): Promise<Outcome[]> {
  const closed = [...outcomes];
  if (dry) return closed;
  await inParallel(hub.patience.concurrency, [...outcomes.entries()], async ([i, outcome]) => {
    try {
      await close(hub, outcome);
    } catch (error) {
      const isOfHub = error instanceof UserError || error instanceof Refusal;
      if (!isOfHub || error instanceof EndsRun) throw error;
      closed[i] = { ...outcome, unclosed: error.message };
    }
  });
  return closed;
}

async function close(hub: Collector["hub"], { dataset, request, verdict }: Outcome): Promise<void> {
  if (!("comment" in verdict)) return;
  // Only whoever made the commit has `taken` it; anything else another collector may have said already.
  if (verdict.is !== "taken" && (await statusOf(hub, dataset, request.number)) !== "open") return;
  await closeDiscussion(hub, dataset, request.number, verdict.comment);
}
