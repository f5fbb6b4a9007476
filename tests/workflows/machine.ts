import { execFile } from "node:child_process";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Context, evaluate, fill, isTrue, type Value } from "./expression.ts";
import { type Job, ROOT, type Step, type Workflow } from "./workflow.ts";

/** What GitHub says of a run. */
export interface Happened {
  event_name: "schedule" | "workflow_dispatch" | "push";
  schedule?: string;
  inputs?: Record<string, boolean>;
  vars?: Record<string, string>;
}

/** Answers of the actions, by name without version, and what they do. */
export type Actions = Record<string, (step: Step) => Promise<Record<string, string>>>;

export interface Ran {
  outputs: Record<string, string>;
  failed: boolean;
  /** What each step said, by its name or its command. */
  said: Record<string, string>;
  /** Markdown of the run's page. */
  summary: string;
  /** Steps that were skipped. */
  skipped: string[];
}

/** A step as a person names it. */
export function nameOf({ name, run, uses }: Step): string {
  return name ?? run ?? uses ?? "";
}

/**
 * Runs a job's steps one after the other as GitHub does: conditions, outputs, what goes on after a
 * failure. Commands run in this folder, under bash; `npm ci` is taken as done.
 *
 * @param env what commands are given in any case, so that they touch nothing of this machine
 */
export async function runJob(
  job: Job,
  happened: Happened,
  folder: string,
  env: Record<string, string>,
  actions: Actions,
): Promise<Ran> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const ran: Ran = { outputs: {}, failed: false, said: {}, summary: "", skipped: [] };
  const steps: Record<string, { outputs: Record<string, string>; outcome: string }> = {};
  const context = contextOf(happened, { steps }, () => ran.failed);
  for (const step of job.steps) {
    const state = { outputs: {}, outcome: "skipped" };
    if (step.id) steps[step.id] = state;
    if (!isMet(step.if, context)) {
      ran.skipped.push(nameOf(step));
      continue;
    }
    const done = step.uses
      ? { outputs: await actions[step.uses.replace(/@.*/, "")]?.(step) }
      : await command(step.run!, folder, {
          ...filled(job.env, context),
          ...filled(step.env, context),
          ...env,
        });
    state.outputs = done.outputs ?? {};
    state.outcome = "code" in done && done.code !== 0 ? "failure" : "success";
    if ("said" in done) ran.said[nameOf(step)] = done.said;
    if (state.outcome === "failure" && !goesOn(step, context)) ran.failed = true;
  }
  ran.outputs = filled(job.outputs, context);
  ran.summary = await readFile(join(folder, "summary"), "utf8").catch(() => "");
  return ran;
}

/** Whether the job goes on after a failure of the step: a truth value, or an expression for one. */
function goesOn(step: Step, context: Context): boolean {
  return fill(String(step["continue-on-error"] ?? false), context) === "true";
}

/** The jobs that come to run, given what the first one says. */
export function jobsAfter(workflow: Workflow, happened: Happened, first: string, ran: Ran) {
  const results: Record<string, string> = { [first]: ran.failed ? "failure" : "success" };
  for (const [name, job] of Object.entries(workflow.jobs)) {
    if (name === first) continue;
    const needed = [job.needs ?? []].flat();
    const isBroken = needed.some((need) => results[need] !== "success");
    const needs = { [first]: { outputs: ran.outputs } };
    const context = contextOf(happened, { needs }, () => isBroken);
    results[name] = isMet(job.if, context) ? "success" : "skipped";
  }
  return Object.keys(results).filter((name) => results[name] === "success");
}

/** Whether a job or step runs: after a failure only where it says so. */
export function isMet(condition: string | undefined, context: Context): boolean {
  const text = condition ?? "success()";
  const asks = /\b(?:success|always|failure|cancelled)\(\)/.test(text);
  return isTrue(evaluate(asks ? text : `success() && (${text})`, context));
}

export function contextOf(
  { event_name, schedule, inputs = {}, vars = {} }: Happened,
  more: Record<string, unknown>,
  isBroken: () => boolean,
): Context {
  const github = { event_name, event: { schedule }, run_id: "1", run_attempt: "1" };
  return {
    values: { github, inputs, vars, secrets: {}, ...more },
    status: (name): boolean => {
      if (name === "always") return true;
      return name === "success" ? !isBroken() : name === "failure" && isBroken();
    },
  };
}

function filled(
  texts: Record<string, string> | undefined,
  context: Context,
): Record<string, string> {
  return Object.fromEntries(Object.entries(texts ?? {}).map(([k, v]) => [k, fill(v, context)]));
}

async function command(line: string, folder: string, env: Record<string, string>) {
  const output = join(folder, "output");
  await writeFile(output, "");
  if (line === "npm ci") return { code: 0, said: "", outputs: {} };
  const given = {
    ...process.env,
    ...env,
    CI: "true",
    GITHUB_OUTPUT: output,
    GITHUB_STEP_SUMMARY: join(folder, "summary"),
  };
  const { code, said } = await new Promise<{ code: number; said: string }>((done) => {
    execFile("bash", ["-e", "-c", line], { cwd: ROOT, env: given }, (error, out, err) =>
      done({ code: error ? Number(error.code) || 1 : 0, said: out + err }),
    );
  });
  const lines = (await readFile(output, "utf8")).split("\n").filter(Boolean);
  const outputs = Object.fromEntries(lines.map((l) => l.split(/=(.*)/s).slice(0, 2)));
  return { code, said, outputs: outputs as Record<string, string> };
}

/** Copies a folder where there is one, in place of what was there. */
export async function replace(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await cp(from, to, { recursive: true }).catch((error) => {
    if (error.code !== "ENOENT") throw error;
  });
}

export type { Value };
