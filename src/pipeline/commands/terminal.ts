import { UserError, withoutControls } from "../../core/records/user-error.ts";
import { duration } from "../../core/table/format.ts";
import { diskProblem } from "../cache/tmp.ts";
import { stepsNow } from "../installed/steps.ts";
import type { PatienceOptions } from "../net/patience.ts";

/** How long a command may be at one thing before it says so, and may go on after it has failed. Milliseconds. */
const PATIENCE = { still: 60_000, failed: 10_000 };

/**
 * Runs a command: what the user can mend is printed as a sentence and ends with the code it has, as a
 * rule 1; everything else is a crash with its stack. What takes minutes is named meanwhile, and after a failure
 * nothing keeps the process from its end.
 *
 * @param main may come back with the status to end with
 * @param patience `failed` may be infinite: nothing is killed then
 */
export async function run(main: () => Promise<unknown>, patience = PATIENCE): Promise<void> {
  const watch = setInterval(() => tellSteps(patience.still), patience.still).unref();
  try {
    const status = await main();
    if (typeof status === "number" && status !== 0) process.exitCode = status;
  } catch (error) {
    endSoon(patience.failed);
    tellError(error);
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  } finally {
    clearInterval(watch);
  }
}

/** Names what has been under way for so long, to whoever wonders whether it still runs. */
function tellSteps(ms: number): void {
  const long = stepsNow().filter(({ since }) => performance.now() - since >= ms);
  const last = long.at(-1);
  if (!last) return;
  const seconds = (performance.now() - last.since) / 1000;
  console.error(`Still ${oneLine(last.what)}, for ${duration(seconds)} now.`);
}

/**
 * Ends the process where it has not ended by itself. It is killed, as `process.exit` would wait for threads that may
 * never come back; that shows as a failure all the same.
 */
function endSoon(ms: number): void {
  if (ms === Number.POSITIVE_INFINITY) return;
  setTimeout(() => {
    const steps = stepsNow().map(({ what }) => oneLine(what));
    const waits = steps.length > 0 ? steps.join(", ") : process.getActiveResourcesInfo().join(", ");
    console.error(`It has failed, and does not end: it still waits for ${waits}. It is killed.`);
    process.kill(process.pid, "SIGKILL");
  }, ms).unref();
}

/** Prints what the user can mend as a sentence; anything else is thrown again. */
export function tellError(error: unknown): void {
  const problem = diskProblem(error);
  if (error instanceof UserError || isArgumentError(error))
    console.error(withoutCommands(error.message));
  else if (problem === null) throw error;
  else {
    console.error(
      `Something could not be written: ${problem}. What was whole before stays whole; mend that ` +
        "and run the same command again.",
    );
  }
}

/**
 * What others wrote, in a line of ours. A log of GitHub takes `::name::` and `##[name]` for commands,
 * also after spaces: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 */
export function oneLine(text: string): string {
  return withoutCommands(withoutControls(text).replaceAll("\n", " "));
}

function withoutCommands(text: string): string {
  return text.replaceAll("::", ": :").replaceAll("##[", "## [");
}

/** Lines of one kind that are printed before the rest is only counted. */
const SHOWN = 20;

/** Prints things of one kind, a line each; nothing where there is none. */
export function list<T>(title: string, items: readonly T[], line: (item: T) => string = String) {
  if (items.length === 0) return;
  console.log(`${title}: ${items.length}`);
  for (const item of items.slice(0, SHOWN)) console.log(`  ${oneLine(line(item))}`);
  if (items.length > SHOWN) console.log(`  … and ${items.length - SHOWN} more`);
}

/** `node:util`'s parseArgs says what is wrong with an option in a sentence of its own. */
function isArgumentError(error: unknown): error is Error {
  return (
    error instanceof Error && String((error as { code?: string }).code).startsWith("ERR_PARSE_ARGS")
  );
}

/** Waits shorter than this are not told. Milliseconds. */
const WORTH_SAYING = 5000;

/** For `onWait` of requests made with patience: tells the longer waits, a sentence each. */
export function tellWaits(say: (text: string) => void): NonNullable<PatienceOptions["onWait"]> {
  return (fault, ms, what) => {
    if (ms >= WORTH_SAYING) say(`${what}: ${fault.message}; next try in ${duration(ms / 1000)}`);
  };
}
