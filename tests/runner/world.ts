import { type ChildProcess, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { lockedHarness } from "../../src/pipeline/runner/harness.ts";
import { openStandIn, type Repo, type StandIn } from "../pipeline/hub/stand-in.ts";
import { type Ended, start } from "../scripts/process.ts";
import { HARNESSED } from "./harness.ts";
import { NLTK, packageIn, WORK } from "./start.ts";
import { writeTasks } from "./tasks.ts";

export const MODEL = "compass/random";
export const ADAPTER = "compass/lora";
export const RESULTS = "compass/results";
export const REQUESTS = "compass/requests";

/** A Hub with a tiny model, a queue, and a folder for runners. */
export interface World {
  hub: StandIn;
  /** Where runners and pulls keep what is theirs. */
  folder: string;
  /** The runners' own. */
  work: string;
  /** Puts a request into the queue, for the model unless it says otherwise. @returns its path */
  submit: (change?: object) => string;
  /** A request's file as it is now. */
  request: (path: string) => Record<string, unknown> & { status: string };
  /** Files of a dataset as they are now. */
  files: (dataset: string) => Map<string, Buffer>;
  runner: (
    args: string[],
    env?: NodeJS.ProcessEnv,
  ) => { child: ChildProcess; ended: Promise<Ended> };
  /** `pull` and `data`: the folder of the tables. */
  tables: (env?: NodeJS.ProcessEnv) => Promise<string>;
}

/** Made once for a file of tests. */
export async function newWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "runner-test-"));
  const hub = await openStandIn();
  afterAll(async () => {
    await hub.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const work = join(folder, "work");
  mkdirSync(work);
  // Installed once for all; what else a runner keeps is each world's own.
  symlinkSync(join(WORK, "harness"), join(work, "harness"));
  const harness = await lockedHarness(HARNESSED, WORK);
  const python = join(harness.bin, "python");
  const models = join(folder, "models");
  const made = spawnSync(python, ["tests/runner/tiny_model.py", models], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(made.stderr);
  hub.model(MODEL, {}, filesOf(join(models, "model")));
  hub.model(ADAPTER, {}, filesOf(join(models, "adapter")));
  await writeTasks(join(folder, "tasks"), packageIn(harness));
  hub.tokens.set("hf_w", { account: "ann", displayName: "runner", role: "write" });
  const members = ["ann"];
  const queue = hub.dataset(REQUESTS, { "README.md": "Requests" }, { members });
  hub.dataset(RESULTS, { "README.md": "Results" }, { members });
  const env = {
    HF_ENDPOINT: hub.url,
    HF_TOKEN: "hf_w",
    LEADERBOARD_CONFIG: "tests/runner/board.config.ts",
    LEADERBOARD_CACHE: join(folder, "cache"),
    NO_PROXY: "127.0.0.1",
    NLTK_DATA: NLTK,
  };
  const call = async (script: "pull" | "data", args: string[], more?: NodeJS.ProcessEnv) => {
    const ended = await start(script, args, { env: { ...env, ...more } }).ended;
    if (ended.code !== 0) throw new Error(ended.out + ended.err);
  };
  return {
    hub,
    folder,
    work,
    submit: (change) => submit(queue, change),
    request: (path) => JSON.parse(newest(queue).get(path)!.toString()),
    files: (dataset) => newest(hub.repos.get(`datasets/${dataset}`)!),
    runner: (args, more) => {
      const own = [
        "--work",
        work,
        "--cache",
        join(folder, "cache"),
        "--tasks",
        join(folder, "tasks"),
      ];
      return start("runner", [...own, ...args], { env: { ...env, ...more } });
    },
    tables: async (more) => {
      const out = join(folder, "tables");
      await call("pull", ["--dataset", RESULTS], more);
      await call("data", ["--source", `hf://datasets/${RESULTS}`, "--out", out], more);
      return out;
    },
  };
}

function filesOf(folder: string): Record<string, Buffer> {
  return Object.fromEntries(readdirSync(folder).map((n) => [n, readFileSync(join(folder, n))]));
}

function newest(repo: Repo): Map<string, Buffer> {
  return repo.commits.find(({ oid }) => oid === repo.branches.get("main"))!.files;
}

let count = 0;

/** As somebody's upload would: a commit with one file more. */
function submit(queue: Repo, change: object = {}): string {
  const request = {
    model: MODEL,
    base_model: "",
    revision: "main",
    precision: "float32",
    params: 0.0001,
    architectures: "LlamaForCausalLM",
    weight_type: "Original",
    status: "PENDING",
    submitted_time: `2026-11-30T08:00:${String(count++).padStart(2, "0")}Z`,
    model_type: "pretrained",
    job_id: -1,
    job_start_time: null,
    use_chat_template: false,
    sender: "bob",
    ...change,
  };
  const path = `${request.model}_eval_request_False_${request.precision}_${request.weight_type}.json`;
  const files = new Map(newest(queue)).set(path, Buffer.from(JSON.stringify(request)));
  const oid = String(count).padStart(40, "0");
  queue.commits.push({ oid, title: `Add ${request.model}`, files });
  queue.branches.set("main", oid);
  return path;
}
