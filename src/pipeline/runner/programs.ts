import { spawnSync } from "node:child_process";
import { UserError } from "../../core/records/user-error.ts";
import { installing } from "./environment.ts";

/** A program, or what it was to bring, is not to be had. */
export class Unavailable extends UserError {}

/**
 * Runs a program to its end, without any token in its environment: installing runs code of packages.
 *
 * @param need what is not there without it, for the sentence
 * @returns what it printed
 * @throws Unavailable where there is none, or where it does not end well
 */
export function call(command: string, args: string[], need: string): string {
  const { error, status, stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: installing(process.env),
  });
  if (error) throw new Unavailable(`There is no ${command} (${error.message}): ${need}.`);
  if (status === 0) return stdout;
  const lines = stderr.trim().split("\n");
  const reason = lines.findLast((line) => /ERROR|error|fatal/.test(line)) ?? `exit ${status}`;
  const told = [command, ...args.slice(0, 3)].join(" ");
  throw new Unavailable(`${told} … failed, and ${need}: ${reason}`);
}
