import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { UserError } from "../../core/records/user-error.ts";
import { bytesIn } from "./disk.ts";
import type { Command, CommandExecutor } from "./executor.ts";
import { type Ended, TAIL } from "./failure.ts";
import { thisMachine } from "./machine.ts";

/** Milliseconds from asking a command to end to ending it. */
const GRACE = 10_000;

/** Milliseconds between two looks at how much a command has written. */
const LOOK = 5_000;

/** Runs commands on this machine, each in a process group of its own. */
export const local: CommandExecutor = {
  name: "local",
  parent: String(process.pid),
  machine: thisMachine,
  run: runHere,
};

async function runHere(command: Command): Promise<Ended> {
  const { argv, cwd, folder, env, limits, signal } = command;
  const start = performance.now();
  const [program, ...words] = argv;
  const child = spawn(program!, words, {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const tail = keepOutput(child, command);
  let stopped: Ended["stopped"] = null;
  const stop = (why: NonNullable<Ended["stopped"]>) => {
    stopped ??= why;
    endGroup(child);
  };
  const timer = setTimeout(stop, Math.min(limits.seconds * 1000, 2 ** 31 - 1), "time");
  const look = setInterval(async () => {
    if ((await bytesIn(folder)) > limits.disk) stop("disk");
  }, LOOK);
  const onAbort = () => stop("abort");
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const { code, signal: ended } = await endOf(child, program!);
    const seconds = (performance.now() - start) / 1000;
    return { code, signal: ended, stopped, seconds, tail: await tail() };
  } finally {
    clearTimeout(timer);
    clearInterval(look);
    signal.removeEventListener("abort", onAbort);
    // What it started and left behind.
    signalGroup(child, "SIGKILL");
  }
}

function endOf(child: ChildProcess, program: string) {
  return new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done, failed) => {
    child.once("error", (error) =>
      failed(new UserError(`${program} cannot be run: ${error.message}.`)),
    );
    // Not `close`: what it left behind may hold its output open.
    child.once("exit", (code, signal) => done({ code, signal }));
  });
}

/** Asks the whole group to end, and ends it if it does not. */
function endGroup(child: ChildProcess): void {
  signalGroup(child, "SIGTERM");
  setTimeout(signalGroup, GRACE, child, "SIGKILL").unref();
}

function signalGroup({ pid }: ChildProcess, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/**
 * Writes a command's output to its log, up to its limit, and keeps the end of it.
 *
 * @returns gives the end, once the log is written
 */
function keepOutput(child: ChildProcess, { log, limits }: Command): () => Promise<string> {
  const file = createWriteStream(log, { flags: "a" });
  // A log that cannot be written costs the log.
  file.on("error", () => {});
  let written = 0;
  let tail = "";
  const take = (bytes: Buffer) => {
    tail = (tail + bytes.toString()).slice(-TAIL);
    if (written >= limits.output) return;
    const part = bytes.subarray(0, limits.output - written);
    written += part.length;
    file.write(part);
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  return async () => {
    await new Promise((done) => file.end(done).once("error", done));
    return tail;
  };
}
