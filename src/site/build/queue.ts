import { join } from "node:path";
import type { Feed } from "../../core/feeds/atom.ts";
import { QUEUE_FEED, queueFeed } from "../../core/feeds/queue.ts";
import { hoursBy } from "../../core/queue/hours.ts";
import { requestsOf } from "../../core/queue/size.ts";
import type { Vote } from "../../core/queue/tally.ts";
import { withDuckDB } from "../../pipeline/duckdb/duckdb.ts";
import { readTable } from "../../pipeline/duckdb/table-file.ts";
import { readCurated } from "../../pipeline/sources/curated.ts";
import type { WaitingFile } from "../submit/setup.ts";
import { absolute, absoluteFolder } from "./address.ts";
import { type Board, leaderboard, loadSite, type Site } from "./board.ts";
import { modelHref } from "./href.ts";
import { type QueueInput, type QueuePage, queuePage } from "./queue-page.ts";
import { type QueueRow, rowsOf, votesIn, whatOf } from "./queue-row.ts";
import { waitingFile } from "./waiting.ts";

/** The queue's page and its feed. */
export interface Queue extends QueuePage {
  feed: Feed;
  waiting: WaitingFile;
  /** Models that wait or run. */
  models: ReadonlySet<string>;
}

/** Whether the newest tables have a queue: then there is a page of it. */
export function hasQueue({ manifest }: Pick<Site, "manifest">): boolean {
  return manifest.files["requests.parquet"] !== undefined;
}

let made: Promise<Queue> | undefined;

/** The queue of the newest tables, made once per build; they have to have one. */
export function loadQueue(): Promise<Queue> {
  made ??= loadSite().then(makeQueue);
  return made;
}

async function makeQueue(site: Site): Promise<Queue> {
  const { requests, votes } = await readTables(site);
  const curated = await readCurated(leaderboard.curated);
  const dataset = leaderboard.hub?.requests;
  const { suite } = site.boards[0]!;
  const hours = hoursBy(suite, leaderboard.queue);
  const isEstimated = requestsOf(suite) !== null;
  const isKnown = (model: string) => site.boards.some((b) => b.byModel.has(model));
  const input: QueueInput = {
    requests,
    votes,
    rules: leaderboard.queue,
    choice: curated.choice,
    hours,
    estimated: (row) => (isEstimated ? hours(row) : null),
    modelPage: (model) => (isKnown(model) ? modelHref(model) : null),
    hasRow: (row) => site.boards.some((board) => isEvaluated(board, row)),
    asOf: site.manifest.as_of,
    pullRequest: (number) =>
      dataset ? `https://huggingface.co/datasets/${dataset}/discussions/${number}` : null,
  };
  const page = queuePage(input);
  const feed = queueFeed({
    title: leaderboard.title,
    requests: requests.map((row) => ({ ...row, what: whatOf(row) })),
    day: site.manifest.as_of,
    addresses: {
      site: absoluteFolder("/"),
      feed: absolute(QUEUE_FEED),
      page: absolute("/queue/"),
      search: (model) => absolute(`/queue/?${new URLSearchParams({ q: model })}`),
      model: (model) => (isKnown(model) ? absolute(`/models/${model}/`) : null),
    },
  });
  return { ...page, feed, waiting: waitingFile(input, page.until), models: modelsIn(requests) };
}

function modelsIn(requests: readonly QueueRow[]): Set<string> {
  const current = requests.filter(({ status }) => status === "PENDING" || status === "RUNNING");
  return new Set(current.map(({ model }) => model));
}

async function readTables({
  folder,
  manifest,
}: Site): Promise<{ requests: QueueRow[]; votes: Vote[] }> {
  return withDuckDB(async (db) => {
    const read = (name: string) => readTable(db, join(folder, `${name}.parquet`));
    return {
      requests: rowsOf(await read("requests")),
      votes: manifest.files["votes.parquet"] ? votesIn(await read("votes")) : [],
    };
  });
}

/** Whether a table has the model at the precision that was asked for. */
function isEvaluated({ table, byModel }: Board, { model, precision }: QueueRow): boolean {
  const rows = byModel.get(model) ?? [];
  return rows.some((row) => precision === null || table.columns.precision?.[row] === precision);
}
