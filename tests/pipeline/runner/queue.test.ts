import { expect, test } from "vitest";
import { NotAllowed } from "../../../src/pipeline/runner/life.ts";
import { happen, readQueue } from "../../../src/pipeline/runner/queue.ts";
import { cancel } from "../../../src/pipeline/runner/rounds.ts";
import { LATE_FAULTS } from "../hub/faults.ts";
import { connectTo, newCache } from "../hub/quick.ts";
import { type StandIn, standIn } from "../hub/stand-in.ts";
import { PYTHIA, requestOf } from "./requests.ts";

const DATASET = "o/requests";

/** A Hub with so many requests that wait. */
async function hubWith(count: number): Promise<StandIn> {
  const hub = await standIn();
  const requests = Array.from({ length: count }, (_, i) => ({ ...PYTHIA, model: `o/m${i}` }));
  const files = requests.map((r) => [requestOf(r).path, JSON.stringify(r)]);
  hub.dataset(DATASET, Object.fromEntries(files), { members: ["ann"] });
  hub.tokens.set("hf_w", { account: "ann", displayName: "ci", role: "write" });
  return hub;
}

/** What the dataset's newest commit says of each request. */
function statusesIn(hub: StandIn): Record<string, string> {
  const repo = hub.repos.get(`datasets/${DATASET}`)!;
  const { files } = repo.commits.find(({ oid }) => oid === repo.branches.get("main"))!;
  return Object.fromEntries(
    [...files].map(([path, bytes]) => [path, JSON.parse(bytes.toString()).status]),
  );
}

const hour = 3_600_000;
const claim = (job: string) => {
  const now = Date.now();
  return { kind: "claim" as const, job, now, until: now + hour };
};

test("of two runners on a queue of 50 each request is run by exactly one", async () => {
  const hub = await hubWith(50);
  const done: string[] = [];
  const runner = async (name: string) => {
    const connection = await connectTo(hub, { token: "hf_w" });
    const cache = await newCache();
    for (;;) {
      const { requests } = await readQueue(connection, cache, DATASET);
      const waiting = requests.filter(({ life }) => life.status === "PENDING");
      if (waiting.length === 0) return;
      for (const { path } of waiting) {
        const job = `${name}.${path}`;
        try {
          await happen(connection, DATASET, path, claim(job));
        } catch (error) {
          if (error instanceof NotAllowed) continue;
          throw error;
        }
        done.push(path);
        await happen(connection, DATASET, path, { kind: "finish", job });
      }
    }
  };
  await Promise.all([runner("a"), runner("b")]);
  expect(done).toHaveLength(50);
  expect(new Set(done).size).toBe(50);
  expect(new Set(Object.values(statusesIn(hub)))).toEqual(new Set(["FINISHED"]));
  // They did meet: a commit on top of another's was refused, and asked for anew.
  expect(hub.log.filter((r) => r.operation === "commit").length).toBeGreaterThan(100);
}, 120_000);

test("a claim whose answer is lost is one claim", async () => {
  for (const fault of LATE_FAULTS) {
    const hub = await hubWith(1);
    hub.faults.once("commit", [fault]);
    const connection = await connectTo(hub, { token: "hf_w" });
    const [path] = Object.keys(statusesIn(hub));
    const { life } = await happen(connection, DATASET, path!, claim("a"));
    expect(life, fault).toMatchObject({ status: "RUNNING", holder: "a", tries: 1 });
    expect(hub.repos.get(`datasets/${DATASET}`)!.commits).toHaveLength(2);
  }
});

test("a model's requests are cancelled, and files that are none are named", async () => {
  const hub = await hubWith(3);
  const repo = hub.repos.get(`datasets/${DATASET}`)!;
  repo.commits.at(-1)!.files.set("x_eval_request_False.json", Buffer.from("{}"));
  const connection = await connectTo(hub, { token: "hf_w" });
  const cache = await newCache();
  const { rejections } = await readQueue(connection, cache, DATASET);
  expect(rejections).toMatchObject([{ path: `${DATASET}/x_eval_request_False.json` }]);
  expect(await cancel({ hub: connection, cache, requests: DATASET }, "o/m1")).toBe(1);
  expect(await cancel({ hub: connection, cache, requests: DATASET }, "o/m1")).toBe(0);
  const { requests } = await readQueue(connection, cache, DATASET);
  expect(requests.map(({ life }) => life.status).sort()).toEqual([
    "CANCELLED",
    "PENDING",
    "PENDING",
  ]);
});

test("without the right to write, the sentence says so", async () => {
  const hub = await hubWith(1);
  hub.tokens.set("hf_r", { account: "ann", displayName: "ci", role: "read" });
  const connection = await connectTo(hub, { token: "hf_r" });
  const [path] = Object.keys(statusesIn(hub));
  await expect(happen(connection, DATASET, path!, claim("a"))).rejects.toThrow(
    /The dataset o\/requests may not be written/,
  );
});
