import { openDisputes } from "../../core/decisions/decisions.ts";
import { LEAST_ACCOUNTS } from "../../core/queue/account.ts";
import type { Flag } from "../../core/records/curated.ts";
import { count, plural } from "../../core/table/format.ts";
import type { Discussion } from "../hub/discussions.ts";
import { isExpired } from "../runner/life.ts";
import type { RequestFile } from "../runner/request-file.ts";
import type { Burst } from "./bursts.ts";
import type { Outcome } from "./collector.ts";

/** A line of a digest: a sentence, and where the thing is. What others wrote is in it as it is. */
export interface Item {
  text: string;
  link?: string;
}

/** What needs a person, of one kind. */
export interface Section {
  title: string;
  /** Where its figures are from. */
  source: string;
  items: Item[];
  /** Things of the kind that are not among the items. */
  more: number;
}

/** All that is known when a digest is made. */
export interface Findings {
  /** Milliseconds since 1970. */
  now: number;
  outcomes: readonly Outcome[];
  /** Open discussions that are no pull requests, with their datasets. */
  talks: readonly { dataset: string; talk: Discussion }[];
  requests: readonly RequestFile[];
  /** The leaderboard's own list. */
  flags: readonly Flag[];
  /** With the median age in days of the accounts that were asked about, and how many that were. */
  bursts: readonly (Burst & { age: { median: number; of: number } | null })[];
  /** Addresses of a discussion and of a dataset. */
  pageOf: (dataset: string, number: number) => string;
}

const DAY = 86_400_000;

/** Items that a section shows. */
const SHOWN = 10;

/** Milliseconds: what another program runs without a lease is asked about after so long. */
const LONG_RUN = 3 * DAY;

/** Titles of discussions that dispute a score or flag a model. */
const DISPUTE = /^\W{0,5}(?:dispute|flag)\b/i;

/** What needs a person, and how much of it there is: sections without anything are left out. Pure. */
export function digestOf(found: Findings): Section[] {
  return [
    left(found),
    waiting(found),
    disputes(found),
    unanswered(found),
    bursts(found),
    failures(found),
    leases(found),
    longest(found),
  ].filter(({ items }) => items.length > 0);
}

function section(title: string, source: string, items: readonly Item[], shown = SHOWN): Section {
  return {
    ...{ title: `${title}: ${count(items.length)}`, source, items: items.slice(0, shown) },
    more: Math.max(0, items.length - shown),
  };
}

const ago = (now: number, then: string | number | null) => {
  const ms =
    then === null ? Number.NaN : now - (typeof then === "number" ? then : Date.parse(then));
  return Number.isNaN(ms) ? "an unknown time" : plural(Math.max(0, Math.floor(ms / DAY)), "day");
};

function ofKind({ outcomes, now, pageOf }: Findings, kind: "left" | "waits"): Item[] {
  return outcomes.flatMap(({ dataset, request: { number, author, at, title }, verdict }) =>
    verdict.is === kind
      ? [
          {
            text: `${dataset}#${number} by ${author ?? "a deleted account"}, "${title}", open for ${ago(now, at)}. ${verdict.why}`,
            link: pageOf(dataset, number),
          },
        ]
      : [],
  );
}

const left = (found: Findings) =>
  section(
    "Pull requests left to a person",
    "open pull requests, as the collector judges them now",
    ofKind(found, "left"),
  );

const waiting = (found: Findings) =>
  section(
    "Pull requests that wait for what the Hub does not say",
    "open pull requests, as the collector judges them now",
    ofKind(found, "waits"),
  );

function disputes({ talks, now, pageOf }: Findings): Section {
  const items = talks
    .filter(({ talk }) => DISPUTE.test(talk.title))
    .map(({ dataset, talk: { number, author, title, at } }) => ({
      text: `${dataset}#${number} by ${author ?? "a deleted account"}, "${title}", open for ${ago(now, at)}.`,
      link: pageOf(dataset, number),
    }));
  const source = `open discussions whose title begins with Dispute or Flag, of ${count(talks.length)} that are open`;
  return section("Disputes and flags", source, items);
}

function unanswered({ flags, now }: Findings): Section {
  const items = openDisputes(flags).map(
    ({ flag: { model, suite }, dispute: { by, at, text, link } }) => ({
      text: `${model} in ${suite}, by ${by}, open for ${ago(now, at)}: "${text}"`,
      ...(link !== null && { link }),
    }),
  );
  const source = `the ${plural(flags.length, "flag")} of flagged.json; each waits for its field answer`;
  return section("Disputes without an answer", source, items);
}

function bursts({ bursts }: Findings): Section {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace("T", " ");
  const items = bursts.map(({ model, from, to, accounts, first, only, all, age }) => ({
    text:
      `${model}: ${plural(accounts, "account")} from ${time(from)} to ${time(to)} UTC, of ${count(all)} that voted for it at any time; ` +
      `${count(first.length)} had never voted before, ${count(only)} have voted for nothing else. ` +
      (age
        ? `The median of ${plural(age.of, "account")} asked about is ${plural(age.median, "day")} old.`
        : "The Hub does not say how old they are."),
  }));
  const source = `proven votes of the dataset of votes: ${LEAST_ACCOUNTS} accounts or more within a day, half of them for the first time. Whether that is a ring is for people to judge`;
  return section("Votes in bursts", source, items);
}

function failures({ requests, now }: Findings): Section {
  const causes = new Map<string, RequestFile[]>();
  for (const file of requests.filter(({ row }) => row.status === "FAILED")) {
    const cause = file.row.cause ?? "no cause noted";
    causes.set(cause, [...(causes.get(cause) ?? []), file]);
  }
  const week = (file: RequestFile) =>
    file.row.ended_at !== null && now - Date.parse(file.row.ended_at) < 7 * DAY;
  const items = [...causes]
    .map(([cause, files]) => ({ cause, files, recent: files.filter(week) }))
    .sort((a, b) => b.recent.length - a.recent.length || b.files.length - a.files.length)
    .map(({ cause, files, recent }) => {
      const names = [...recent, ...files].slice(0, 3).map(({ row }) => row.model);
      return {
        text: `${cause}: ${count(recent.length)} in the last 7 days, ${count(files.length)} in all; ${[...new Set(names)].join(", ")}.`,
      };
    });
  return section("Causes of failed requests", "files of requests with the status FAILED", items);
}

function leases({ requests, now }: Findings): Section {
  const running = requests.filter(({ row }) => row.status === "RUNNING");
  const items = running.flatMap(({ row, life }) => {
    if (isExpired(life, now)) {
      return [
        {
          text: `${row.model}: the lease of ${life.holder} is over since ${ago(now, life.until)}; no runner has put it back, so none may be running.`,
        },
      ];
    }
    const since = row.started_at === null ? Number.NaN : Date.parse(row.started_at);
    if (life.until !== null || now - since < LONG_RUN) return [];
    return [
      {
        text: `${row.model}: runs without a lease for ${ago(now, row.started_at)}, by ${row.job_id ?? "an unknown job"}; npm run runner -- cancel ends it.`,
      },
    ];
  });
  return section(
    "Requests that may be stuck",
    `the ${plural(running.length, "file")} of requests with the status RUNNING`,
    items,
  );
}

function longest({ requests, now }: Findings): Section {
  const pending = requests
    .filter(({ row }) => row.status === "PENDING")
    .sort((a, b) => ((a.row.submitted_at ?? "~") < (b.row.submitted_at ?? "~") ? -1 : 1));
  const items = pending.map(({ row }) => ({
    text: `${row.model} (${row.precision ?? "precision unknown"}) waits for ${ago(now, row.submitted_at)}${row.why ? `; last: ${row.why}` : ""}`,
  }));
  return section(
    "Requests that wait, the longest first",
    "files of requests with the status PENDING",
    items,
    5,
  );
}
