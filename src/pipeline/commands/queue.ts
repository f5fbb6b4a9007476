import { parseArgs } from "node:util";
import { transformersOf } from "../../core/queue/transformers-of.ts";
import type { Leaderboard } from "../../core/records/leaderboard.ts";
import { UserError } from "../../core/records/user-error.ts";
import { plural } from "../../core/table/format.ts";
import { defaultCache } from "../cache/layout.ts";
import { prepareCache } from "../cache/open.ts";
import type { Hub } from "../hub/connection.ts";
import { connect } from "../hub/hub.ts";
import { hubSettings } from "../hub/settings.ts";
import { typed } from "../installed/typed.ts";
import type { PatienceOptions } from "../net/patience.ts";
import { collectAll, type Inboxes } from "../queue/collect.ts";
import type { Collector, Outcome, Verdict } from "../queue/collector.ts";
import { digestOf } from "../queue/digest.ts";
import { digestAsMarkdown, digestAsText } from "../queue/digest-text.ts";
import { lookAround } from "../queue/look.ts";
import { snapshotFolder } from "../snapshot/folder.ts";
import { readCurated } from "../sources/curated.ts";
import { loadLeaderboard } from "./configuration.ts";
import { datasetOption } from "./dataset-option.ts";
import { list, oneLine, tellWaits } from "./terminal.ts";

const OPTIONS = {
  /** Says only what would be done. */
  "dry-run": { type: "boolean", default: false },
  /** The digest for an issue. */
  markdown: { type: "boolean", default: false },
  /** Datasets, in place of the configuration's. */
  requests: { type: "string" },
  votes: { type: "string" },
  /** Tables that say what has been evaluated. */
  tables: { type: "string", default: snapshotFolder },
  cache: { type: "string", default: defaultCache },
  /** Minutes that one run may take. */
  budget: { type: "string", default: "300" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: OPTIONS });
}

/**
 * `npm run queue -- collect | digest`: from pull requests to requests and votes, and what needs a person.
 *
 * @throws UserError with a sentence for the person who ran it
 */
export async function queue(args: string[]): Promise<void> {
  const { values, positionals } = parse(args);
  const [command, ...more] = positionals;
  if ((command !== "collect" && command !== "digest") || more.length > 0) {
    throw new UserError(`Say one of ${typed("queue", "collect")}, digest.`);
  }
  const leaderboard = await loadLeaderboard();
  const inboxes = inboxesOf(leaderboard, values);
  if (command === "collect" && !leaderboard.queue.open) {
    console.log(CLOSED);
    return;
  }
  const collector = await collectorOf(leaderboard, values, command === "digest");
  if (command === "collect") {
    const outcomes = await collectAll(collector, inboxes);
    tell(outcomes, collector);
    failForUnclosed(outcomes);
    return;
  }
  const { flags } = await readCurated(leaderboard.curated);
  const sections = digestOf(await lookAround(collector, inboxes, flags));
  const text = values.markdown ? digestAsMarkdown(sections) : digestAsText(sections);
  console.log(text.split("\n").map(oneLine).join("\n"));
}

/** No failure: a timetable that was left over after the queue was closed has nothing to do. */
const CLOSED =
  "This leaderboard takes no submissions and no votes (queue.open in its configuration): nothing was collected, and open pull requests stay open.";

async function collectorOf(
  { queue: rules, suites }: Leaderboard,
  values: Values,
  isLook: boolean,
): Promise<Collector> {
  if (!/^[1-9]\d{0,5}$/.test(values.budget)) {
    throw new UserError(`--budget ${values.budget}: must be a whole number of minutes.`);
  }
  const options: PatienceOptions = {
    budget: Number(values.budget) * 60_000,
    onWait: tellWaits((text) => console.error(oneLine(text))),
  };
  const hub = await connect(options);
  const { evaluatedAs } = await import("../snapshot/models.ts");
  return {
    ...{ hub, reader: await readerBeside(hub, options), rules },
    cache: await prepareCache(values.cache),
    evaluated: await evaluatedAs(values.tables),
    transformers: transformersOf(suites[0]!),
    dry: isLook || values["dry-run"],
  };
}

/** What the runner may read, where it has a token of its own for that. */
async function readerBeside(hub: Hub, options: PatienceOptions): Promise<Hub> {
  const token = process.env.HF_READ_TOKEN;
  if (!token) return hub;
  return connect(options, await hubSettings({ ...process.env, HF_TOKEN: token }));
}

function inboxesOf({ hub }: Leaderboard, values: Values): Inboxes {
  const [requests, votes] = (["requests", "votes"] as const).map((kind) => {
    const name = values[kind] ?? hub?.[kind];
    return name === undefined ? null : datasetOption(kind, name);
  });
  if (requests || votes) return { requests: requests ?? null, votes: votes ?? null };
  throw new UserError(
    "Which datasets have the requests and the votes? Name them with --requests and --votes OWNER/NAME, or under hub in the leaderboard's configuration.",
  );
}

const WORDS: Record<Verdict["is"], string> = {
  taken: "Taken",
  known: "Taken before, now closed",
  refused: "Refused",
  waits: "Waiting",
  left: "Left to a person",
};

/** @throws UserError where a pull request could not be closed */
function failForUnclosed(outcomes: readonly Outcome[]): void {
  const unclosed = outcomes.filter((outcome) => outcome.unclosed !== undefined);
  if (unclosed.length === 0) return;
  const each = unclosed.map(
    ({ dataset, request, unclosed }) => `${dataset}#${request.number}: ${unclosed}`,
  );
  throw new UserError(
    `${plural(unclosed.length, "pull request")} could not be closed; the next run tries again. ${each.join(" ")}`,
  );
}

function tell(outcomes: Outcome[], { dry, hub }: Collector): void {
  for (const [is, title] of Object.entries(WORDS)) {
    const some = outcomes.filter(({ verdict }) => verdict.is === is);
    list(title, some, ({ dataset, request, verdict }) => {
      const said = "why" in verdict ? verdict.why : verdict.comment.split("\n")[0];
      return `${dataset}#${request.number} by ${request.author ?? "a deleted account"}: ${said}`;
    });
  }
  if (outcomes.length === 0) console.log("No pull request is open.");
  console.log(
    `${plural(hub.requests(), "request")} to the Hub${dry ? "; nothing was changed" : ""}`,
  );
}
