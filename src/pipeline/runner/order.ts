import type { RequestFile } from "./request-file.ts";

/** A request's place in the queue. */
export interface Place {
  request: RequestFile;
  /** Why it stands there: a sentence for the person who asks. */
  reason: string;
}

/** How those who wait are sorted: what comes first, and why. Pure. */
export type Order = (waiting: readonly RequestFile[]) => Place[];

/** Who has waited longest is first; of the same moment, by path; of unknown time, last. */
export const oldestFirst: Order = (waiting) => {
  const key = ({ row, path }: RequestFile) => [row.submitted_at ?? "~", path] as const;
  const sorted = waiting
    .map((request) => [key(request), request] as const)
    .sort(([a], [b]) => compare(a[0], b[0]) || compare(a[1], b[1]))
    .map(([, request]) => request);
  return sorted.map((request, i) => ({ request, reason: reasonOf(request, i) }));
};

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function reasonOf({ row }: RequestFile, before: number): string {
  const since = row.submitted_at
    ? `Waits since ${row.submitted_at.slice(0, 16).replace("T", " ")}`
    : "Does not say since when it waits";
  return before === 0 ? `${since}: the oldest.` : `${since}: ${before} before it.`;
}
