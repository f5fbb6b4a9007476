import { expectedStarts } from "../../core/queue/expected.ts";
import { listsOf } from "../../core/queue/lists.ts";
import { lastBegun, type Place, placesOf, type Waiting } from "../../core/queue/order.ts";
import type { QueueRules } from "../../core/queue/rules.ts";
import { type Tally, tallyOf, type Vote } from "../../core/queue/tally.ts";
import { roughMoment, type Step, timelineOf } from "../../core/queue/timeline.ts";
import { splitModel } from "../../core/table/cells.ts";
import { count, plural } from "../../core/table/format.ts";
import { mendOf } from "./mend.ts";
import { type QueueRow, whatOf } from "./queue-row.ts";

/** What the queue's page is made from. */
export interface QueueInput {
  requests: readonly QueueRow[];
  votes: readonly Vote[];
  rules: QueueRules;
  /** The maintainers' choice. */
  choice: ReadonlySet<string>;
  /** Expected hours on a GPU; null where they are not known. */
  hours(row: QueueRow): number | null;
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
  const places = placesIn(input, until);
  const starts = startsIn(input, places, until);
  const lists = listsOf(requests, new Map(places.map(({ row, place }) => [row, place])));
  const context: Context = {
    input,
    until,
    places: new Map(places.map((place) => [place.row, place])),
    starts,
    tally: tallyOf(input.votes, rules),
  };
  return {
    answer: answerOf(requests, places[0]?.row.model),
    until,
    lists: lists.map(({ status, total, shown }, i) => ({
      ...wordsOf(status, i, starts.runners),
      status,
      total,
      requests: shown.map((row) => shownRequest(row, context)),
    })),
    rule: ruleOf(rules),
  };
}

type Placed = Pick<Place<unknown>, "place" | "reason"> & { row: QueueRow; hours: number | null };

interface Starts {
  hours: ReadonlyMap<QueueRow, number | null>;
  runners: number;
}

interface Context {
  input: QueueInput;
  until: string | null;
  places: ReadonlyMap<QueueRow, Placed>;
  starts: Starts;
  tally: (row: QueueRow) => Tally;
}

/** The newest moment that the files speak of: what days of waiting are counted to. */
function newestMoment(requests: readonly QueueRow[]): string | null {
  const moments = requests.flatMap((r) => [r.submitted_at, r.started_at, r.ended_at]);
  const known = moments.filter((at) => at !== null && !Number.isNaN(Date.parse(at))) as string[];
  return known.reduce<string | null>((a, b) => (a === null || b > a ? b : a), null);
}

function placesIn({ requests, votes, rules, choice, hours }: QueueInput, until: string | null) {
  const tally = tallyOf(votes, rules);
  const waiting = requests
    .filter(({ status }) => status === "PENDING")
    .map((row) => ({
      row,
      path: pathOf(row),
      submitted_at: row.submitted_at,
      submitter: row.submitter,
      votes: tally(row).counted,
      chosen: choice.has(row.model),
      hours: hours(row),
    }));
  const begun = requests.map((row) => ({ ...row, path: pathOf(row) }));
  return placesOf<Waiting & { row: QueueRow }>(
    waiting,
    rules,
    Date.parse(until ?? "1970-01-01"),
    lastBegun(begun, rules),
  ).map(({ request, place, reason }) => ({
    row: request.row,
    hours: request.hours,
    place,
    reason,
  }));
}

/** Tables older than paths are in the order of their names. */
function pathOf({ path, model, precision, weight_type }: QueueRow): string {
  return path ?? [model, precision, weight_type].join("_");
}

function startsIn(
  { requests, hours }: QueueInput,
  places: readonly Placed[],
  until: string | null,
): Starts {
  const left = requests
    .filter(({ status }) => status === "RUNNING")
    .map((row) => {
      const whole = hours(row);
      if (whole === null || row.started_at === null || until === null) return null;
      return whole - (Date.parse(until) - Date.parse(row.started_at)) / HOUR;
    });
  const starts = expectedStarts(
    places.map((p) => p.hours),
    left,
  );
  const known = new Map(places.map(({ row }, i) => [row, starts[i] ?? null]));
  return { hours: known, runners: left.length };
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
  if (status !== "PENDING" || runners === 0) return words;
  const note = `In the order in which they are begun. Expected starts take it that ${plural(runners, "request")} at a time ${runners === 1 ? "is" : "are"} run, as now, and that each takes as long as its size says, which is a rough guess.`;
  return { ...words, note };
}

function shownRequest(row: QueueRow, context: Context): ShownRequest {
  const { input, places, tally } = context;
  const { owner, name } = splitModel(row.model);
  const isWaiting = row.status === "PENDING";
  return {
    model: row.model,
    owner: owner && `${owner}/`,
    name,
    address: input.modelPage(row.model),
    what: whatOf(row),
    choice: input.choice.has(row.model),
    place: places.get(row)?.place ?? null,
    votes: isWaiting ? votesWords(tally(row)) : null,
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
      return row.why === null ? null : cut(row.why);
    case "FINISHED":
      return input.hasRow(row) ? null : `Not in the tables of ${input.asOf}.`;
    default:
      return null;
  }
}

function whenOf(row: QueueRow, { starts, until }: Context): Pick<ShownRequest, "when" | "at"> {
  const { status, submitted_at, started_at, ended_at } = row;
  if (status === "PENDING") {
    const hours = starts.hours.get(row) ?? null;
    if (hours === null || until === null) return { when: "start not known", at: null };
    return { when: "expected to start", at: roughMoment(until, hours) };
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

/** The rule of the order, with the configured figures: `core/queue/order.ts` in three sentences. */
function ruleOf({ worth, front }: QueueRules): string[] {
  const { choice_days, vote_days, most_vote_days, cost_days, most_cost_days } = worth;
  const farthest = choice_days + most_vote_days + most_cost_days;
  return [
    `Whoever has waited longest comes first, in days: a first vote counts as ${days(vote_days)} of waiting, as does every doubling of one more than the votes, up to ${days(most_vote_days)} in all; the maintainers’ choice counts as ${days(choice_days)}; each day on a GPU takes ${days(cost_days)} off, up to ${days(most_cost_days)}.`,
    `All who wait get older alike, so nobody is ever passed by a request that came more than ${days(farthest)} later: every turn comes.`,
    `Of ${count(front.size)} that are begun one after the other, at most ${count(front.per_author)} are of one account, as long as another’s request waits.`,
  ];
}

function days(n: number): string {
  return `${Number(n.toFixed(2))} ${n === 1 ? "day" : "days"}`;
}
