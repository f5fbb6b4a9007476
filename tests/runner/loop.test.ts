import { createHash } from "node:crypto";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { recordSchema } from "../../src/pipeline/runner/record.ts";
import { readStatus } from "../../src/pipeline/runner/status.ts";
import { query } from "../pipeline/snapshot/snapshot.ts";
import { SUITE_HARNESS, V2_EPOCH } from "./harness.ts";
import { scoresOf } from "./scores.ts";
import { ADAPTER, MODEL, newWorld, RESULTS, type World } from "./world.ts";

let world: World;

beforeAll(async () => {
  world = await newWorld();
});

test("a request becomes a row: claimed, run by the real harness, uploaded, pulled, scored", async () => {
  const path = world.submit({ use_chat_template: true });
  const { code, out, err } = await world.runner(["--once"]).ended;
  expect({ code, err }, out).toEqual({ code: 0, err: "" });
  expect(world.request(path)).toMatchObject({
    status: "FINISHED",
    job_id: expect.stringMatching(/^runner-[0-9a-f]{8}\./),
    runner: { until: null, tries: 1, cause: null, why: null },
    sender: "bob",
  });

  const [row, ...more] = await query(
    `SELECT * FROM '${join(await world.tables(), "models.parquet")}' WHERE model = '${MODEL}'`,
  );
  expect(more).toEqual([]);
  const commit = world.hub.repos.get(`models/${MODEL}`)!.branches.get("main");
  expect(row).toMatchObject({
    revision: commit,
    precision: "float32",
    chat_template: true,
    rank: 1,
  });
  const scores = scoresOf(world, MODEL);
  for (const [key, score] of Object.entries(scores)) expect(row![key], key).toBeCloseTo(score, 10);
  // Something was measured: the model follows some orders, and finds some winds.
  expect(scores.orders).toBeGreaterThan(0);
  expect(scores.winds_raw).toBeGreaterThan(0);
});

test("beside the results stands how they came about", async () => {
  const files = world.files(RESULTS);
  const paths = [...files.keys()].filter((path) => path.startsWith(`${MODEL}/`));
  expect(paths.filter((path) => /\/results_[\dT.:-]+\.json$/.test(path))).toHaveLength(1);
  const [recorded] = paths.filter((path) => /\/runner_[0-9a-f]{16}\.json$/.test(path));
  const record = recordSchema.parse(JSON.parse(files.get(recorded!)!.toString()));
  const commit = world.hub.repos.get(`models/${MODEL}`)!.branches.get("main");
  const results = paths.find((path) => /\/results_/.test(path))!;
  const { git_hash } = JSON.parse(files.get(results)!.toString());
  expect(git_hash).toBe(SUITE_HARNESS ? V2_EPOCH.commit : null);
  expect(record).toMatchObject({
    harness: SUITE_HARNESS
      ? { package: "lm_eval", version: "0.4.3", commit: V2_EPOCH.commit }
      : { package: "lm_eval", version: "0.4.13", commit: null },
    models: { [MODEL]: { commit } },
    executor: "local",
    batch_size: null,
    seeds: [0, 1234, 1234, 1234],
    chat_template_sha: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  const [words, ...others] = record.commands;
  expect(others).toEqual([]);
  expect(words!.slice(0, 3)).toEqual(["python", "-m", "lm_eval"]);
  expect(words).toContain("--apply_chat_template");
  expect(words).toContain(`pretrained=${MODEL},revision=${commit},dtype=float32`);
  const all = new Map([...files, ...world.files("compass/compass__random-details")]);
  const names = Object.entries(record.sha256);
  expect(names).toHaveLength(1 + 4);
  for (const [name, digest] of names) {
    const [file] = [...all].filter(([path]) => path.endsWith(`/${name}`));
    expect(createHash("sha256").update(file![1]).digest("hex"), name).toBe(digest);
  }
  expect(world.hub.repos.get("datasets/compass/compass__random-details")!.private).toBe(true);
});

test("what it took of electricity is measured or estimated, and in the row", async () => {
  const [, bytes] = [...world.files(RESULTS)].find(([path]) => path.includes("/runner_"))!;
  const { energy, co2, node, seconds } = recordSchema.parse(JSON.parse(bytes.toString()));
  expect(energy.of.map(({ part }) => part)).toEqual(["cpu", "memory"]);
  expect(["measured", "partly measured", "estimated"]).toContain(energy.how);
  expect(node?.gpus).toEqual([]);
  const [cpu] = energy.of;
  if (cpu!.how === "estimated") {
    expect(cpu!.joules).toBeCloseTo(node!.cores! * 12 * seconds.evaluation, 6);
  }
  expect(energy.kwh).toBeGreaterThan(0);
  expect(co2.kg).toBeCloseTo((energy.kwh! * 473) / 1000, 12);
  const [row] = await query(
    `SELECT co2_kg FROM '${join(world.folder, "tables", "models.parquet")}' WHERE model = '${MODEL}'`,
  );
  expect(row!.co2_kg).toBe(co2.kg);
});

test("no job had the runner's token, and none came from where a model runs", () => {
  const asked = world.hub.log.filter(
    ({ path }) => path.includes(MODEL) && !path.includes("details"),
  );
  const ofModel = asked.filter(
    ({ path }) => path.startsWith(`/${MODEL}/`) || path.startsWith(`/api/models/`),
  );
  expect(ofModel.length).toBeGreaterThan(3);
  expect(ofModel.filter(({ authorization }) => authorization !== undefined)).toEqual([]);
});

test("an adapter is loaded on top of its base", async () => {
  const path = world.submit({ model: ADAPTER, base_model: MODEL, weight_type: "Adapter" });
  const { code, out } = await world.runner(["--once"]).ended;
  expect(world.request(path), out).toMatchObject({ status: "FINISHED" });
  expect(code).toBe(0);
  const [row] = await query(
    `SELECT * FROM '${join(await world.tables(), "models.parquet")}' WHERE model = '${ADAPTER}'`,
  );
  const commit = world.hub.repos.get(`models/${ADAPTER}`)!.branches.get("main");
  expect(row).toMatchObject({ weight_type: "Adapter", base_model: MODEL, revision: commit });
  for (const [key, score] of Object.entries(scoresOf(world, ADAPTER))) {
    expect(row![key], key).toBeCloseTo(score, 10);
  }
});

test("what cannot be run fails with a sentence for its submitter, and the next one is run", async () => {
  world.hub.model("compass/pickled", {}, { "config.json": "{}", "pytorch_model.bin": "x" });
  const auto = { auto_map: { AutoModel: "modeling.X" }, model_type: "strange" };
  world.hub.model(
    "compass/strange",
    {},
    {
      "config.json": JSON.stringify(auto),
      "modeling.py": "raise SystemExit('run')",
      "model.safetensors": "x",
    },
  );
  world.hub.model("compass/gated", {}, { "config.json": "{}", "model.safetensors": "x" });
  world.hub.repos.get("models/compass/gated")!.gated = "manual";
  const { files } = world.hub.repos.get(`models/${MODEL}`)!.commits[0]!;
  world.hub.model("compass/mute", {}, withoutTemplate(files));
  const gone = world.submit({ model: "compass/gone" });
  const pickled = world.submit({ model: "compass/pickled" });
  const strange = world.submit({ model: "compass/strange" });
  const orphan = world.submit({
    model: "compass/orphan",
    weight_type: "Adapter",
    base_model: "../../x",
  });
  const gated = world.submit({ model: "compass/gated" });
  const silent = world.submit({ model: "compass/mute", use_chat_template: true });
  for (let i = 0; i < 6; i++) {
    expect(await world.runner(["--once"]).ended).toMatchObject({ code: 0, err: "" });
  }
  const told = (path: string) => world.request(path).runner;
  expect(told(gone)).toMatchObject({
    cause: "gone",
    why: "compass/gone is not on the Hub at the revision that was asked for, or is private: check name and revision, and submit it again.",
  });
  expect(told(pickled)).toMatchObject({ cause: "no-safetensors" });
  expect(told(strange)).toMatchObject({ cause: "remote-code", tries: 1 });
  expect(told(orphan)).toMatchObject({
    cause: "request",
    why: expect.stringMatching(/base_model/),
  });
  expect(told(gated)).toMatchObject({ cause: "gated" });
  expect(told(silent)).toMatchObject({
    cause: "no-chat-template",
    why: "compass/mute was submitted with chat template, but its tokenizer has none: add one, or submit it without.",
  });
  for (const path of [gone, pickled, strange, orphan, gated, silent]) {
    expect(world.request(path).status).toBe("FAILED");
  }
  const status = await readStatus(world.work);
  expect(status?.done.slice(0, 6).map((d) => d.status)).toEqual(Array(6).fill("FAILED"));
  expect(status?.running).toBeNull();
});

/** A model's files without its chat template, which older versions of transformers keep among others. */
function withoutTemplate(files: Map<string, Buffer>): Record<string, Buffer> {
  const name = "tokenizer_config.json";
  const { chat_template: _, ...settings } = JSON.parse(files.get(name)!.toString());
  const rest = [...files].filter(([path]) => path !== "chat_template.jinja");
  return { ...Object.fromEntries(rest), [name]: Buffer.from(JSON.stringify(settings)) };
}
