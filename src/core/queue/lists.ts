import { compareText } from "../view/search.ts";
import { lastChange, type Told } from "./timeline.ts";

/** Requests that stand alike, as the page shows them. */
export interface RequestList<R> {
  /** As the files have it. */
  status: string;
  /** Of all, shown or not. */
  total: number;
  /** The first of them: those that wait by place, those that run oldest first, all others newest first. */
  shown: R[];
}

/** Requests of one list that the page holds; the others are in the table. */
export const MOST_SHOWN = 100;

/** The statuses of the format, in the order in which a reader asks for them. */
const KNOWN = ["RUNNING", "PENDING", "FAILED", "FINISHED", "CANCELLED"];

/**
 * Every request in one list, by status: those of the format first, then whatever else the files have,
 * under its own name. A list of the format is there even where it is empty.
 *
 * @param places by request, of those that wait, from 1
 */
export function listsOf<R extends Told & { model: string }>(
  requests: readonly R[],
  places: ReadonlyMap<R, number>,
): RequestList<R>[] {
  const byStatus = new Map<string, R[]>(KNOWN.map((status) => [status, []]));
  for (const request of requests) {
    const list = byStatus.get(request.status);
    if (list) list.push(request);
    else byStatus.set(request.status, [request]);
  }
  const others = [...byStatus.keys()].slice(KNOWN.length).sort(compareText);
  return [...KNOWN, ...others].map((status) => {
    const all = byStatus.get(status)!;
    return { status, total: all.length, shown: sorted(status, all, places).slice(0, MOST_SHOWN) };
  });
}

function sorted<R extends Told & { model: string }>(
  status: string,
  all: readonly R[],
  places: ReadonlyMap<R, number>,
): R[] {
  if (status === "PENDING") {
    return all.toSorted((a, b) => (places.get(a) ?? Infinity) - (places.get(b) ?? Infinity));
  }
  const byName = (a: R, b: R) => compareText(a.model, b.model);
  if (status === "RUNNING") {
    const began = (r: R) => r.started_at ?? "~";
    return all.toSorted((a, b) => compareText(began(a), began(b)) || byName(a, b));
  }
  const last = (r: R) => lastChange(r) ?? "";
  return all.toSorted((a, b) => compareText(last(b), last(a)) || byName(a, b));
}
