// A job of the stand-in's, with the real harness in its container; the machine has no GPU, so that it runs on the CPU.
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { lockedHarness } from "../../src/pipeline/runner/harness.ts";
import { recordSchema } from "../../src/pipeline/runner/record.ts";
import { withJobs } from "../pipeline/hub/jobs.ts";
import { inImage, ordersOf } from "../pipeline/runner/fake-jobs.ts";
import { HARNESSED } from "./harness.ts";
import { WORK } from "./start.ts";
import { ADAPTER, MODEL, newWorld, RESULTS, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await newWorld();
});

test("the real harness finds model, tasks and questions in what was mounted, without a network", async () => {
  const { bin, id } = await lockedHarness(HARNESSED, WORK);
  const jobs = await withJobs(world.hub);
  jobs.container = inImage(
    id,
    async () => `for word; do
  [ "$word" = cuda ] && word=cpu
  set -- "$@" "$word"; shift
done
exec ${join(bin, "python")} "$@"`,
  );
  const paths = [
    world.submit(),
    world.submit({ model: ADAPTER, base_model: MODEL, weight_type: "Adapter" }),
  ];
  const rented = ["--executor", "hf-jobs", "--ceiling", "5", "--jobs-namespace", "compass"];
  for (const path of paths) {
    const env = { LEADERBOARD_CONFIG: "tests/runner/board-with-counts.config.ts" };
    const { code, out, err } = await world.runner(["--once", ...rented], env).ended;
    const said = `${out}\n${jobs.all.at(-1)?.logs.join("\n")}`;
    expect({ code, err }, said).toEqual({ code: 0, err: "" });
    expect(world.request(path).status, said).toBe("FINISHED");
  }
  expect(jobs.all.map(({ stage }) => stage)).toEqual(["COMPLETED", "COMPLETED"]);
  expect(jobs.all.map((job) => ordersOf(job).models.length)).toEqual([1, 2]);
  const records = [...world.files(RESULTS)].filter(([path]) => /\/runner_/.test(path));
  for (const [path, bytes] of records) {
    expect(recordSchema.parse(JSON.parse(bytes.toString())), path).toMatchObject({
      executor: "hf-jobs",
      device: "1 × T4 of t4-small",
      network: "none",
      cost: { amount: 0.02 },
    });
  }
  expect(records).toHaveLength(2);
}, 600_000);
