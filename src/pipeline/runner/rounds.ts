import { objectionTo } from "./command.ts";
import { costAt } from "./cost.ts";
import { isExpired, NotAllowed } from "./life.ts";
import type { Machine } from "./machine.ts";
import type { Place } from "./order.ts";
import { factorOf, readPast } from "./past.ts";
import { happen, type Queue, readQueue } from "./queue.ts";
import type { RequestFile } from "./request-file.ts";
import type { Runner } from "./runner.ts";
import { type Estimate, sizeOf } from "./size.ts";
import { type RunnerStatus, tell } from "./status.ts";
import { work } from "./work.ts";

/** A request that waits, and what it would take here. */
export interface Planned extends Place {
  /** Or why it is not run here. */
  estimate: Estimate | string;
}

/** What would be run here, in which order, and on what: nothing is changed. */
export async function plan(
  runner: Runner,
): Promise<{ queue: Queue; machine: Machine; planned: Planned[] }> {
  const queue = await readQueue(runner.hub, runner.cache, runner.requests);
  const machine = await runner.executor.machine();
  const past = await readPast(runner.work);
  const factor = (name: string) => factorOf(past, name);
  const planned: Planned[] = [];
  for (const place of await runner.order(queue.requests)) {
    const estimate = await sizeIn(runner, place.request, machine, factor);
    planned.push({ ...place, estimate });
  }
  return { queue, machine, planned };
}

async function sizeIn(
  { executor, suite, price }: Runner,
  request: RequestFile,
  machine: Machine,
  factor: (deviceName: string) => number,
): Promise<Estimate | string> {
  if ("size" in executor) return executor.size(request, suite, factor);
  const size = sizeOf(request.row, suite, machine, factor);
  return typeof size === "string" ? size : { ...size, cost: costAt(price, size.seconds) };
}

/**
 * Puts back what dead runners had, and runs the first request of the queue that fits here, to its end.
 *
 * @returns the request after it; null where there is none to run
 * @throws UserError where the Hub does not answer; a request in work then goes back once its lease is over
 */
export async function runFirst(runner: Runner): Promise<RequestFile | null> {
  await putBackExpired(runner);
  if ("balance" in runner.executor) await runner.executor.balance();
  const { queue, machine, planned } = await plan(runner);
  const who = { runner: runner.name, executor: runner.executor.name, machine };
  const report = (change: Parameters<typeof tell>[2]) => tell(runner.work, who, change);
  await report({ waiting: planned.map(waitingOf), counts: countsOf(queue), running: null });
  for (const { request, estimate } of planned) {
    if (runner.signal.aborted) return null;
    // What cannot be run anywhere is told to its submitter; what is too large here waits for others.
    if (typeof estimate === "string" && objectionTo(request.row) === null) continue;
    try {
      return await work(runner, request, typeof estimate === "string" ? null : estimate, report);
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
      runner.say(`${request.row.model}: left to others, ${error.message}`);
    }
  }
  return null;
}

/** Ends the requests of a model that wait or run. @returns how many: not those that ended by themselves meanwhile */
export async function cancel(
  runner: Pick<Runner, "hub" | "cache" | "requests">,
  model: string,
): Promise<number> {
  const { requests } = await readQueue(runner.hub, runner.cache, runner.requests);
  const open = requests.filter(
    ({ row }) => row.model === model && (row.status === "PENDING" || row.status === "RUNNING"),
  );
  let cancelled = 0;
  for (const { path } of open) {
    try {
      await happen(runner.hub, runner.requests, path, { kind: "cancel" });
      cancelled++;
    } catch (error) {
      if (!(error instanceof NotAllowed)) throw error;
    }
  }
  return cancelled;
}

async function putBackExpired({ hub, cache, requests: dataset, say }: Runner): Promise<void> {
  const { requests } = await readQueue(hub, cache, dataset);
  const now = hub.patience.clock.now();
  for (const { path, row } of requests.filter(({ life }) => isExpired(life, now))) {
    try {
      const { life } = await happen(hub, dataset, path, { kind: "expire", now });
      say(`${row.model}: its runner is gone, now ${life.status}`);
    } catch (error) {
      // Another runner did it, or its own came back.
      if (!(error instanceof NotAllowed)) throw error;
    }
  }
}

function waitingOf({ request, reason, estimate }: Planned): RunnerStatus["waiting"][number] {
  const isRefused = typeof estimate === "string";
  return {
    model: request.row.model,
    path: request.path,
    reason,
    estimate: isRefused ? null : estimate,
    refused: isRefused ? estimate : null,
  };
}

function countsOf({ requests }: Queue): RunnerStatus["counts"] {
  const counts: RunnerStatus["counts"] = {};
  for (const { life } of requests) counts[life.status] = (counts[life.status] ?? 0) + 1;
  return counts;
}
