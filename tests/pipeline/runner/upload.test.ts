import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { NotAllowed } from "../../../src/pipeline/runner/life.ts";
import type { RunRecord } from "../../../src/pipeline/runner/record.ts";
import { upload } from "../../../src/pipeline/runner/upload.ts";
import { tmpFolder } from "../cache/folder.ts";
import { connectTo } from "../hub/quick.ts";
import { commitFiles, type StandIn } from "../hub/stand-in.ts";
import { filesIn, kitchenHub, RESULTS } from "./fake.ts";

const MODEL = "a/anise";
const DETAILS = "kitchen/a__anise-details";
const [MORNING, EVENING] = ["2026-11-30T08-00-00.000001", "2026-11-30T20-00-00.000001"];

/** What of a record an upload looks at. */
const RECORD = { schema: 1, request: "a/anise_eval_request.json", sha256: {} } as RunRecord;

/** Uploads what a run that ended then wrote: a result, and samples of two tasks. */
async function uploads(
  hub: StandIn,
  time: string,
  { key = "k1", to = RESULTS, stillOurs = async () => {} } = {},
): Promise<void> {
  const folder = await tmpFolder();
  const written = async (name: string) => {
    await writeFile(join(folder, name), `${key} ${time}\n`);
    return join(folder, name);
  };
  const output = {
    results: [await written(`results_${time}.json`)],
    samples: [
      await written(`samples_bbh_${time}.jsonl`),
      await written(`samples_gpqa_${time}.jsonl`),
    ],
  };
  const connection = await connectTo(hub, { token: "hf_w" });
  const work = join(folder, "upload");
  await upload(connection, to, work, { model: MODEL, key, output, record: RECORD, stillOurs });
}

const samplesOf = (hub: StandIn) => [...filesIn(hub, DETAILS).keys()].sort();
const resultsOf = (hub: StandIn) => [...filesIn(hub, RESULTS).keys()].sort();
const samples = (time: string) =>
  ["bbh", "gpqa"].map((task) => `a__anise/samples_${task}_${time}.jsonl`);

test("samples of a runner that ended before its results go when another's come", async () => {
  const hub = await kitchenHub([MODEL]);
  await uploads(hub, "2026-11-01T00-00-00.000001", { key: "k0" });
  // Its samples come through, and then there is no dataset for its results.
  await expect(uploads(hub, MORNING, { to: "kitchen/nowhere" })).rejects.toThrow("kitchen/nowhere");
  expect(samplesOf(hub)).toEqual(expect.arrayContaining(samples(MORNING)));
  await uploads(hub, EVENING);
  expect(samplesOf(hub).filter((path) => path.includes("samples_"))).toEqual(
    [...samples("2026-11-01T00-00-00.000001"), ...samples(EVENING)].sort(),
  );
  const index = JSON.parse(filesIn(hub, DETAILS).get("a__anise/runner_k1.json")!.toString());
  expect(index).toEqual({
    schema: 1,
    request: RECORD.request,
    files: samples(EVENING).map((path) => path.split("/")[1]),
  });
  const last = hub.repos.get(`datasets/${DETAILS}`)!.commits.at(-1)!;
  expect(last.title).toBe(`Samples of ${MODEL}`);
});

test("the same samples, sent again, are sent once", async () => {
  const hub = await kitchenHub([MODEL]);
  await expect(uploads(hub, MORNING, { to: "kitchen/nowhere" })).rejects.toThrow();
  const commits = () => hub.repos.get(`datasets/${DETAILS}`)!.commits.length;
  const before = commits();
  await uploads(hub, MORNING);
  expect(commits()).toBe(before);
  expect(resultsOf(hub)).toHaveLength(3);
});

test("whatever an index names, nothing but samples of the model ever goes", async () => {
  const hub = await kitchenHub([MODEL]);
  await uploads(hub, MORNING, { key: "k0" });
  const files = [
    "../other/samples_x_2026-01-01T00-00-00.1.jsonl",
    "runner_k0.json",
    "../README.md",
  ];
  commitFiles(hub.repos.get(`datasets/${DETAILS}`)!, {
    ...Object.fromEntries(filesIn(hub, DETAILS)),
    "README.md": "Samples",
    "other/samples_x_2026-01-01T00-00-00.1.jsonl": "x",
    "a__anise/runner_k1.json": JSON.stringify({ schema: 1, request: "", files }),
    "a__anise/runner_k2.json": "no index",
  });
  const before = samplesOf(hub);
  await uploads(hub, EVENING);
  await uploads(hub, "2026-12-01T00-00-00.000001", { key: "k2" });
  expect(samplesOf(hub)).toEqual(expect.arrayContaining(before));
});

test("results that another runner has sent stay, and no second ones come", async () => {
  const hub = await kitchenHub([MODEL]);
  await uploads(hub, MORNING);
  const before = resultsOf(hub);
  await uploads(hub, EVENING);
  expect(resultsOf(hub)).toEqual(before);
  expect(filesIn(hub, RESULTS).get(`${MODEL}/results_${MORNING}.json`)!.toString()).toContain(
    MORNING,
  );
});

test("who has lost the request between samples and results sends no results", async () => {
  const hub = await kitchenHub([MODEL]);
  let asked = 0;
  const stillOurs = async () => {
    if (++asked === 2) throw new NotAllowed("another has it");
  };
  await expect(uploads(hub, MORNING, { stillOurs })).rejects.toThrow("another has it");
  expect(samplesOf(hub)).toEqual(expect.arrayContaining(samples(MORNING)));
  expect(resultsOf(hub)).toEqual(["README.md"]);
});

test("whoever has lost it while its samples were refused does not put them over another's", async () => {
  const hub = await kitchenHub([MODEL]);
  await uploads(hub, EVENING, { key: "k0" });
  let asked = 0;
  const stillOurs = async () => {
    if (++asked === 2) throw new NotAllowed("another has it");
    const repo = hub.repos.get(`datasets/${DETAILS}`)!;
    commitFiles(repo, { ...Object.fromEntries(filesIn(hub, DETAILS)), "README.md": "Between" });
  };
  await expect(uploads(hub, MORNING, { stillOurs })).rejects.toThrow("another has it");
  expect(samplesOf(hub)).not.toEqual(expect.arrayContaining(samples(MORNING)));
});
