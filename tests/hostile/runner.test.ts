// The runner as a process, killed at any point: the harness is a stand-in that takes no time.
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lockedHarness } from "../../src/pipeline/runner/harness.ts";
import { KITCHEN } from "../core/suite/suites.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import {
  COMMIT,
  filesIn,
  kitchenHub,
  REQUESTS,
  RESULTS,
  requestIn,
} from "../pipeline/runner/fake.ts";
import { kitchenResults } from "../pipeline/sources/kitchen.ts";
import { start } from "../scripts/process.ts";
import { tried } from "./counts.ts";

const MODEL = "a/anise";

const [FIRST, SECOND] = ["2025-06-01T12-07-04.698905", "2025-06-02T12-07-04.698905"];

/**
 * A `python` that does for a runner what the download and the harness do.
 *
 * @param time that the harness's files are named by
 */
async function fakeHarness(work: string, time: string): Promise<void> {
  const { bin } = await lockedHarness(KITCHEN, work);
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "../whole"), "");
  const [text] = Object.values(kitchenResults([{ model: MODEL, right: 0.5 }])) as [string];
  const python = `#!${process.execPath}
const { mkdirSync, writeFileSync } = require("node:fs");
const words = process.argv.slice(2);
if (words[0].endsWith("download.py")) {
  const { report } = JSON.parse(words[1]);
  writeFileSync(report, ${JSON.stringify(JSON.stringify({ models: { [MODEL]: { commit: COMMIT, bytes: 1 } } }))});
} else {
  writeFileSync(words[1], '{"network": "none"}');
  const place = words[words.indexOf("--output_path") + 1] + "/m";
  mkdirSync(place, { recursive: true });
  writeFileSync(place + "/results_${time}.json", ${JSON.stringify(text)});
  writeFileSync(place + "/samples_kitchen_riddles_${time}.jsonl", "{}\\n");
}
`;
  await writeFile(join(bin, "python"), python);
  await chmod(join(bin, "python"), 0o755);
}

/** A Hub, and a folder for runners of it. */
async function newPlace(models = [MODEL]) {
  const hub = await kitchenHub(models);
  const machine = async (time: string) => {
    const [work, cache] = [await tmpFolder(), await tmpFolder()];
    await fakeHarness(work, time);
    return ["--work", work, "--cache", cache, "--requests", REQUESTS, "--results", RESULTS];
  };
  const [folders, others] = [await machine(FIRST), await machine(SECOND)];
  const env = {
    HF_ENDPOINT: hub.url,
    HF_TOKEN: "hf_w",
    LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts",
  };
  return {
    hub,
    runner: (...args: string[]) => start("runner", [...args, ...folders], { env }),
    /** On a machine that has nothing of the first one's. */
    elsewhere: (...args: string[]) => start("runner", [...args, ...others], { env }),
  };
}

type Place = Awaited<ReturnType<typeof newPlace>>;

/** As if the lease of whoever has the request had run out. */
function runOut({ hub }: Place): void {
  const request = requestIn(hub, MODEL);
  if (request.status !== "RUNNING") return;
  request.runner.until = "2025-01-01T00:00:00.000Z";
  const [path] = [...filesIn(hub, REQUESTS).keys()];
  filesIn(hub, REQUESTS).set(path!, Buffer.from(JSON.stringify(request)));
}

function uploaded({ hub }: Place): string[] {
  return [...filesIn(hub, RESULTS).keys()].filter((path) => path.startsWith(MODEL)).sort();
}

/** Samples of the model. */
function samples({ hub }: Place): string[] {
  const names = [...filesIn(hub, "kitchen/a__anise-details").keys()];
  return names.filter((path) => path.includes("samples_"));
}

const EXPECTED = [
  expect.stringMatching(/\/results_2025-06-0[12]T12-07-04\.698905\.json$/),
  expect.stringMatching(/\/runner_[0-9a-f]{16}\.json$/),
];

/** Requests to the Hub that a runner makes for one model. */
async function requestsOfOne(): Promise<number> {
  const place = await newPlace();
  const ended = await place.runner("--once").ended;
  expect(ended, ended.err).toMatchObject({ code: 0, err: "" });
  expect(requestIn(place.hub, MODEL).status).toBe("FINISHED");
  expect(uploaded(place)).toEqual(EXPECTED);
  return place.hub.log.length;
}

const POINTS = 20;

test(`kill -9 at ${POINTS} points, and another runner finishes it, exactly once`, async () => {
  const all = await requestsOfOne();
  expect(all).toBeGreaterThan(POINTS);
  for (let i = 1; i <= POINTS; i++) {
    const at = Math.round((i * all) / POINTS);
    const place = await newPlace();
    const { child, ended } = place.runner("--once");
    let count = 0;
    place.hub.onRequest = () => {
      if (++count === at) child.kill("SIGKILL");
    };
    const named = `killed at request ${at} of ${all}`;
    expect((await ended).signal, named).toBe("SIGKILL");
    place.hub.onRequest = () => {};
    // What is not finished is waiting, or somebody has it: nothing in between.
    expect(["PENDING", "RUNNING", "FINISHED"], named).toContain(requestIn(place.hub, MODEL).status);
    runOut(place);
    // Here, and on another machine, which evaluates it anew.
    const second = await (i % 2 ? place.runner : place.elsewhere)("--once").ended;
    expect(second, named).toMatchObject({ code: 0, err: "" });
    expect(requestIn(place.hub, MODEL).status, named).toBe("FINISHED");
    expect(uploaded(place), named).toEqual(EXPECTED);
    // Of one run, and the one whose results are there.
    const [, time] = /results_(.*)\.json/.exec(uploaded(place)[0]!)!;
    expect(samples(place), named).toEqual([`a__anise/samples_kitchen_riddles_${time}.jsonl`]);
    const commits = place.hub.repos.get(`datasets/${RESULTS}`)!.commits;
    expect(
      commits.filter(({ title }) => title === `Results of ${MODEL}`),
      named,
    ).toHaveLength(1);
  }
  tried("kills of a runner", POINTS, "then another one finishes the request, exactly once");
}, 300_000);

test("one that watches runs what comes, outlasts a refusal, and ends when it is told to", async () => {
  const place = await newPlace();
  const { child, ended } = place.runner("--watch", "--every", "0.2");
  const until = async (is: () => boolean) => {
    for (let i = 0; i < 600 && !is(); i++) await new Promise((done) => setTimeout(done, 50));
  };
  await until(() => requestIn(place.hub, MODEL).status === "FINISHED");
  place.hub.tokens.get("hf_w")!.expired = true;
  const refused = () => place.hub.log.filter((r) => r.operation === "whoami").length;
  await until(() => refused() > 1);
  expect(refused()).toBeGreaterThan(1);
  child.kill("SIGTERM");
  const { code, out } = await ended;
  expect(code).toBe(0);
  expect(out).toContain(`${MODEL}: FINISHED`);
  expect(out).toContain("is expired, revoked or wrong");
});

test("one that runs for some time ends when nothing fits any more, and begins nothing after its time", async () => {
  const place = await newPlace();
  const idle = await place.runner("--for", "10").ended;
  expect(idle).toMatchObject({ code: 0, err: "" });
  expect(idle.out).toContain(`${MODEL}: FINISHED`);
  expect(idle.out.trim()).toMatch(/No request that waits fits here\.$/);
  const two = await newPlace([MODEL, "b/basil"]);
  // Four microseconds: they are over before the first request is.
  const over = await two.runner("--for", "1e-9").ended;
  expect(over).toMatchObject({ code: 0, err: "" });
  expect(over.out.trim()).toMatch(/a\/anise: FINISHED$/);
  expect(requestIn(two.hub, "b/basil").status).toBe("PENDING");
});

test("two runners in one folder do not get into each other's way", async () => {
  const place = await newPlace();
  const both = await Promise.all([place.runner("--once").ended, place.runner("--once").ended]);
  expect(both.map(({ code }) => code)).toEqual([0, 0]);
  expect(uploaded(place)).toEqual(EXPECTED);
});

test("what is typed wrongly is said in a sentence", async () => {
  const place = await newPlace();
  const said = async (...args: string[]) => (await place.runner(...args).ended).err.trim();
  expect(await said()).toMatch(/^Say one of npm run runner -- --once, --watch, --dry-run/);
  expect(await said("--once", "--watch")).toMatch(/^Say one of/);
  expect(await said("--once", "--executor", "moon")).toBe(
    "--executor moon: there are local, slurm and hf-jobs.",
  );
  expect(await said("--once", "--executor", "hf-jobs")).toBe(
    "--executor hf-jobs rents machines: say how many dollars all its jobs may cost together, with --ceiling DOLLARS.",
  );
  expect(await said("--dry-run", "--executor", "hf-jobs", "--ceiling", "much")).toBe(
    "--ceiling much: must be a number of dollars above 0.",
  );
  expect(await said("--once", "--for", "3")).toMatch(/^Say one of/);
  expect(await said("--for", "long")).toBe("--for long: must be a number above 0.");
  expect(await said("--once", "--carbon", "green")).toBe(
    "--carbon green: must be grams of CO₂ for a kilowatt-hour, as 473.",
  );
  expect(await said("--once", "--lease", "soon")).toBe("--lease soon: must be a number above 0.");
  expect(await said("--once", "--tasks", "/nowhere")).toBe(
    "--tasks /nowhere: there is no such folder.",
  );
  expect(await said("dance")).toBe("dance: there is no such command of the runner.");
  expect(await said("status")).toMatch(/^No runner has run in .* yet\.$/);
});
