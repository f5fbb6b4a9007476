import { execFile } from "node:child_process";
import { ExecutorFailed } from "../executor.ts";

/** What a program of Slurm said. */
export interface Said {
  ok: boolean;
  out: string;
  err: string;
}

/** Of the runner's environment, what Slurm's programs get: no token. */
const SEEN = /^(?:PATH|HOME|USER|LOGNAME|LANG|LD_LIBRARY_PATH|SLURM_CONF|SLURM_JWT|SBATCH_\w+)$/;

/** Milliseconds after which a controller that does not answer is not waited for. */
const PATIENCE = 60_000;

/**
 * Calls one of Slurm's programs; its words are words.
 *
 * @throws ExecutorFailed where there is no such program
 */
export function call(program: string, words: readonly string[]): Promise<Said> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => SEEN.test(name)));
  const options = { env, timeout: PATIENCE, maxBuffer: 64 * 2 ** 20 };
  return new Promise((done, failed) => {
    execFile(program, words, options, (error, out, err) => {
      if ((error as NodeJS.ErrnoException | null)?.code === "ENOENT") {
        return failed(
          new ExecutorFailed(
            `There is no ${program}: the executor slurm runs where Slurm's commands are, on a login node for example.`,
          ),
        );
      }
      done({ ok: error === null, out, err });
    });
  });
}

/** Whether the controller could not be asked, which passes. */
export function isUnreachable({ ok, err }: Said): boolean {
  return (
    !ok &&
    (err === "" ||
      /Unable to contact slurm controller|Socket timed out|temporarily unavailable|Connection refused|Zero Bytes were transmitted/i.test(
        err,
      ))
  );
}

/** The line that says what is wrong. */
export function errorIn({ err }: Said): string {
  const line = err
    .trim()
    .split("\n")
    .findLast((text) => /error|fatal/.test(text));
  return (line ?? err.trim()).replace(/^\w+: (?:error|fatal): /, "") || "no answer";
}
