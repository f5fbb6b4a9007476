import { UserError } from "../../core/records/user-error.ts";
import type { Ended } from "./failure.ts";
import type { Machine } from "./machine.ts";

/** A command of a job. */
export interface Command {
  /** What it is for: the model. */
  name: string;
  /** The request's key: whose jobs these are, whichever runner began them. */
  request: string;
  needs: Needs;
  /** The program and its words; no shell reads them. */
  argv: readonly string[];
  /** All that it sees of the environment. */
  env: Readonly<Record<string, string>>;
  /** Folder that it starts in, and the one that it writes to. */
  cwd: string;
  folder: string;
  /** Folder that has to be empty when it starts; null where none has. */
  empty: string | null;
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

/** What a command takes, as far as it is known. */
export interface Needs {
  gpus: number;
  /** Bytes. */
  memory: number;
  seconds: number | null;
  /** It downloads. */
  network: boolean;
}

/** Where jobs run: `local`, `slurm`. */
export interface Executor {
  name: string;
  /** Whose end ends a command, as launch.py has it: a process, or `-` for whichever started it. */
  parent: string;
  machine: () => Promise<Machine>;
  /**
   * Runs a command to its end, and leaves nothing of it running.
   *
   * @throws ExecutorFailed
   */
  run: (command: Command) => Promise<Ended>;
}

/** A command could not be run, by no fault of its request: that one goes back. */
export class ExecutorFailed extends UserError {}
