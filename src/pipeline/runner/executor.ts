import type { Ended } from "./failure.ts";
import type { Machine } from "./machine.ts";

/** A command of a job. */
export interface Command {
  /** The program and its words; no shell reads them. */
  argv: readonly string[];
  /** All that it sees of the environment. */
  env: Readonly<Record<string, string>>;
  /** Folder that it starts in, and the one that it writes to. */
  cwd: string;
  folder: string;
  /** File that its output goes to. */
  log: string;
  limits: Limits;
  /** Ends it. */
  signal: AbortSignal;
}

export interface Limits {
  seconds: number;
  /** Bytes of its folder, all files together. */
  disk: number;
  /** Bytes of output that are kept; more is let go, and does no harm. */
  output: number;
}

/** Where jobs run. There is one so far, `local`. */
export interface Executor {
  name: string;
  machine: () => Promise<Machine>;
  /** Runs a command to its end, and leaves nothing of it running. */
  run: (command: Command) => Promise<Ended>;
}
