import { count, plural } from "../table/format.ts";
import type { QueueRules } from "./rules.ts";
import { lastOf, picksOf, type Submitter } from "./share.ts";

/** A request that waits. */
export interface Waiting {
  /** Of its file: names it. */
  path: string;
  /** ISO 8601; null where its file does not say: it counts as the newest. */
  submitted_at: string | null;
  submitter: Submitter;
  /** Votes that count: see `tally.ts`. */
  votes: number;
  /** Whether its model is the maintainers' choice. */
  chosen: boolean;
  /**
   * Expected hours on a GPU. Null where its size is not known: that counts as the most. 0 where nobody
   * estimates any.
   */
  hours: number | null;
}

/** What a request is worth, in days of waiting: `total` is the sum, and `cost` is taken off. */
export interface Worth {
  /** Days since it was submitted; of unknown time, since the newest was. */
  waiting: number;
  choice: number;
  votes: number;
  cost: number;
  total: number;
}

/** A request's place in the queue. */
export interface Place<R> {
  request: R;
  /** From 1. */
  place: number;
  worth: Worth;
  /** Why it stands there: sentences for the person who asks. */
  reason: string;
}

/** The rules that make the order. */
export type OrderRules = Pick<QueueRules, "worth" | "front">;

/** A request that was begun, if it says when. */
export interface Begun {
  path: string;
  started_at: string | null;
  submitter: Submitter;
}

const DAY = 86_400_000;

/**
 * Puts those who wait in order. Pure.
 *
 * - All is counted in days of waiting: what a request has waited, what the maintainers' choice and its
 *   votes (`vote_days` × log2(1 + votes)) add, what its time on a GPU takes off. Greatest first, of
 *   the same worth the older, then by a digest of the path: the order in which they come does not matter.
 * - As all get older alike, the order does not change by waiting. Who comes later by more days than
 *   choice, votes and cost can make up together never passes: so nothing waits for ever. (Of a request
 *   that does not say since when it waits this is not promised; the collector always says it.)
 * - Places are given one after the other, and of `front.size` in a row one account gets at most
 *   `front.per_author`, as long as a request of another account waits that may have the place. Requests
 *   that were begun before (`begun`) are the places before the first: else who takes only the first and
 *   looks anew would never see an account's share used up.
 * - A vote never costs its request a place. Compare the places with and without it: as long as its request
 *   was not picked in either, the same were picked, so the same accounts have used up their share, and of
 *   the same requests the best is picked. Only the worth of the one has grown: it is picked at the same
 *   place or sooner. A vote that names no precision may be for several: the first of them, by the same
 *   reasoning, never loses a place.
 *
 * @param now milliseconds since 1970: what days of waiting are counted to, and nothing else
 * @param begun submitters of the requests begun last, the newest last: see `lastBegun`
 */
export function placesOf<R extends Waiting>(
  waiting: readonly R[],
  { worth: rule, front }: OrderRules,
  now: number,
  begun: readonly Submitter[] = [],
): Place<R>[] {
  const newest = newestOf(waiting) ?? now;
  const all = waiting.map((request) => valued(request, rule, newest)).sort(before);
  const submitters = all.map(({ request }) => request.submitter);
  return picksOf(submitters, front, begun).map(({ index, behind }, i) => {
    const picked = all[index]!;
    // Of those that are better, the others went before it.
    const more = index - behind;
    const worth = worthOf(picked, now);
    const standing = standingOf({ more, less: i - more, behind }, front);
    const reason = `${sumOf(picked, worth)} ${standing}`;
    return { request: picked.request, place: i + 1, worth, reason };
  });
}

/**
 * Who sent in the requests that were begun last, the newest last: as many as decide about the share of the
 * next.
 */
export function lastBegun(
  requests: readonly Begun[],
  { front }: Pick<QueueRules, "front">,
): Submitter[] {
  const times = requests.flatMap(({ started_at, path, submitter }) => {
    const time = timeOf(started_at);
    return time === null ? [] : [{ time, path, submitter }];
  });
  times.sort((a, b) => a.time - b.time || compare(a.path, b.path));
  return lastOf(times, front.size - 1).map(({ submitter }) => submitter);
}

/** A request with what it is sorted by. Milliseconds. */
interface Valued<R> {
  request: R;
  since: number;
  /** What is added to its waiting, in days. */
  choice: number;
  votes: number;
  cost: number;
  /** Its worth, less `now`: whole milliseconds, so that equal is equal. */
  key: number;
  digest: number;
}

function valued<R extends Waiting>(
  request: R,
  rule: OrderRules["worth"],
  newest: number,
): Valued<R> {
  const since = timeOf(request.submitted_at) ?? newest;
  const choice = request.chosen ? rule.choice_days : 0;
  const votes = Math.min(rule.vote_days * Math.log2(1 + request.votes), rule.most_vote_days);
  const cost = costOf(request.hours, rule);
  const key = Math.round((choice + votes - cost) * DAY) - since;
  return { request, since, choice, votes, cost, key, digest: digestOf(request.path) };
}

function costOf(hours: number | null, { cost_days, most_cost_days }: OrderRules["worth"]): number {
  if (cost_days === 0) return 0;
  return hours === null ? most_cost_days : Math.min((hours / 24) * cost_days, most_cost_days);
}

function worthOf({ since, choice, votes, cost }: Valued<unknown>, now: number): Worth {
  const waiting = (now - since) / DAY;
  return { waiting, choice, votes, cost, total: waiting + choice + votes - cost };
}

/** Greatest worth first. */
function before<R extends Waiting>(a: Valued<R>, b: Valued<R>): number {
  const { path } = a.request;
  return b.key - a.key || a.since - b.since || a.digest - b.digest || compare(path, b.request.path);
}

function newestOf(waiting: readonly Waiting[]): number | null {
  const times = waiting.flatMap(({ submitted_at }) => timeOf(submitted_at) ?? []);
  return times.reduce<number | null>((a, b) => (a === null || b > a ? b : a), null);
}

/** Milliseconds since 1970. */
function timeOf(text: string | null): number | null {
  const time = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** FNV-1a of a text's UTF-16 units, 32 bits: no name is ahead by its first letter. */
function digestOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** `12.3`, `12` */
function short(days: number): string {
  return String(Number(days.toFixed(1)) + 0);
}

/** `12.3 days`, `1 day` */
function inDays(days: number): string {
  const text = short(days);
  return `${text} ${text === "1" ? "day" : "days"}`;
}

/** `12 days of waiting, 5 votes count as 18.1, some 6 hours on a GPU take off 0.3: 29.8 days.` */
function sumOf({ request, choice, votes, cost }: Valued<Waiting>, worth: Worth): string {
  const newest =
    request.submitted_at === null ? " like the newest, as it does not say its own" : "";
  const parts = [`${inDays(worth.waiting)} of waiting${newest}`];
  if (choice > 0) parts.push(`the maintainers' choice counts as ${short(choice)}`);
  if (votes > 0) {
    const verb = request.votes === 1 ? "counts" : "count";
    parts.push(`${plural(request.votes, "vote")} ${verb} as ${short(votes)}`);
  }
  // Less than is shown of a day is not worth a word.
  if (cost >= 0.05) parts.push(`${timeIn(request.hours)} off ${short(cost)}`);
  // Of one part the sum is that part.
  const sum = parts.length > 1 ? `: ${inDays(worth.total)}` : "";
  return `${parts.join(", ")}${sum}.`;
}

function timeIn(hours: number | null): string {
  if (hours === null) return "its size is not known, which takes";
  const whole = Math.max(1, Math.round(hours));
  return whole === 1 ? "about an hour on a GPU takes" : `some ${count(whole)} hours on a GPU take`;
}

/** What stands before a request, and why not by worth alone. */
function standingOf(
  { more, less, behind }: { more: number; less: number; behind: number },
  { size, per_author }: OrderRules["front"],
): string {
  if (more + less + behind === 0) return "None has more.";
  const share = `of ${size} in a row at most ${per_author} are one account's`;
  const first = more + less === 0 ? "It is next" : `${goes(more)} with as much or more`;
  const fewer = less > 0 ? `, and ${count(less)} with less, as ${share}` : "";
  const later =
    behind > 0
      ? `; ${count(behind)} with more come${behind === 1 ? "s" : ""} later, as ${share}`
      : "";
  return `${first}${fewer}${later}.`;
}

/** `2 go before it` */
function goes(n: number): string {
  return `${count(n)} ${n === 1 ? "goes" : "go"} before it`;
}
