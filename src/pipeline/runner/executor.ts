import type { Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import type { Hub } from "../hub/connection.ts";
import type { Cost } from "./cost.ts";
import type { Energy } from "./energy.ts";
import type { Ended } from "./failure.ts";
import type { Harness } from "./harness.ts";
import type { Machine } from "./machine.ts";
import type { RunRecord } from "./record.ts";
import type { RequestFile } from "./request-file.ts";
import type { Estimate } from "./size.ts";

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

/** Runs one command after the other, in folders that it shares with the runner: `local`, `slurm`. */
export interface CommandExecutor {
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

/** Runs requests as a whole, on machines that have nothing of ours: `hf-jobs`. */
export interface RequestExecutor {
  name: string;
  /** What it rents, and for how much more, as a sentence. */
  about: () => Promise<string>;
  /** The largest machine that it has, or the one on which a request is run. */
  machine: (estimate?: Estimate) => Promise<Machine>;
  /** Notes what became of the jobs of dead runners, before a round: planning writes nothing. @throws ExecutorFailed */
  balance: () => Promise<void>;
  /** What a request takes, on the machine that is best for it; or, as a sentence, why it is not run. */
  size: (
    request: RequestFile,
    suite: Suite,
    factor: (deviceName: string) => number,
  ) => Promise<Estimate | string>;
  /** @throws as `bring` in `run.ts`, and ExecutorFailed */
  bring: (errand: Errand) => Promise<Brought>;
  /** @throws as `evaluate` in `run.ts`, and ExecutorFailed */
  evaluate: (errand: Errand, models: RunRecord["models"]) => Promise<Evaluated>;
}

/** Where jobs run. */
export type Executor = CommandExecutor | RequestExecutor;

/** A request to be run, and all that there is to it. */
export interface Errand {
  hub: Hub;
  request: RequestFile;
  estimate: Estimate;
  suite: Suite;
  harness: Harness;
  /** The runner's folder. */
  work: string;
  /** Of this request, submitted then, and of this harness: another run of it goes on there. */
  folder: string;
  tasks: string | undefined;
  limits: Limits;
  signal: AbortSignal;
  say: (text: string) => void;
}

/** Facts of what was brought. */
export interface Brought {
  models: RunRecord["models"];
  seconds: number;
}

/** What was evaluated, and how. */
export interface Evaluated {
  /** Folder with all output of the harness. */
  folder: string;
  commands: string[][];
  seconds: number;
  network: string;
  batchSize: number | null;
  energy: Energy;
  node: RunRecord["node"];
  /** What was paid; null where nobody says so. */
  cost: Cost | null;
  /** Where it ran, if that was not where it was planned. */
  on?: Estimate;
}

/** A command could not be run, by no fault of its request: that one goes back. */
export class ExecutorFailed extends UserError {}
