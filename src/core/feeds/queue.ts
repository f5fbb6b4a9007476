import { compareText } from "../view/search.ts";
import { type Entry, type Feed, tagUri } from "./atom.ts";
import { MOST_ENTRIES } from "./feeds.ts";

/** A request as the feed tells of it. Times are ISO 8601, UTC; what is unknown is null. */
export interface FedRequest {
  model: string;
  /** Precision, weight type and the like, as a reader knows it by. */
  what: string;
  status: string;
  submitted_at: string | null;
  started_at: string | null;
  ended_at: string | null;
  why: string | null;
}

/** What the feed is made from. */
export interface QueueSource {
  /** Title of the leaderboard. */
  title: string;
  requests: readonly FedRequest[];
  /** Day of the data. */
  day: string;
  /** All absolute; `model` null where it has no page. */
  addresses: {
    site: string;
    feed: string;
    page: string;
    /** The queue's page, searched for a model. */
    search(model: string): string;
    model(model: string): string | null;
  };
}

/** Path of the feed on this site. */
export const QUEUE_FEED = "/feeds/queue.xml";

/** Statuses at which nothing more happens, as the feed says them. */
const ENDS: Record<string, string> = {
  FINISHED: "has finished",
  FAILED: "has failed",
  CANCELLED: "was withdrawn",
};

/**
 * What happened in the queue: an entry for each submission, start and end whose time is known. One that
 * was begun several times has the last start only, as its file has.
 */
export function queueFeed(source: QueueSource): Feed {
  const all = source.requests.flatMap((request) => entriesOf(source, request));
  // Two files may ask for the same at the same moment: one entry, for an id stands for one.
  const entries = [...new Map(all.map((entry) => [entry.id, entry])).values()]
    .sort((a, b) => compareText(b.day, a.day) || compareText(a.id, b.id))
    .slice(0, MOST_ENTRIES);
  return {
    title: `${source.title}: the queue`,
    subtitle: "An entry for each request that was submitted, begun or ended.",
    self: source.addresses.feed,
    page: source.addresses.page,
    author: source.title,
    day: entries[0]?.day ?? source.day,
    entries,
  };
}

function entriesOf({ addresses }: QueueSource, request: FedRequest): Entry[] {
  const { model, what, status } = request;
  const end = ENDS[status];
  const moments: [kind: string, said: string, at: string | null][] = [
    ["submitted", "was submitted", request.submitted_at],
    ["begun", "was begun", request.started_at],
    ...(end ? [[status.toLowerCase(), end, request.ended_at] as (typeof moments)[number]] : []),
  ];
  const own = addresses.model(model);
  return moments.flatMap(([kind, said, at]): Entry[] => {
    if (at === null) return [];
    const id = ["feeds", "queue", kind, at, ...model.split("/"), what];
    const why = status === "FAILED" && said === end ? (request.why ?? "") : "";
    return [
      {
        id: tagUri(addresses.site, at.slice(0, 10), id),
        title: `${model} ${said}`,
        day: at,
        links: [
          { rel: "alternate", href: addresses.search(model) },
          ...(own ? [{ rel: "related" as const, href: own, title: model }] : []),
        ],
        content: [`${model} (${what}) ${said}.`, why].filter(Boolean).join("\n"),
      },
    ];
  });
}
