import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { DEFAULT_RULES } from "../../../src/core/queue/rules.ts";
import type { Command, CommandExecutor } from "../../../src/pipeline/runner/executor.ts";
import type { Ended } from "../../../src/pipeline/runner/failure.ts";
import type { Machine } from "../../../src/pipeline/runner/machine.ts";
import { placesIn } from "../../../src/pipeline/runner/order.ts";
import type { Runner } from "../../../src/pipeline/runner/runner.ts";
import { tmpFolder } from "../cache/folder.ts";
import { connectTo, newCache } from "../hub/quick.ts";
import { type StandIn, standIn } from "../hub/stand-in.ts";
import { KITCHEN_BOARD } from "../snapshot/snapshot.ts";
import { kitchenRequests, kitchenResults } from "../sources/kitchen.ts";

export const REQUESTS = "kitchen/requests";
export const RESULTS = "kitchen/results";
export const COMMIT = "a".repeat(40);

export const WELL: Ended = { code: 0, signal: null, stopped: null, seconds: 1, tail: "" };

/** How one command of the harness ends; what it writes is written before. */
export type Act = (command: Command, runs: number) => Ended | Promise<Ended>;

/** A Hub with a queue of models that wait. */
export async function kitchenHub(models: string[]): Promise<StandIn> {
  const hub = await standIn();
  const members = ["ann"];
  const requests = kitchenRequests(models.map((model) => [model, "PENDING"]));
  hub.dataset(REQUESTS, requests, { members });
  hub.dataset(RESULTS, { "README.md": "" }, { members });
  hub.tokens.set("hf_w", { account: "ann", displayName: "ci", role: "write" });
  return hub;
}

/** A request's file as it is on the Hub now. */
export function requestIn(hub: StandIn, model: string) {
  const path = `${model}_eval_request_False_float16_Original.json`;
  return JSON.parse(filesIn(hub, REQUESTS).get(path)!.toString());
}

export function filesIn(hub: StandIn, dataset: string): Map<string, Buffer> {
  const repo = hub.repos.get(`datasets/${dataset}`)!;
  return repo.commits.find(({ oid }) => oid === repo.branches.get("main"))!.files;
}

const ORDERING = {
  rules: DEFAULT_RULES,
  suite: KITCHEN_BOARD.suites[0]!,
  choice: new Set<string>(),
};

const MACHINE: Machine = {
  cpu: { name: "Test", cores: 2, free: 64 * 2 ** 30, memory: 64 * 2 ** 30 },
  gpus: [],
};

/** What is to be downloaded, as far as tests look at it. */
interface Asked {
  models: [name: string, revision: string][];
  most: number;
  report: string;
}

/** Downloads nothing, and runs nothing: the harness ends as `act` says. */
function fakeExecutor(act: Act): CommandExecutor & { commands: Command[]; downloads: Asked[] } {
  const commands: Command[] = [];
  const downloads: Asked[] = [];
  return {
    name: "fake",
    parent: "-",
    commands,
    downloads,
    machine: async () => MACHINE,
    run: async (command) => {
      const download = command.argv.findIndex((word) => word.endsWith("download.py"));
      if (download >= 0) {
        const asked: Asked = JSON.parse(command.argv[download + 1]!);
        downloads.push(asked);
        const models = asked.models.map(([name]) => [name, { commit: COMMIT, bytes: 1 }]);
        await writeFile(asked.report, JSON.stringify({ models: Object.fromEntries(models) }));
        return WELL;
      }
      commands.push(command);
      return act(command, commands.length);
    },
  };
}

/** Ends well, with results of a model; likelihoods of its samples as they are given. */
export const writes =
  (model: string, likelihood = "-1.5"): Act =>
  async ({ argv }) => {
    const place = join(argv[argv.indexOf("--output_path") + 1]!, model.replace("/", "__"));
    await mkdir(place, { recursive: true });
    const [[path, text]] = Object.entries(kitchenResults([{ model, right: 0.5 }])) as [
      [string, string],
    ];
    await writeFile(join(place, path.split("/").at(-1)!), text.replace("{", '{"model_sha": "",'));
    const sample = `{"doc_id": 0, "resps": [[["${likelihood}", "False"]]]}\n`;
    await writeFile(
      join(place, "samples_kitchen_riddles_2025-06-01T12-07-04.698905.jsonl"),
      sample,
    );
    return WELL;
  };

/** A runner at a Hub, whose harness ends as `act` says. */
export async function fakeRunner(hub: StandIn, act: Act, change: Partial<Runner> = {}) {
  const executor = fakeExecutor(act);
  const stop = new AbortController();
  const said: string[] = [];
  const real = {
    clock: {
      now: Date.now,
      sleep: (ms: number) => new Promise<void>((d) => setTimeout(d, Math.min(ms, 20))),
    },
  };
  const runner: Runner = {
    name: `runner-${Math.random().toString(16).slice(2, 10)}`,
    hub: await connectTo(hub, { token: "hf_w", ...real }),
    cache: await newCache(),
    requests: REQUESTS,
    results: RESULTS,
    suite: KITCHEN_BOARD.suites[0]!,
    executor,
    harness: {
      package: "lm_eval",
      version: "1",
      commit: null,
      repository: null,
      lock_sha256: "b".repeat(64),
      id: "b".repeat(16),
      lock: { package: "lm_eval", version: "1", python: ["3.11"], folder: "/nowhere" },
      bin: "/nowhere/bin",
    },
    carbon: { grams_per_kwh: 100, source: "the test" },
    work: await tmpFolder(),
    tasks: undefined,
    lease: 600_000,
    limits: { seconds: 60, disk: 1e9, output: 1e6 },
    price: null,
    order: async (requests) => placesIn(requests, [], ORDERING, real.clock.now()),
    signal: stop.signal,
    say: (text) => said.push(text),
    ...change,
  };
  onTestFinished(() => stop.abort());
  return { runner, executor, stop, said };
}
