import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parse } from "yaml";

export const ROOT = resolve(import.meta.dirname, "../..");

/** A workflow of GitHub Actions, as far as ours say anything. */
export interface Workflow {
  on: {
    schedule: { cron: string }[];
    workflow_dispatch: { inputs: Record<string, { type: string; default: boolean }> };
    push: { branches: string[] };
  };
  permissions: Record<string, string>;
  concurrency: { group: string; "cancel-in-progress": boolean };
  jobs: Record<string, Job>;
}

export interface Job {
  "runs-on": string | string[];
  if?: string;
  needs?: string | string[];
  permissions: Record<string, string>;
  "timeout-minutes": number;
  outputs?: Record<string, string>;
  environment?: { name: string };
  env?: Record<string, string>;
  steps: Step[];
}

export interface Step {
  id?: string;
  if?: string;
  name?: string;
  uses?: string;
  run?: string;
  with?: Record<string, string | number | boolean>;
  env?: Record<string, string>;
  "continue-on-error"?: boolean | string;
  "timeout-minutes"?: number;
}

export function readWorkflow(name: string): Promise<Workflow> {
  return readWorkflowAt(join(".github/workflows", name));
}

/** @param path from the project's root */
export async function readWorkflowAt(path: string): Promise<Workflow> {
  return parse(await readFile(join(ROOT, path), "utf8"));
}
