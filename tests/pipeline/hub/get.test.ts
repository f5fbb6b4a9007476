import { expect, test } from "vitest";
import { factsOf } from "../../../src/core/queue/facts.ts";
import { UserError } from "../../../src/core/records/user-error.ts";
import { getOf } from "../../../src/pipeline/hub/get.ts";
import { bytesOf, headOf, SUBMISSION } from "../../core/queue/made.ts";
import { type Fault, faultsOf } from "./faults.ts";
import { connectTo, SHORT_STALL } from "./quick.ts";
import { type Operation, type StandIn, standIn } from "./stand-in.ts";

const LIMITS = { bytes: 1000, seconds: 30 };

/** A file of ten thousand weights, whose head is longer than what is asked for first. */
function weightsFile(): Uint8Array {
  const tensors = Object.fromEntries(
    Array.from({ length: 10 }, (_, i) => [
      `${i}.${"x".repeat(30_000)}`,
      { dtype: "F16", shape: [1000], data_offsets: [2000 * i, 2000 * i + 2000] },
    ]),
  );
  const head = headOf(tensors);
  const file = new Uint8Array(head.length + 20_000);
  file.set(head);
  return file;
}

function addModel(hub: StandIn, info: Record<string, unknown> = {}) {
  return hub.model(
    "o/llama",
    { cardData: { license: "mit" }, ...info },
    {
      "README.md": "---\nlicense: mit\n---\nA model.",
      "config.json": '{"model_type": "llama", "architectures": ["LlamaForCausalLM"]}',
      "tokenizer.json": "{}",
      "model.safetensors": weightsFile(),
    },
  );
}

test("facts of a model come from the Hub as from the one made by hand, weights by ranges from its CDN", async () => {
  const hub = await standIn();
  const repo = addModel(hub);
  const { model } = await factsOf(getOf(await connectTo(hub)), SUBMISSION);
  expect(model).toMatchObject({
    name: "o/llama",
    commit: repo.commits[0]!.oid,
    license: "mit",
    card: 8,
    config: { model_type: "llama" },
    params: 10_000,
    wrong: [],
  });
  const cdn = hub.log.filter(({ operation }) => operation === "cdn");
  expect(cdn).toHaveLength(2);
});

const FACTS_OPERATIONS: Operation[] = ["info", "resolve", "resolve-cache", "cdn"];
/** Neither parts of a file nor the API's answers have a hash: of these, wrong bytes are not noticed. */
const UNNOTICED = new Set(["info garbled", "cdn garbled"]);
const MATRIX = FACTS_OPERATIONS.flatMap((operation) =>
  faultsOf(operation).map((fault): [Operation, Fault] => [operation, fault]),
).filter((pair) => !UNNOTICED.has(pair.join(" ")));

test.each(MATRIX)("facts are the same after the fault of %s: %s", async (operation, fault) => {
  const hub = await standIn();
  addModel(hub);
  const facts = async () =>
    factsOf(getOf(await connectTo(hub, { stall: SHORT_STALL })), SUBMISSION);
  const expected = await facts();
  hub.faults.once(operation, [fault]);
  expect(await facts()).toEqual(expected);
});

test("what is refused is an answer with its status", async () => {
  const hub = await standIn();
  addModel(hub);
  const get = getOf(await connectTo(hub));
  expect(await get("/api/models/o/none", LIMITS)).toMatchObject({ status: 401 });
  expect(await get("/o/llama/resolve/main/none.json", LIMITS)).toMatchObject({ status: 404 });
  const none = await factsOf(get, { ...SUBMISSION, model: "o/none" });
  expect(none.model).toEqual({ missing: "model" });
  const other = await factsOf(get, { ...SUBMISSION, revision: "v9" });
  expect(other.model).toEqual({ missing: "revision" });
});

test("a gated model is read by who has access, and by nobody else", async () => {
  const hub = await standIn();
  Object.assign(addModel(hub), { gated: "manual", members: ["runner"] });
  hub.tokens.set("hf_r", { account: "runner", displayName: "r", role: "read" });
  const as = async (token?: string) =>
    (await factsOf(getOf(await connectTo(hub, token ? { token } : {})), SUBMISSION)).model;
  expect(await as()).toMatchObject({ gated: "manual", readable: false, config: null, wrong: [] });
  expect(await as("hf_r")).toMatchObject({ gated: "manual", readable: true, params: 10_000 });
});

test("a model that has moved is told by its new name", async () => {
  const hub = await standIn();
  const repo = addModel(hub);
  hub.repos.set("models/o/old", { ...repo, id: "o/old", movedTo: "o/llama" });
  const { model } = await factsOf(getOf(await connectTo(hub)), { ...SUBMISSION, model: "o/old" });
  expect(model).toMatchObject({ name: "o/llama", params: 10_000 });
});

test("of more than the limit nothing is kept", async () => {
  const hub = await standIn();
  hub.model("o/llama", {}, { "a.txt": "x".repeat(1001), "b.txt": "x".repeat(1000) });
  const get = getOf(await connectTo(hub));
  expect((await get("/o/llama/resolve/main/a.txt", LIMITS)).body).toBeNull();
  const { body } = await get("/o/llama/resolve/main/b.txt", LIMITS);
  expect(body).toHaveLength(bytesOf("x".repeat(1000)).length);
});

test("a model's file that is broken JSON is an answer, however the Hub calls its type", async () => {
  const hub = await standIn();
  hub.instead = (_, response) => {
    response.writeHead(200, { "content-type": "application/json" }).end("{");
    return true;
  };
  const get = getOf(await connectTo(hub, { tries: 1 }));
  expect((await get("/o/llama/resolve/main/config.json", LIMITS)).body).toHaveLength(1);
  await expect(get("/api/models/o/llama", LIMITS)).rejects.toThrow("no whole JSON");
});

test("an answer whose bytes come too slowly ends, with a sentence", async () => {
  const hub = await standIn();
  hub.instead = (_, response) => {
    response.writeHead(200, { "content-type": "text/plain" }).write("x");
    return true;
  };
  const asked = getOf(await connectTo(hub))("/slow", { ...LIMITS, seconds: 0.2 });
  await expect(asked).rejects.toThrow("The Hub takes more than 0.2 s for /slow.");
  await expect(asked).rejects.toBeInstanceOf(UserError);
});
