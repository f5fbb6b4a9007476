import { readFile, writeFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { ModelFacts } from "../../../src/core/records/facts.ts";
import { readFacts } from "../../../src/pipeline/cache/facts.ts";
import { factsPath } from "../../../src/pipeline/cache/layout.ts";
import type { Cache } from "../../../src/pipeline/cache/open.ts";
import { contextLength, paramsOf, refreshFacts } from "../../../src/pipeline/hub/facts.ts";
import type { Clock } from "../../../src/pipeline/net/patience.ts";
import { contentOf } from "../cache/folder.ts";
import { quickClock } from "../net/quick-clock.ts";
import { FAULTS, type Fault } from "./faults.ts";
import { connectTo, newCache, SHORT_STALL } from "./quick.ts";
import { type Operation, type StandIn, standIn } from "./stand-in.ts";

function clockAt(time: string): Clock {
  return { ...quickClock(), now: () => Date.parse(time) };
}

/** As the Hub shows a model; fields as `expand` names them. */
function addModels(hub: StandIn): void {
  hub.model(
    "o/a",
    {
      likes: 12,
      cardData: { license: "mit", base_model: "o/base" },
      safetensors: { parameters: { BF16: 7_241_732_096 }, total: 7_241_732_096 },
    },
    { "config.json": '{"max_position_embeddings": 32768, "rope_scaling": {"factor": 4}}' },
  );
  hub.model("o/b", { likes: 0, tags: ["license:apache-2.0"] });
  hub.model("o/new", { likes: 3 }, { "config.json": '{"n_positions": 1024}' });
  hub.repos.set("models/o/old", {
    ...hub.repos.get("models/o/new")!,
    id: "o/old",
    movedTo: "o/new",
  });
}

const week = { days: 7, limit: 100 };

test("what the Hub says of a model is kept; what it does not say is unknown", async () => {
  const hub = await standIn();
  addModels(hub);
  const cache = await newCache();
  const connection = await connectTo(hub, { clock: clockAt("2026-11-25T08:00:00Z") });
  const report = await refreshFacts(connection, cache, { ...week, models: ["o/a", "o/b"] });
  expect(report).toMatchObject({ models: 2, young: 0, asked: 2, left: 0, gone: [], renamed: [] });
  const facts = await readFacts(cache.dir);
  const sha = (name: string) => hub.repos.get(`models/${name}`)!.commits[0]!.oid;
  const common = {
    checked_at: "2026-11-25T08:00:00Z",
    known_at: "2026-11-25T08:00:00Z",
    on_hub: true,
    gone_at: null,
    renamed_to: null,
  };
  expect([...facts.values()]).toEqual([
    {
      ...common,
      model: "o/a",
      sha: sha("o/a"),
      likes: 12,
      license: "mit",
      base_models: ["o/base"],
      params: 7_241_732_096,
      context_length: 32768,
    },
    {
      ...common,
      model: "o/b",
      sha: sha("o/b"),
      likes: 0,
      license: "apache-2.0",
      base_models: [],
      params: null,
      context_length: null,
    },
  ]);
});

test("a number of likes that no column of a table could hold is unknown", async () => {
  const hub = await standIn();
  hub.model("o/a", { likes: 2147483647 });
  hub.model("o/b", { likes: 2147483648 });
  const cache = await newCache();
  await refreshFacts(await connectTo(hub), cache, { ...week, models: ["o/a", "o/b"] });
  const facts = await readFacts(cache.dir);
  expect([...facts.values()].map(({ likes }) => likes)).toEqual([2147483647, null]);
});

test("a model that has gone is marked with the day, keeps its facts, and may come back", async () => {
  const hub = await standIn();
  addModels(hub);
  const cache = await newCache();
  const refresh = async (time: string) =>
    refreshFacts(await connectTo(hub, { clock: clockAt(time) }), cache, {
      ...week,
      models: ["o/a", "o/never"],
    });
  expect((await refresh("2026-11-01T08:00:00Z")).gone).toEqual(["o/never"]);
  const repo = hub.repos.get("models/o/a")!;
  hub.repos.delete("models/o/a");
  expect((await refresh("2026-11-10T08:00:00Z")).gone).toEqual(["o/a"]);
  expect((await refresh("2026-11-20T08:00:00Z")).gone).toEqual([]);
  const gone = (await readFacts(cache.dir)).get("o/a");
  expect(gone).toMatchObject({
    checked_at: "2026-11-20T08:00:00Z",
    known_at: "2026-11-01T08:00:00Z",
    on_hub: false,
    gone_at: "2026-11-10",
    likes: 12,
    license: "mit",
    context_length: 32768,
  });
  expect((await readFacts(cache.dir)).get("o/never")).toMatchObject({
    known_at: null,
    on_hub: false,
    gone_at: "2026-11-01",
    likes: null,
  });
  hub.repos.set("models/o/a", repo);
  expect((await refresh("2026-11-30T08:00:00Z")).back).toEqual(["o/a"]);
  expect((await readFacts(cache.dir)).get("o/a")).toMatchObject({ on_hub: true, gone_at: null });
});

test.each([true, false])(
  "without a token, models that have gone do not end it (the Hub's 401 has a code: %s)",
  async (hasCodes) => {
    const hub = await standIn();
    addModels(hub);
    hub.hasCodes = hasCodes;
    const cache = await newCache();
    const models = ["o/a", "o/gone", "o/b", "o/gone-too"];
    const report = await refreshFacts(await connectTo(hub), cache, { ...week, models });
    expect(report.gone.sort()).toEqual(["o/gone", "o/gone-too"]);
    expect((await readFacts(cache.dir)).get("o/b")).toMatchObject({ on_hub: true });
  },
);

test("a Hub that has lost its models is not believed: what was known of them stays", async () => {
  const hub = await standIn();
  const models = Array.from({ length: 40 }, (_, i) => `o/m${i}`);
  for (const model of models) hub.model(model, { likes: 1 });
  const cache = await newCache();
  const refresh = async (time: string, allowGone = false) =>
    refreshFacts(await connectTo(hub, { clock: clockAt(time), concurrency: 1 }), cache, {
      ...week,
      models,
      allowGone,
    });
  await refresh("2026-11-01T08:00:00Z");
  const lost = models.slice(0, 11);
  for (const model of lost) hub.repos.delete(`models/${model}`);
  hub.repos.get("models/o/m20")!.info.likes = 2;
  await expect(refresh("2026-11-10T08:00:00Z")).rejects.toThrow(
    /^Of 40 models that were on the Hub the last time, 11 are gone \(o\/m0, o\/m1, o\/m2, …\), says http.*with --allow-gone\.$/,
  );
  const facts = await readFacts(cache.dir);
  expect(facts.get("o/m0")).toMatchObject({ on_hub: true, checked_at: "2026-11-01T08:00:00Z" });
  expect(facts.get("o/m20")).toMatchObject({ likes: 2, checked_at: "2026-11-10T08:00:00Z" });
  // Only those are asked about again.
  expect(await refresh("2026-11-11T08:00:00Z", true)).toMatchObject({ asked: 11, gone: lost });
  expect((await readFacts(cache.dir)).get("o/m0")).toMatchObject({
    on_hub: false,
    gone_at: "2026-11-11",
    likes: 1,
  });
});

test("what a snapshot has published is not asked for again, and never forgotten", async () => {
  const hub = await standIn();
  addModels(hub);
  const lost = await newCache();
  const models = ["o/a", "o/b"];
  const refresh = async (time: string, cache: Cache, published: ModelFacts[] = []) =>
    refreshFacts(await connectTo(hub, { clock: clockAt(time) }), cache, {
      ...week,
      models,
      published,
    });
  await refresh("2026-11-01T08:00:00Z", lost);
  hub.repos.delete("models/o/a");
  await refresh("2026-11-10T08:00:00Z", lost);
  const published = [...(await readFacts(lost.dir)).values()];
  const cache = await newCache();
  expect(await refresh("2026-11-11T08:00:00Z", cache, published)).toMatchObject({
    young: 2,
    asked: 0,
  });
  // A cache that knows more than the snapshot goes on from what it knows.
  expect((await refresh("2026-11-20T08:00:00Z", cache)).gone).toEqual([]);
  expect(await refresh("2026-11-21T08:00:00Z", cache, published)).toMatchObject({ young: 2 });
  expect((await readFacts(cache.dir)).get("o/a")).toMatchObject({
    checked_at: "2026-11-20T08:00:00Z",
    known_at: "2026-11-01T08:00:00Z",
    gone_at: "2026-11-10",
    likes: 12,
  });
});

test("a renamed model keeps its row, and its new name is said", async () => {
  const hub = await standIn();
  addModels(hub);
  const cache = await newCache();
  const report = await refreshFacts(await connectTo(hub), cache, { ...week, models: ["o/old"] });
  expect(report.renamed).toEqual([{ model: "o/old", name: "o/new" }]);
  expect((await readFacts(cache.dir)).get("o/old")).toMatchObject({
    model: "o/old",
    renamed_to: "o/new",
    on_hub: true,
    likes: 3,
    context_length: 1024,
  });
});

test("young facts are left alone, the oldest come first, and no more than the limit", async () => {
  const hub = await standIn();
  addModels(hub);
  const cache = await newCache();
  const models = ["o/b", "o/a", "o/new"];
  const refresh = async (time: string, limit: number) => {
    hub.log.length = 0;
    const connection = await connectTo(hub, { clock: clockAt(time), concurrency: 1 });
    const report = await refreshFacts(connection, cache, { models, days: 7, limit });
    const asked = hub.log.filter((r) => r.operation === "info").map((r) => r.path.slice(12, 15));
    return { ...report, names: asked };
  };
  expect(await refresh("2026-11-01T00:00:00Z", 2)).toMatchObject({
    left: 1,
    names: ["o/b", "o/a"],
  });
  expect(await refresh("2026-11-02T00:00:00Z", 2)).toMatchObject({ young: 2, asked: 1 });
  expect(await refresh("2026-11-03T00:00:00Z", 2)).toMatchObject({ young: 3, asked: 0 });
  expect(hub.log).toEqual([]);
  const late = await refresh("2026-11-12T00:00:00Z", 1);
  expect(late).toMatchObject({ asked: 1, left: 2, names: ["o/b"] });
});

test("the config of a commit that was seen is not fetched again", async () => {
  const hub = await standIn();
  addModels(hub);
  const cache = await newCache();
  const options = { models: ["o/a"], days: 0, limit: 9 };
  const refresh = async (time: string) =>
    refreshFacts(await connectTo(hub, { clock: clockAt(time) }), cache, options);
  await refresh("2026-11-01T00:00:00Z");
  expect(hub.log.map((r) => r.operation)).toEqual(["info", "resolve", "resolve-cache"]);
  await refresh("2026-11-02T00:00:00Z");
  expect(hub.log.map((r) => r.operation).slice(3)).toEqual(["info"]);
});

test("an expired token does not make every model look gone", async () => {
  const hub = await standIn();
  addModels(hub);
  hub.tokens.set("hf_x", { account: "ann", displayName: "ci", role: "read", expired: true });
  const cache = await newCache();
  const connection = await connectTo(hub, { token: "hf_x" });
  await expect(refreshFacts(connection, cache, { ...week, models: ["o/a"] })).rejects.toThrow(
    /^The token of HF_TOKEN is expired, revoked or wrong/,
  );
  expect((await readFacts(cache.dir)).size).toBe(0);
});

test.each<Operation>(["whoami", "info", "resolve", "resolve-cache"])(
  "every fault of %s is mended by asking again",
  async (operation) => {
    const refresh = async (fault?: Fault) => {
      const hub = await standIn();
      addModels(hub);
      hub.tokens.set("hf_a", { account: "ann", displayName: "ci", role: "read" });
      if (fault) hub.faults.once(operation, [fault]);
      const stall = fault?.startsWith("stall") ? SHORT_STALL : undefined;
      const clock = clockAt("2026-11-25T08:00:00Z");
      const options = { token: "hf_a", clock, ...(stall && { stall }) };
      const cache = await newCache();
      const connection = await connectTo(hub, options);
      await refreshFacts(connection, cache, { ...week, models: ["o/a", "o/b"] });
      return { content: await contentOf(cache.dir), tried: connection.patience.retries };
    };
    const expected = (await refresh()).content;
    for (const fault of FAULTS) {
      const { content, tried } = await refresh(fault);
      expect(content, fault).toEqual(expected);
      // Of a redirect only the head matters.
      const harmless = operation === "resolve" && /body|truncated|length|much|garbled/.test(fault);
      expect(Object.keys(tried).length, fault).toBeGreaterThanOrEqual(harmless ? 0 : 1);
    }
  },
);

test("a model that goes while it is asked about keeps what was said of it", async () => {
  const hub = await standIn();
  addModels(hub);
  hub.onRequest = ({ operation }) => {
    if (operation === "resolve") hub.repos.delete("models/o/a");
  };
  const cache = await newCache();
  const report = await refreshFacts(await connectTo(hub), cache, { ...week, models: ["o/a"] });
  expect(report.gone).toEqual([]);
  expect((await readFacts(cache.dir)).get("o/a")).toMatchObject({
    on_hub: true,
    likes: 12,
    context_length: null,
  });
});

test("a config that its host never gives leaves the context unknown, and the rest goes on", async () => {
  const hub = await standIn();
  addModels(hub);
  const large = '{"n_ctx": 2048}'.padEnd(10_000_001);
  hub.model("o/large", { likes: 5 }, { "config.json": large });
  hub.faults.once("cdn", Array(8).fill("403 of the CDN"));
  const cache = await newCache();
  const refresh = async (time: string) =>
    refreshFacts(await connectTo(hub, { clock: clockAt(time) }), cache, {
      ...week,
      models: ["o/large", "o/a"],
    });
  await refresh("2026-11-01T08:00:00Z");
  const facts = await readFacts(cache.dir);
  expect(facts.get("o/large")).toMatchObject({ on_hub: true, likes: 5, context_length: null });
  expect(facts.get("o/a")).toMatchObject({ context_length: 32768 });
  await refresh("2026-11-10T08:00:00Z");
  expect((await readFacts(cache.dir)).get("o/large")).toMatchObject({ context_length: 2048 });
});

test("with one answer of five spoiled, the facts are the same", async () => {
  const refresh = async (seed: number | null) => {
    const hub = await standIn();
    const models = Array.from({ length: 30 }, (_, i) => `o/m${i}`);
    for (const model of models) {
      hub.model(model, { likes: model.length }, { "config.json": '{"n_ctx": 2048}' });
    }
    if (seed !== null) hub.faults.atRandom(seed, 0.2);
    const cache = await newCache();
    const clock = clockAt("2026-11-25T08:00:00Z");
    await refreshFacts(await connectTo(hub, { clock, stall: SHORT_STALL }), cache, {
      ...week,
      models,
    });
    return contentOf(cache.dir);
  };
  expect(await refresh(4)).toEqual(await refresh(null));
});

test("a model of which nothing is to be had costs itself, rests longer each time, and is said since when", async () => {
  const hub = await standIn();
  addModels(hub);
  const cache = await newCache();
  const models = ["o/b", "o/a", "o/new"];
  const refresh = async (time: string, broken = true) => {
    hub.log.length = 0;
    if (broken) hub.faults.once("info", ["500", "500"], 1);
    const clock = clockAt(time);
    const connection = await connectTo(hub, { clock, tries: 2, concurrency: 1 });
    const report = await refreshFacts(connection, cache, { ...week, models });
    const asked = hub.log.filter((r) => r.operation === "info").map((r) => r.path.slice(12, 15));
    return { ...report, names: [...new Set(asked)] };
  };
  const why = "The Hub did not give /api/models/o/a/revision/HEAD in 2 tries, at last: 500";
  const first = await refresh("2026-11-01T00:00:00Z");
  expect(first).toMatchObject({ asked: 3, resting: 0, names: ["o/b", "o/a", "o/n"] });
  expect(first.failed).toEqual([
    {
      model: "o/a",
      since: "2026-11-01T00:00:00Z",
      last: "2026-11-01T00:00:00Z",
      times: 1,
      why: expect.stringContaining(why),
    },
  ]);
  expect([...(await readFacts(cache.dir)).keys()]).toEqual(["o/b", "o/new"]);
  // It rests for a day, and comes after those that were asked about before it.
  expect(await refresh("2026-11-01T20:00:00Z")).toMatchObject({ asked: 0, young: 2, resting: 1 });
  expect(await refresh("2026-11-09T00:00:00Z")).toMatchObject({
    names: ["o/b", "o/a", "o/n"],
    failed: [{ since: "2026-11-01T00:00:00Z", last: "2026-11-09T00:00:00Z", times: 2 }],
  });
  expect(await refresh("2026-11-10T23:00:00Z")).toMatchObject({ asked: 0, resting: 1 });
  // Once it answers all is forgotten.
  expect(await refresh("2026-11-12T00:00:00Z", false)).toMatchObject({ asked: 1, failed: [] });
  expect(await refresh("2026-11-12T00:00:00Z", false)).toMatchObject({ young: 3, resting: 0 });
});

test("where nothing is to be had of many in a row, or of all, it is the Hub's fault and ends it; what came before is kept", async () => {
  const hub = await standIn();
  const models = Array.from({ length: 40 }, (_, i) => `o/m${String(i).padStart(2, "0")}`);
  for (const model of models) hub.model(model, { likes: 1 });
  const refresh = async (good: number, cache: Cache, asked = models) => {
    hub.faults.once("info", Array(100).fill("500"), good);
    const connection = await connectTo(hub, { tries: 2, concurrency: 1 });
    return refreshFacts(connection, cache, { ...week, models: asked });
  };
  const cache = await newCache();
  await expect(refresh(2, cache)).rejects.toThrow(
    "The Hub did not give /api/models/o/m02/revision/HEAD in 2 tries",
  );
  expect([...(await readFacts(cache.dir)).keys()]).toEqual(["o/m00", "o/m01"]);
  // None of them is blamed for it.
  expect((await refresh(40, cache)).asked).toBe(38);
  const fresh = await newCache();
  await expect(refresh(0, fresh, ["o/m00", "o/m01"])).rejects.toThrow("in 2 tries");
  expect((await readFacts(fresh.dir)).size).toBe(0);
  expect(await refresh(9, fresh, ["o/m00"])).toMatchObject({ asked: 1, resting: 0 });
});

test("a damaged file of facts is said to be, with the line", async () => {
  const hub = await standIn();
  addModels(hub);
  const cache = await newCache();
  await refreshFacts(await connectTo(hub), cache, { ...week, models: ["o/a"] });
  const path = factsPath(cache.dir);
  await writeFile(path, `${await readFile(path, "utf8")}{"model": 1}\n`);
  await expect(readFacts(cache.dir)).rejects.toThrow(/facts\.jsonl, line 2: .*pull again\./);
});

test.each<[unknown, number | null]>([
  [{ max_position_embeddings: 4096, rope_scaling: { factor: 8 } }, 4096],
  [{ n_positions: 1024, n_ctx: 512 }, 1024],
  [{ max_seq_len: 2048 }, 2048],
  [{ text_config: { max_position_embeddings: 131072 } }, 131072],
  [{ max_position_embeddings: -1, seq_length: 8192 }, 8192],
  [{ max_position_embeddings: "4096" }, null],
  [{ max_position_embeddings: 1e30 }, null],
  [{ max_position_embeddings: 0.5 }, null],
  [{}, null],
  [[], null],
  ["x", null],
  [null, null],
])("the context of %j is %s", (config, expected) => {
  expect(contextLength(config)).toBe(expected);
});

test("parameters are counted where the Hub has counted them", () => {
  expect(paramsOf({ total: 5 })).toBe(5);
  for (const wrong of [{ total: 0 }, { total: 1.5 }, { total: "5" }, {}, null, undefined]) {
    expect(paramsOf(wrong)).toBeNull();
  }
});

test("a config that is endless or without bottom, and a licence that steers, cost themselves only", async () => {
  const hub = await standIn();
  const nested = `${'{"text_config":'.repeat(50_000)}{}${"}".repeat(50_000)}`;
  hub.model("o/deep", { likes: 1 }, { "config.json": nested });
  hub.model("o/long", { likes: 2 }, { "config.json": `{"x":"${"y".repeat(65_000_000)}"}` });
  hub.model(
    "o/steers",
    { likes: 3, cardData: { license: "mit\0\u001b[2J\u202e" } },
    { "config.json": '{"n_ctx": 2048}' },
  );
  const cache = await newCache();
  const models = ["o/deep", "o/long", "o/steers"];
  const report = await refreshFacts(await connectTo(hub), cache, { ...week, models });
  expect(report.asked).toBe(3);
  const facts = await readFacts(cache.dir);
  expect(models.map((m) => facts.get(m)?.context_length)).toEqual([null, null, 2048]);
  expect(models.map((m) => facts.get(m)?.likes)).toEqual([1, 2, 3]);
  expect(facts.get("o/steers")?.license).toBe("mit [2J");
  // Asked today, they are left alone: none of them stands first the next time.
  expect(models.every((m) => facts.get(m)!.checked_at !== "")).toBe(true);
});
