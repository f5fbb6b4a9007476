import { parseArgs } from "node:util";
import { parseDataset } from "../../core/records/dataset.ts";
import { hubDatasets, type Leaderboard } from "../../core/records/leaderboard.ts";
import { UserError } from "../../core/records/user-error.ts";
import { byteSize, count, duration, plural } from "../../core/table/format.ts";
import { defaultCache } from "../cache/layout.ts";
import { prepareCache } from "../cache/open.ts";
import { prune } from "../cache/prune.ts";
import { CacheInUse } from "../cache/tmp.ts";
import type { Hub } from "../hub/connection.ts";
import { type FactsOptions, type FactsReport, refreshFacts } from "../hub/facts.ts";
import { connect } from "../hub/hub.ts";
import { Progress } from "../hub/progress.ts";
import { type PullReport, pull } from "../hub/pull.ts";
import { snapshotFolder } from "../snapshot/folder.ts";
import { loadLeaderboard } from "./configuration.ts";
import { output } from "./github.ts";
import { list, tellWaits } from "./terminal.ts";

/** Milliseconds, some 24 days: longer timers end at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * `leaderboard pull [--dataset OWNER/NAME[@REV]]… [--rev REV] [--include GLOB]… [--cache DIR] [--prune] [--budget MINUTES]`:
 * Hub → cache. `--facts [--days N] [--limit N] [--allow-gone]`: asks about the models of the newest snapshot.
 *
 * @throws UserError with a sentence for the person who ran it
 */
export async function pullData(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      dataset: { type: "string", multiple: true, default: [] },
      rev: { type: "string", default: "main" },
      include: { type: "string", multiple: true, default: [] },
      cache: { type: "string", default: defaultCache },
      prune: { type: "boolean", default: false },
      /** Minutes after which it ends by itself and keeps what has come. */
      budget: { type: "string", default: "300" },
      /** Asks about the models of the newest snapshot, instead of pulling datasets. */
      facts: { type: "boolean", default: false },
      days: { type: "string", default: "7" },
      limit: { type: "string", default: "2000" },
      /** Lets any number of models turn out to be gone at once. */
      "allow-gone": { type: "boolean", default: false },
    },
  });
  const { rev, include } = values;
  const named = values.dataset.map((text) => parseDataset(text, rev));
  const wanted =
    named.length > 0 || values.facts ? named : configured(await loadLeaderboard(), rev);
  const days = asCount("--days", values.days);
  const limit = asCount("--limit", values.limit);
  const budget = asCount("--budget", values.budget) * 60_000;
  const snapshot = values.facts ? await modelsOf(snapshotFolder) : { models: [] };
  const stop = stopInTime(budget, values.cache);
  const onTerminal = process.stdout.isTTY === true && !process.env.CI;
  const progress = new Progress({
    write: (text) => process.stdout.write(text),
    isTTY: onTerminal,
    get columns() {
      return process.stdout.columns ?? 80;
    },
  });
  const ticking = setInterval(() => progress.tick(), onTerminal ? 100 : 5000).unref();
  try {
    const cache = await prepareCache(values.cache);
    const start = performance.now();
    const hub = await connect({
      signal: stop,
      budget,
      onWait: tellWaits((text) => progress.say(text)),
    });
    let fetched = 0;
    for (const { dataset, rev } of wanted) {
      const report = await pull(hub, cache, { dataset, rev, include }, progress);
      progress.clear();
      print(report);
      fetched += report.fetched;
    }
    if (wanted.length > 0) await output("fetched", fetched > 0);
    if (values.facts) {
      const options = { ...snapshot, days, limit, allowGone: values["allow-gone"] };
      const report = await refreshFacts(hub, cache, options, (done, of) =>
        progress.counted("models asked about", done, of),
      );
      progress.clear();
      printFacts(report);
    }
    printTotals(hub, (performance.now() - start) / 1000);
    if (values.prune) await pruneNow(cache.dir);
  } finally {
    clearInterval(ticking);
    progress.clear();
  }
}

function configured(leaderboard: Leaderboard, rev: string): { dataset: string; rev: string }[] {
  const datasets = hubDatasets(leaderboard);
  if (datasets.length > 0) return datasets.map((name) => parseDataset(name, rev));
  throw new UserError(
    "There is nothing to pull: name a dataset with --dataset OWNER/NAME, or under hub in the leaderboard's configuration.",
  );
}

/**
 * Ends it with a sentence: the first Ctrl-C, a second one at once; or the time that it may take, where
 * somebody else would kill it later.
 */
function stopInTime(ms: number, cache: string): AbortSignal {
  const controller = new AbortController();
  const stop = (why: string) =>
    controller.abort(
      new UserError(`${why} What has come is in ${cache}; the same command goes on from there.`),
    );
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const) {
    process.once(signal, () => {
      process.once("exit", () => {
        process.exitCode = code;
      });
      stop("Stopped.");
    });
  }
  const over = `The ${plural(ms / 60_000, "minute")} that one run may take are over.`;
  setTimeout(stop, Math.min(ms, LONGEST_TIMER), over).unref();
  return controller.signal;
}

/** The pull is done: what cannot be pruned beside another one is left to the next. */
async function pruneNow(cache: string): Promise<void> {
  try {
    const { listings, objects, bytes } = await prune(cache);
    console.log(
      `Pruned ${plural(objects, "object")} (${byteSize(bytes)}) and ${plural(listings, "listing")} that no revision names`,
    );
  } catch (error) {
    if (!(error instanceof CacheInUse)) throw error;
    console.log(`Not pruned, the next pull can. ${error.message}`);
  }
}

function print(report: PullReport): void {
  const { dataset, rev, commit, files, wanted, fetched, bytes, listed } = report;
  const part = wanted < files ? `, ${count(wanted)} of them asked for` : "";
  console.log(`${dataset}@${rev} is ${commit}`);
  console.log(
    `  ${plural(files, "file")}${listed ? " listed" : ", listed before"}${part}; ` +
      `${count(fetched)} fetched (${byteSize(bytes)}), ${count(wanted - fetched)} known`,
  );
}

/** The models of a snapshot and its facts. Only this needs DuckDB, which takes its time to load. */
async function modelsOf(folder: string): Promise<Pick<FactsOptions, "models" | "published">> {
  const { modelsIn } = await import("../snapshot/models.ts");
  const { readFactsFile } = await import("../snapshot/facts.ts");
  return { models: await modelsIn(folder), published: await readFactsFile(folder) };
}

function asCount(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError(`${option} ${text}: must be a whole number.`);
}

function printFacts(report: FactsReport): void {
  const { models, young, asked, left, gone, back, renamed, failed, resting } = report;
  const later = resting > 0 ? `, ${count(resting)} to be tried again later` : "";
  console.log(
    `Facts of ${plural(models, "model")}: ${count(asked)} asked about, ${count(young)} still young, ${count(left)} left for the next time${later}`,
  );
  list("Gone from the Hub", gone);
  list("There again", back);
  list("Renamed", renamed, ({ model, name }) => `${model} is now ${name}`);
  list(
    "Nothing to be had of",
    failed,
    ({ model, since, times, why }) =>
      `${model}, since ${since.slice(0, 10)} (${plural(times, "time")}): ${why}`,
  );
}

function printTotals(hub: Hub, seconds: number): void {
  const kinds = Object.entries(hub.patience.retries).sort();
  const again = kinds.reduce((sum, [, times]) => sum + times, 0);
  const which = kinds.map(([kind, times]) => `${kind}: ${count(times)}`).join(", ");
  console.log(
    `${plural(hub.requests(), "request")}${again > 0 ? `, ${count(again)} tried again (${which})` : ""}, ${duration(seconds)}`,
  );
}
