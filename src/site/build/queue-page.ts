import { expectedStarts } from "../../core/queue/expected.ts";
import { listsOf } from "../../core/queue/lists.ts";
import type { Place } from "../../core/queue/order.ts";
import { orderWords } from "../../core/queue/order-words.ts";
import { type Queued, queueOf } from "../../core/queue/queue.ts";
import type { QueueRules } from "../../core/queue/rules.ts";
import type { Tally, Vote } from "../../core/queue/tally.ts";
import { roughMoment, type Step, timelineOf } from "../../core/queue/timeline.ts";
import { splitModel } from "../../core/table/cells.ts";
import { count, plural } from "../../core/table/format.ts";
import type { Choice } from "../queue/setup.ts";
import { mendOf, NO_REASON } from "./mend.ts";
import { type QueueRow, whatOf } from "./queue-row.ts";

/** What the queue's page is made from. */
export interface QueueInput {
  requests: readonly QueueRow[];
  votes: readonly Vote[];
  rules: QueueRules;
  /** The maintainers' choice. */
  choice: ReadonlySet<string>;
  /** Hours that count for the order: see `Waiting`. */
  hours(row: QueueRow): number | null;
  /** Expected hours on a GPU; null where they are not known. */
  estimated(row: QueueRow): number | null;
  /** Address of a model's page; null where it has none. */
  modelPage(model: string): string | null;
  /** Whether the tables have an evaluation of it. */
  hasRow(row: QueueRow): boolean;
  /** Day of the tables. */
  asOf: string;
  /** Address of a pull request on the dataset of requests; null where that is not known. */
  pullRequest(number: number): string | null;
}

/** A request as the page shows it. */
export interface ShownRequest {
  model: string;
  owner: string;
  name: string;
  /** Of the model's page; null where it has none. */
  address: string | null;
  what: string;
  choice: boolean;
  /** Of those that wait, from 1. */
  place: number | null;
  /** Pull request that it came by; null where that is not known. */
  pull_request: number | null;
  /** What a vote for it names; null where it does not wait. */
  ballot: Choice | null;
  /** Null where nobody voted. */
  votes: string | null;
  said: string | null;
  mend: string | null;
  /** What `at` is the time of; alone where that is not known. */
  when: string;
  at: string | null;
  steps: (Step & { link: string | null })[];
}

/** The requests that stand alike, in the page's words. */
export interface ShownList {
  /** Id of its section. */
  key: string;
  status: string;
  title: string;
  note: string;
  /** What is said where there is none. */
  empty: string;
  total: number;
  requests: ShownRequest[];
}

export interface QueuePage {
  /** How the queue stands, in a sentence or two. */
  answer: string;
  /** The newest moment that its files speak of; null where they speak of none. */
  until: string | null;
  /** Each status that there is, and those of the format that there are not. */
  lists: ShownList[];
  /** How the order comes about, a sentence each. */
  rule: string[];
}

/** Letters of a reason that the page shows; the whole is in the table. */
const MOST_REASON = 400;

const HOUR = 3_600_000;

/** What each list of the format is called, beside its status. */
const WORDS: Record<string, Pick<ShownList, "key" | "title" | "note" | "empty">> = {
  RUNNING: { key: "running", title: "Running", note: "", empty: "Nothing is running." },
  PENDING: { key: "waiting", title: "Waiting", note: "", empty: "Nothing waits." },
  FAILED: { key: "failed", title: "Failed", note: "", empty: "Nothing has failed." },
  FINISHED: { key: "finished", title: "Finished", note: "", empty: "Nothing has finished yet." },
  CANCELLED: { key: "withdrawn", title: "Withdrawn", note: "", empty: "Nothing was withdrawn." },
};

/** The page's texts and lists. Pure. */
export function queuePage(input: QueueInput): QueuePage {
  const { requests, rules } = input;
  const until = newestMoment(requests);
  const queue = queueOf({ ...input, now: Date.parse(until ?? "1970-01-01") });
  const starts = startsIn(input, queue, until);
  const places = new Map(queue.map((place) => [place.request.row, place]));
  const lists = listsOf(requests, new Map(queue.map((p) => [p.request.row, p.place])));
  const context: Context = { input, until, places, starts };
  return {
    answer: answerOf(requests, queue[0]?.request.row.model),
    until,
    lists: lists.map(({ status, total, shown }, i) => ({
      ...wordsOf(status, i, starts.runners),
      status,
      total,
      requests: shown.map((row) => shownRequest(row, context)),
    })),
    rule: orderWords(rules),
  };
}

type Placed = Place<Queued<QueueRow>>;

interface Starts {
  hours: ReadonlyMap<QueueRow, number | null>;
  /** Runners that are taken to begin them; 0 where no start is known. */
  runners: number;
}

interface Context {
  input: QueueInput;
  until: string | null;
  places: ReadonlyMap<QueueRow, Placed>;
  starts: Starts;
}

/** The newest moment that the files speak of: what days of waiting are counted to. */
function newestMoment(requests: readonly QueueRow[]): string | null {
  const moments = requests.flatMap((r) => [r.submitted_at, r.started_at, r.ended_at]);
  const known = moments.filter((at) => at !== null && !Number.isNaN(Date.parse(at))) as string[];
  return known.reduce<string | null>((a, b) => (a === null || b > a ? b : a), null);
}

function startsIn(
  { requests, estimated }: QueueInput,
  queue: readonly Placed[],
  until: string | null,
): Starts {
  // One that another program has, without a runner's note, may have been left so years ago.
  const left = requests.flatMap((row) => {
    const { status, tries, started_at } = row;
    if (status !== "RUNNING" || tries === null || started_at === null) return [];
    const whole = estimated(row);
    if (whole === null || until === null) return [null];
    return [whole - (Date.parse(until) - Date.parse(started_at)) / HOUR];
  });
  const starts = expectedStarts(
    queue.map(({ request }) => estimated(request.row)),
    left,
  );
  const known = new Map(queue.map(({ request }, i) => [request.row, starts[i] ?? null]));
  return { hours: known, runners: starts[0] === null ? 0 : left.length };
}

function answerOf(requests: readonly QueueRow[], next: string | undefined): string {
  if (requests.length === 0) return "Nobody has submitted a model yet.";
  const number = (...statuses: string[]) =>
    requests.filter(({ status }) => statuses.includes(status)).length;
  const [running, waiting] = [number("RUNNING"), number("PENDING")];
  const [ended, finished] = [number("FINISHED", "FAILED", "CANCELLED"), number("FINISHED")];
  const runs =
    running === 0 ? "Nothing is running" : `${plural(running, "request")} ${verb(running, "run")}`;
  const waits = waiting === 0 ? "nothing waits" : `${count(waiting)} ${verb(waiting, "wait")}`;
  return [
    `${runs} and ${waits}.`,
    ...(next === undefined ? [] : [`${next} is next.`]),
    ...(ended === 0 ? [] : [`Of ${count(ended)} that ended, ${count(finished)} finished.`]),
  ].join(" ");
}

function verb(n: number, word: string): string {
  return n === 1 ? `${word}s` : word;
}

function wordsOf(status: string, i: number, runners: number) {
  const words = Object.hasOwn(WORDS, status) ? WORDS[status] : undefined;
  if (words === undefined) {
    const note = "A status that this page does not know, as the requests’ files have it.";
    return { key: `status-${i}`, title: status, note, empty: "" };
  }
  if (status !== "PENDING") return words;
  const order = "In the order in which they are begun.";
  if (runners === 0) return { ...words, note: `${order} When each starts is not known.` };
  const go = runners === 1 ? "goes" : "go";
  const note = `${order} When each starts is a guess: that ${plural(runners, "runner")} ${go} on as now, and that each run takes as long as its size suggests.`;
  return { ...words, note };
}

function ballotOf({ model, revision, precision }: QueueRow): Choice {
  return { model, revision: revision ?? "main", precision };
}

function shownRequest(row: QueueRow, context: Context): ShownRequest {
  const { input, places } = context;
  const { owner, name } = splitModel(row.model);
  const place = places.get(row);
  return {
    model: row.model,
    owner: owner && `${owner}/`,
    name,
    address: input.modelPage(row.model),
    what: whatOf(row),
    choice: input.choice.has(row.model),
    place: place?.place ?? null,
    pull_request: row.pull_request,
    // Votes name OWNER/NAME: of a model without an owner none is taken.
    ballot: place && owner ? ballotOf(row) : null,
    votes: place ? votesWords(place.request.tally) : null,
    said: saidOf(row, context),
    mend: row.status === "FAILED" ? mendOf(row.cause, row.why) : null,
    ...whenOf(row, context),
    steps: timelineOf(row).map((step) => ({
      ...step,
      link: step.pull_request === undefined ? null : input.pullRequest(step.pull_request),
    })),
  };
}

function votesWords({ counted, proven, unproven }: Tally): string | null {
  const apart = proven + unproven - counted;
  if (apart === 0) return counted === 0 ? null : plural(counted, "vote");
  return `${plural(counted, "vote")}, ${count(apart)} unproven`;
}

function saidOf(row: QueueRow, { input, places }: Context): string | null {
  switch (row.status) {
    case "PENDING":
      return places.get(row)?.reason ?? null;
    case "RUNNING":
      return row.progress ?? "How far it is, its file does not say.";
    case "FAILED":
      return row.why === null ? NO_REASON.why : cut(row.why);
    case "FINISHED":
      return input.hasRow(row) ? null : `Not in the tables of ${input.asOf}.`;
    default:
      return null;
  }
}

function whenOf(row: QueueRow, { starts, until }: Context): Pick<ShownRequest, "when" | "at"> {
  const { status, submitted_at, started_at, ended_at } = row;
  if (status === "PENDING") {
    if (starts.runners === 0 || until === null) return { when: "", at: null };
    const hours = starts.hours.get(row) ?? null;
    if (hours === null) return { when: "start not known", at: null };
    return { when: "starts about", at: roughMoment(until, hours) };
  }
  if (status === "RUNNING") {
    return started_at === null
      ? { when: "since when is not known", at: null }
      : { when: "since", at: started_at };
  }
  if (ended_at !== null) return { when: "ended", at: ended_at };
  if (started_at !== null) return { when: "begun", at: started_at };
  if (submitted_at !== null) return { when: "submitted", at: submitted_at };
  return { when: "time not known", at: null };
}

function cut(text: string): string {
  const letters = Array.from(text);
  return letters.length <= MOST_REASON ? text : `${letters.slice(0, MOST_REASON).join("")} …`;
}
