import { randomBytes } from "node:crypto";
import { mkdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Leaderboard } from "../../core/records/leaderboard.ts";
import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { byteSize, duration, plural } from "../../core/table/format.ts";
import { defaultCache } from "../cache/layout.ts";
import { whileLocked } from "../cache/lock.ts";
import { prepareCache } from "../cache/open.ts";
import { connect } from "../hub/hub.ts";
import { typed } from "../installed/typed.ts";
import { carbonOf } from "../runner/energy.ts";
import {
  type Harness,
  installHarness,
  isInstalled,
  lockedHarness,
  lockHarness,
} from "../runner/harness.ts";
import type { Machine } from "../runner/machine.ts";
import { orderBy } from "../runner/order.ts";
import { cancel, plan, runFirst } from "../runner/rounds.ts";
import type { Runner } from "../runner/runner.ts";
import { readStatus } from "../runner/status.ts";
import { readCurated } from "../sources/curated.ts";
import { loadLeaderboard } from "./configuration.ts";
import { datasetOption } from "./dataset-option.ts";
import { executorOf, JOBS_OPTIONS, SLURM_OPTIONS } from "./executors.ts";
import { costText, planTable } from "./plan-table.ts";
import { list, oneLine, tellWaits } from "./terminal.ts";

/** Options of the command. */
export const OPTIONS = {
  /** Runs one request and ends. */
  once: { type: "boolean", default: false },
  /** Runs one after the other, until it is stopped. */
  watch: { type: "boolean", default: false },
  /** Hours in which it runs one after the other, while one fits: none is begun after them. */
  for: { type: "string" },
  /** Only says what would be run. */
  "dry-run": { type: "boolean", default: false },
  executor: { type: "string", default: "local" },
  ...SLURM_OPTIONS,
  ...JOBS_OPTIONS,
  /** Datasets, in place of the configuration's. */
  requests: { type: "string" },
  results: { type: "string" },
  votes: { type: "string" },
  /** Folder of task files beside the harness's own; paths in them are relative to it. */
  tasks: { type: "string" },
  /** Hours that one command of the harness may take. */
  hours: { type: "string", default: "24" },
  /** Gigabytes of weights that are downloaded, and of files that a run writes. */
  disk: { type: "string", default: "200" },
  /** Dollars for an hour of the machine, for local and slurm: what runs cost is then said. */
  price: { type: "string" },
  /** Seconds for which a request is ours, if we do not say so again. */
  lease: { type: "string", default: "1800" },
  /** Seconds between two looks at the queue. */
  every: { type: "string", default: "300" },
  /** Grams of CO₂ for a kilowatt-hour where the runner is, and who says so. */
  carbon: { type: "string" },
  "carbon-source": { type: "string" },
  cache: { type: "string", default: defaultCache },
  work: { type: "string", default: process.env.RUNNER_WORK ?? ".cache/runner" },
} as const;

type Values = ReturnType<typeof parse>["values"];

function parse(args: string[]) {
  return parseArgs({ args, allowPositionals: true, options: OPTIONS });
}

/**
 * `npm run runner -- --once | --watch | --for HOURS | --dry-run | install | lock | status | cancel MODEL`: from requests to
 * results, see docs/runner.md.
 *
 * @throws UserError with a sentence for the person who ran it
 */
export async function runner(args: string[]): Promise<void> {
  const { values, positionals } = parse(args);
  const [command, model, ...more] = positionals;
  const ways = [values.once, values.watch, values["dry-run"], values.for, command !== undefined];
  if (ways.filter(Boolean).length !== 1 || more.length > 0) {
    throw new UserError(
      `Say one of ${typed("runner", "--once")}, --watch, --dry-run, --for HOURS, install, lock, status, cancel OWNER/NAME.`,
    );
  }
  if (command === "install") return install(values);
  if (command === "lock") return lock(values);
  if (command === "status") return showStatus(values);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => stop.abort(new UserError("Stopped.")));
  }
  if (command === "cancel" && model) return cancelModel(values, model, stop.signal);
  if (command !== undefined)
    throw new UserError(`${command}: there is no such command of the runner.`);
  const made = await runnerOf(values, stop.signal);
  if (values["dry-run"]) return showPlan(made);
  if (!isInstalled(made.harness)) {
    throw new UserError(`The harness is not installed: ${typed("runner", "install")} does that.`);
  }
  await mkdir(join(made.work, "tmp"), { recursive: true });
  await whileLocked(made.work, join(made.work, "runner.lock"), () => rounds(made, values));
}

async function install({ work }: Values): Promise<void> {
  const harness = await lockedHarness(await firstSuite(), work);
  const { bin } = harness;
  const start = performance.now();
  if (isInstalled(harness)) {
    console.log(`${harnessName(harness)} is installed in ${bin}.`);
    return;
  }
  console.log(`Installing ${harnessName(harness)} and what it runs on: some 6 GB, a few minutes …`);
  await installHarness(harness);
  console.log(`Installed in ${bin}: ${duration((performance.now() - start) / 1000)}.`);
}

async function lock({ work }: Values): Promise<void> {
  console.log(`Locked: ${await lockHarness(await firstSuite(), work)}.`);
}

/** The suite whose requests a runner evaluates. */
async function firstSuite(): Promise<Suite> {
  return (await loadLeaderboard()).suites[0]!;
}

function harnessName({ package: name, version, commit }: Harness): string {
  return [name, version, ...(commit === null ? [] : [`at ${commit}`])].join(" ");
}

async function rounds(made: Runner, values: Values): Promise<void> {
  const every = positive("--every", values.every) * 1000;
  const { clock } = made.hub.patience;
  const until = values.for && clock.now() + positive("--for", values.for) * 3_600_000;
  for (;;) {
    const ended = await runFirst(made).catch((error) => {
      // Who watches outlasts a Hub that does not answer.
      if (!values.watch || made.signal.aborted || !(error instanceof UserError)) throw error;
      made.say(error.message);
      return null;
    });
    if (!values.watch && ended === null) console.log("No request that waits fits here.");
    if (values.once || made.signal.aborted) return;
    if (until && (ended === null || clock.now() >= until)) return;
    if (ended === null) await clock.sleep(every, made.signal).catch(() => {});
    if (made.signal.aborted) return;
  }
}

/** Milliseconds: a runner that watches has no end of its own. */
const FOR_EVER = 100 * 365 * 86_400_000;

async function runnerOf(values: Values, signal: AbortSignal): Promise<Runner> {
  const leaderboard = await loadLeaderboard();
  const suite = leaderboard.suites[0]!;
  const harness = await lockedHarness(suite, values.work);
  const say = (text: string) => console.log(oneLine(text));
  const disk = positive("--disk", values.disk) * 1e9;
  const limits = { seconds: positive("--hours", values.hours) * 3600, disk, output: 100e6 };
  const work = resolve(values.work);
  // Without the signal: what is running has to be put back after it.
  const hub = await connect({ budget: FOR_EVER, onWait: tellWaits(say) });
  const cache = await prepareCache(values.cache);
  const { choice } = await readCurated(leaderboard.curated);
  const ordering = { rules: leaderboard.queue, suite, choice };
  return {
    name: `runner-${randomBytes(4).toString("hex")}`,
    hub,
    cache,
    requests: datasetOf(leaderboard, "requests", values.requests),
    results: datasetOf(leaderboard, "results", values.results),
    suite,
    executor: executorOf(values, { harness, hub, work, limits, say }),
    harness,
    work,
    tasks: await tasksIn(values.tasks),
    carbon: carbonOf(values),
    lease: positive("--lease", values.lease) * 1000,
    limits,
    price: values.price === undefined ? null : positive("--price", values.price),
    order: orderBy({ hub, cache, votes: votesOf(leaderboard, values.votes), say }, ordering),
    signal,
    say,
  };
}

function datasetOf(
  { hub }: Leaderboard,
  kind: "requests" | "results",
  given: string | undefined,
): string {
  const name = given ?? hub?.[kind];
  if (name === undefined) {
    throw new UserError(
      `Which dataset has the ${kind}? Name it with --${kind} OWNER/NAME, or under hub.${kind} in the leaderboard's configuration.`,
    );
  }
  return datasetOption(kind, name);
}

/** None where there are no votes. */
function votesOf({ hub }: Leaderboard, given: string | undefined): string | undefined {
  const name = given ?? hub?.votes;
  return name === undefined ? undefined : datasetOption("votes", name);
}

async function tasksIn(folder: string | undefined): Promise<string | undefined> {
  if (folder === undefined) return undefined;
  const info = await stat(folder).catch(() => null);
  if (!info?.isDirectory()) throw new UserError(`--tasks ${folder}: there is no such folder.`);
  return resolve(folder);
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value > 0) return value;
  throw new UserError(`${option} ${text}: must be a number above 0.`);
}

async function cancelModel(values: Values, model: string, signal: AbortSignal): Promise<void> {
  const leaderboard = await loadLeaderboard();
  const hub = await connect({ signal });
  const cache = await prepareCache(values.cache);
  const requests = datasetOf(leaderboard, "requests", values.requests);
  const ended = await cancel({ hub, cache, requests }, model);
  console.log(
    `${plural(ended, "request")} of ${oneLine(model)} cancelled; a job that runs ends at its next sign of life.`,
  );
}

async function showPlan(made: Runner): Promise<void> {
  const { queue, machine, planned } = await plan(made);
  const { executor } = made;
  console.log(oneLine("about" in executor ? await executor.about() : here(machine)));
  console.log(`Harness: ${harnessName(made.harness)}`);
  list("Requests that cannot be read", queue.rejections, (r) => `${r.path}: ${r.reason}`);
  list("Waiting", planned, ({ request, reason, estimate }) => {
    const { model, precision } = request.row;
    const what = `${model} (${precision ?? "precision unknown"}). ${reason}`;
    return typeof estimate === "string" ? `${what} Not run here: ${estimate}` : what;
  });
  if (planned.length === 0) console.log("Nothing waits.");
  else console.log(`What that would take:\n${planTable(planned).map(oneLine).join("\n")}`);
}

function here({ cpu, gpus }: Machine): string {
  const memory = `${byteSize(cpu.free)} of ${byteSize(cpu.memory)} free`;
  return `Here: ${cpu.cores} cores of ${cpu.name}, ${memory}; GPUs: ${gpus.map((g) => g.name).join(", ") || "none"}`;
}

async function showStatus({ work }: Values): Promise<void> {
  const status = await readStatus(work);
  if (status === null) throw new UserError(`No runner has run in ${work} yet.`);
  console.log(`${status.runner} (${status.executor}), ${status.at}`);
  const counts = Object.entries(status.counts).map(([name, n]) => `${n} ${name}`);
  console.log(`Requests: ${counts.join(", ") || "none"}`);
  const { running } = status;
  console.log(
    running
      ? oneLine(
          `Running: ${running.model}, ${running.progress ?? running.step}, since ${running.since}`,
        )
      : "Running: nothing",
  );
  list(
    "Waiting",
    status.waiting,
    (w) => `${w.model}. ${w.reason}${w.refused ? ` Not run here: ${w.refused}` : ""}`,
  );
  list(
    "Done",
    status.done,
    (d) =>
      `${d.at} ${d.model}: ${d.status}, ${duration(d.seconds)}, cost ${costText(d.cost)}${d.why ? `. ${d.why}` : ""}`,
  );
}
