import { expect, test } from "vitest";
import type { Collector } from "../../../src/pipeline/queue/collector.ts";
import { collectRequests } from "../../../src/pipeline/queue/requests.ts";
import { happen } from "../../../src/pipeline/runner/queue.ts";
import { commitFiles, openPullRequest } from "../hub/stand-in.ts";
import { commentsOf } from "../hub/stand-in-discussions.ts";
import { collectorAt, DAY, mainOf, textsOf } from "./fake.ts";
import {
  addModel,
  asked,
  pathOf,
  REQUESTS,
  requestOn,
  requestsHub,
  submit,
} from "./submissions.ts";

const collect = (collector: Collector) => collectRequests(collector, REQUESTS);

test("a submission becomes a request of checked values, whoever wrote the rest", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  const request = submit(repo, "alice", "o/m", {
    ...{
      sender: "bob",
      params: 999,
      status: "FINISHED",
      job_id: "7",
      license: "mit",
      pull_request: 77,
    },
    ...{ submitted_time: "2020-01-01T00:00:00Z", runner: { until: "2099-01-01T00:00:00Z" } },
  });
  const [outcome] = await collect(await collectorAt(hub));
  expect(outcome?.verdict).toMatchObject({ is: "taken" });
  expect(requestOn(repo, "o/m")).toEqual({
    model: "o/m",
    base_model: "",
    revision: hub.repos.get("models/o/m")!.branches.get("main"),
    branch: "main",
    precision: "bfloat16",
    params: 0.000001,
    architectures: "LlamaForCausalLM",
    weight_type: "Original",
    status: "PENDING",
    submitted_time: "2026-11-20T10:00:00Z",
    model_type: "🟢 : pretrained",
    job_id: -1,
    job_start_time: null,
    use_chat_template: false,
    sender: "alice",
    license: "apache-2.0",
    pull_request: 1,
  });
  expect(request.status).toBe("closed");
  expect(commentsOf(request)).toEqual([expect.stringMatching(/^In the queue: `o\/m_eval_request/)]);
  expect(await collect(await collectorAt(hub))).toEqual([]);
});

test("of an adapter it is said that nothing is pinned, of a whole model its commit", async () => {
  const { hub, repo } = await requestsHub(["o/m", "o/lora"]);
  const config = JSON.stringify({ base_model_name_or_path: "o/m", peft_type: "LORA" });
  addModel(hub, "o/lora", {}, { "adapter_config.json": config, "adapter_model.safetensors": "" });
  const whole = submit(repo, "alice", "o/m");
  const path = "o/lora_eval_request_False_bfloat16_Adapter.json";
  const text = JSON.stringify(asked("o/lora", { weight_type: "Adapter", base_model: "o/m" }));
  const part = openPullRequest(repo, { author: "bob", at: DAY, files: { [path]: text } });
  await collect(await collectorAt(hub));
  expect(commentsOf(whole)[0]).toMatch(/, at the model's commit `[0-9a-f]{40}`\. It is on/);
  expect(commentsOf(part)[0]).toMatch(
    /, at `main`, which is its commit `[0-9a-f]{40}` now\. What this stands for when it is evaluated/,
  );
  expect(mainOf(repo).get(path)?.toString()).toContain('"revision": "main"');
});

test("each objection is told, with what would mend it", async () => {
  const { hub, repo } = await requestsHub();
  addModel(hub, "o/bad", { cardData: {}, tags: [] }, { "README.md": "Short." });
  const request = submit(repo, "alice", "o/bad");
  await collect(await collectorAt(hub));
  expect(requestOn(repo, "o/bad")).toBeUndefined();
  const [comment] = commentsOf(request);
  expect(comment).toMatch(/licen[sc]e/i);
  expect(comment).toMatch(/200/);
  expect(comment?.split("\n").filter((text) => text.startsWith("- "))).toHaveLength(2);
  expect(request.status).toBe("closed");
});

test("of two requests for the same the earlier number is taken, whoever is first in the list", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  const [first, second] = [submit(repo, "alice", "o/m"), submit(repo, "bob", "o/m")];
  await collect(await collectorAt(hub));
  expect(requestOn(repo, "o/m")).toMatchObject({ sender: "alice", pull_request: first.number });
  expect(commentsOf(second)[0]).toMatch(/waits in the queue/);
});

test("an author's submissions of a week are counted on main and within the run", async () => {
  const models = Array.from({ length: 8 }, (_, i) => `o/m${i}`);
  const { hub, repo } = await requestsHub(models);
  for (const model of models.slice(0, 3)) submit(repo, "alice", model);
  await collect(await collectorAt(hub));
  const rest = models
    .slice(3)
    .map((model, i) =>
      submit(repo, "alice", model, {}, { at: `2026-11-2${i < 4 ? 1 : 9}T10:00:00.000Z` }),
    );
  const outcomes = await collect(await collectorAt(hub));
  // 3 on main and 2 of this run are 5; the last is opened when the week of the first three is over.
  expect(outcomes.map(({ verdict }) => verdict.is)).toEqual([
    "taken",
    "taken",
    "refused",
    "refused",
    "taken",
  ]);
  expect(commentsOf(rest[2]!)[0]).toMatch(
    /5 models in the last 7 days[\s\S]*after 2026-11-27 10:00 UTC/,
  );
});

test("who submits the same again, as it has failed, submits no more than allowed", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  const said: string[] = [];
  for (let i = 0; i < 6; i++) {
    submit(repo, "alice", "o/m");
    const [outcome] = await collect(await collectorAt(hub));
    said.push(outcome!.verdict.is);
    const failed = { ...requestOn(repo, "o/m"), status: "FAILED" };
    const path = pathOf("o/m");
    commitFiles(repo, { [path]: JSON.stringify(failed) });
  }
  expect(said).toEqual([...Array(5).fill("taken"), "refused"]);
  expect(commentsOf(repo.pullRequests[5]!)[0]).toMatch(/5 models in the last 7 days/);
});

test("an adapter that was evaluated at its commit is not taken again", async () => {
  const files = {
    "adapter_config.json": JSON.stringify({ base_model_name_or_path: "o/m" }),
    "adapter_model.safetensors": new Uint8Array(2100),
  };
  const { hub, repo } = await requestsHub(["o/m"]);
  addModel(hub, "o/part", {}, files);
  const path = "o/part_eval_request_False_bfloat16_Adapter.json";
  const adapter = { base_model: "o/m", weight_type: "Adapter" };
  const open = () =>
    openPullRequest(repo, {
      ...{ author: "alice", at: DAY },
      files: { [path]: JSON.stringify(asked("o/part", adapter)) },
    });
  open();
  const [first] = await collect(await collectorAt(hub));
  expect(first!.verdict).toMatchObject({ is: "taken" });
  const taken = JSON.parse(mainOf(repo).get(path)!.toString());
  commitFiles(repo, { [path]: JSON.stringify({ ...taken, status: "FINISHED" }) });
  const again = open();
  await collect(await collectorAt(hub));
  expect(commentsOf(again)[0]).toMatch(/was evaluated at this very commit/);
});

test("a request that has ended is kept in the one that takes its file", async () => {
  const old = { ...asked("o/m"), revision: "1".repeat(40), status: "FAILED", sender: "bob" };
  const note = { tries: 3, cause: "harness", why: "It broke off.", ended: "2026-01-03T00:00:00Z" };
  const file = { ...old, submitted_time: "2026-01-02T00:00:00Z", runner: note };
  const { hub, repo } = await requestsHub(["o/m"], { [pathOf("o/m")]: JSON.stringify(file) });
  submit(repo, "alice", "o/m");
  await collect(await collectorAt(hub));
  expect(requestOn(repo, "o/m")).toMatchObject({
    status: "PENDING",
    sender: "alice",
    earlier: [
      {
        ...{ revision: "1".repeat(40), status: "FAILED", submitted_time: "2026-01-02T00:00:00Z" },
        ...{ ended: "2026-01-03T00:00:00Z", why: "It broke off.", pull_request: null },
      },
    ],
  });
  expect(requestOn(repo, "o/m").runner).toBeUndefined();
});

test("what the tables have evaluated is not evaluated again", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  const revision = hub.repos.get("models/o/m")!.branches.get("main")!;
  const request = submit(repo, "alice", "o/m");
  const evaluated = [
    {
      model: "o/m",
      revision,
      precision: "bfloat16",
      weight_type: "Original",
      chat_template: false,
    },
  ];
  await collect({ ...(await collectorAt(hub)), evaluated });
  expect(commentsOf(request)[0]).toMatch(/was evaluated at this very commit/);
  expect(requestOn(repo, "o/m")).toBeUndefined();
});

test("who submitted a model may withdraw it, and nobody else", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  submit(repo, "alice", "o/m");
  await collect(await collectorAt(hub));
  const cancel = { status: "CANCELLED" };
  const bobs = submit(repo, "bob", "o/m", cancel);
  await collect(await collectorAt(hub));
  expect(requestOn(repo, "o/m").status).toBe("PENDING");
  expect(commentsOf(bobs)[0]).toMatch(/no request of the account/);
  const alices = submit(repo, "alice", "o/m", cancel);
  await collect(await collectorAt(hub));
  expect(requestOn(repo, "o/m")).toMatchObject({
    status: "CANCELLED",
    sender: "alice",
    pull_request: 1,
  });
  expect(commentsOf(alices)[0]).toMatch(/^Withdrawn/);
  submit(repo, "alice", "o/m");
  await collect(await collectorAt(hub));
  expect(requestOn(repo, "o/m")).toMatchObject({
    status: "PENDING",
    earlier: [{ status: "CANCELLED" }],
  });
  // The older request to withdraw, opened again, does not reach the newer submission.
  alices.status = "open";
  await collect(await collectorAt(hub));
  expect(requestOn(repo, "o/m").status).toBe("PENDING");
});

test("submitted and withdrawn before anybody looked, it is withdrawn", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  submit(repo, "alice", "o/m");
  submit(repo, "alice", "o/m", { status: "CANCELLED" });
  await collect(await collectorAt(hub));
  expect(requestOn(repo, "o/m")).toMatchObject({ status: "CANCELLED", pull_request: 1 });
});

test("a runner that claims a request meanwhile keeps it", async () => {
  const { hub, repo } = await requestsHub(["o/m", "o/n"]);
  submit(repo, "alice", "o/m");
  const collector = await collectorAt(hub);
  await collect(collector);
  submit(repo, "alice", "o/n");
  let claimed: Promise<unknown> | undefined;
  hub.onRequest = ({ operation }) => {
    if (operation !== "preupload" || claimed) return;
    const now = Date.now();
    claimed = happen(collector.hub, REQUESTS, pathOf("o/m"), {
      ...{ kind: "claim", job: "r1", now, until: now + 3_600_000 },
    });
  };
  await collect(await collectorAt(hub));
  await claimed;
  expect(requestOn(repo, "o/m")).toMatchObject({ status: "RUNNING", job_id: "r1" });
  expect(requestOn(repo, "o/n")).toMatchObject({ status: "PENDING" });
});

test("a file on main that is no request is not written over", async () => {
  const { hub, repo } = await requestsHub(["o/m"], { [pathOf("o/m")]: "no json" });
  const request = submit(repo, "alice", "o/m");
  const [outcome] = await collect(await collectorAt(hub));
  expect(outcome?.verdict).toMatchObject({
    is: "left",
    why: expect.stringContaining("cannot be read"),
  });
  expect(mainOf(repo).get(pathOf("o/m"))?.toString()).toBe("no json");
  expect(request.status).toBe("open");
});

test("a Hub that says nothing of a model costs only that submission, which waits", async () => {
  const { hub, repo } = await requestsHub(["o/m", "o/n"]);
  submit(repo, "alice", "o/m");
  submit(repo, "alice", "o/n");
  hub.instead = ({ path }, response) => {
    if (!path.startsWith("/api/models/o/m")) return false;
    response.writeHead(200, { "content-type": "application/json" }).end('{"id": 1}');
    return true;
  };
  const outcomes = await collect(await collectorAt(hub));
  expect(outcomes.map(({ verdict }) => verdict.is)).toEqual(["waits", "taken"]);
});

test("however many submissions there are of a model that cannot be read, the others are taken", async () => {
  const { hub, repo } = await requestsHub(["o/m", "evil/big"]);
  const evil = Array.from({ length: 11 }, () => submit(repo, "bob", "evil/big"));
  submit(repo, "alice", "o/m");
  hub.instead = ({ path }, response) => {
    if (!path.startsWith("/api/models/evil/big")) return false;
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ id: "evil/big", more: "x".repeat(10_000_000) }));
    return true;
  };
  const outcomes = await collect(await collectorAt(hub));
  expect(outcomes.map(({ verdict }) => verdict.is)).toEqual([
    ...evil.map(() => "refused"),
    "taken",
  ]);
  expect(commentsOf(evil[0]!)[0]).toMatch(/says of evil\/big cannot be read: it gives more than/);
});

test("a pull request that cannot be closed keeps no other from it, and is told", async () => {
  const { hub, repo } = await requestsHub(["o/m", "o/n"]);
  const stuck = submit(repo, "bob", "o/m");
  const other = submit(repo, "alice", "o/n");
  hub.instead = ({ operation, path }, response) => {
    if (operation !== "discussion-status" || !path.includes("/1/")) return false;
    response.writeHead(403).end();
    return true;
  };
  const outcomes = await collect(await collectorAt(hub));
  expect(outcomes.map(({ verdict, unclosed }) => [verdict.is, typeof unclosed])).toEqual([
    ["taken", "string"],
    ["taken", "undefined"],
  ]);
  expect([stuck.status, other.status]).toEqual(["open", "closed"]);
});

test("what the Hub refuses of single pull requests stops no other", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  for (let i = 0; i < 11; i++) submit(repo, "bob", "o/m");
  submit(repo, "alice", "o/m");
  hub.instead = ({ path }, response) => {
    if (!/refs%2Fpr%2F(?:\d|1[01])\//.test(path)) return false;
    response.writeHead(422).end();
    return true;
  };
  const outcomes = await collect(await collectorAt(hub));
  expect(outcomes.map(({ verdict }) => verdict.is)).toEqual([...Array(11).fill("waits"), "taken"]);
});

const OWN = pathOf("o/m");
const good = JSON.stringify(asked("o/m"));

test.each<[string, Record<string, string | Uint8Array | null>, "refused" | "left", RegExp?]>([
  [
    "two submissions",
    { [OWN]: good, [pathOf("o/n")]: good },
    "refused",
    /A submission is one file/,
  ],
  ["a submission and the card", { [OWN]: good, "README.md": "Mine." }, "refused", /one file/],
  ["only the card", { "README.md": "Mine." }, "left"],
  ["another's request gone", { [pathOf("b/b")]: null }, "refused", /requests are never removed/],
  [
    "another's request withdrawn",
    { [pathOf("b/b")]: '{"status":"CANCELLED"}' },
    "refused",
    /no request of the account/,
  ],
  [
    "another model than the name says",
    { [OWN]: JSON.stringify(asked("o/n")) },
    "refused",
    /has to be in `o\/n_eval/,
  ],
  [
    "a folder that looks alike",
    { "о/m_eval_request_False_bfloat16_Original.json": good },
    "refused",
    /not named like/,
  ],
  [
    "an encoded slash",
    { "..%2Fm_eval_request_False_bfloat16_Original.json": good },
    "refused",
    /not named like/,
  ],
  ["a folder in a folder", { "o/o/m_eval_request_False_bfloat16_Original.json": good }, "refused"],
  ["10 MB", { [OWN]: `${good}${" ".repeat(9_900_000)}` }, "left", undefined],
  ["100 kB", { [OWN]: `${good}${" ".repeat(100_000)}` }, "refused", /larger than a request/],
  ["20 kB", { [OWN]: `${good}${" ".repeat(20_000)}` }, "refused", /20\d\d\d characters/],
  ["brackets in brackets", { [OWN]: "[".repeat(16_000) }, "refused", /valid JSON/],
  ["a list", { [OWN]: "[]" }, "refused"],
  ["no text", { [OWN]: Buffer.from([0xff, 0xfe, 0x00]) }, "refused", /no text/],
  [
    "a model that is not there",
    { [pathOf("o/none")]: JSON.stringify(asked("o/none")) },
    "refused",
    /not on the Hub/,
  ],
  ["a name that leads out", { [OWN]: JSON.stringify(asked("../m")) }, "refused"],
  [
    "a revision that leads out",
    { [OWN]: JSON.stringify(asked("o/m", { revision: "../../x" })) },
    "refused",
  ],
  [
    "HTML for a precision",
    { [OWN]: JSON.stringify(asked("o/m", { precision: "<img src=x>" })) },
    "refused",
  ],
])("%s", async (_, files, is, says) => {
  const { hub, repo } = await requestsHub(["o/m", "o/n"], {
    [pathOf("b/b")]: JSON.stringify({ ...asked("b/b"), sender: "bob" }),
  });
  const before = textsOf(repo);
  const request = openPullRequest(repo, { author: "mallory", files });
  const [outcome] = await collect(await collectorAt(hub));
  expect(outcome?.verdict.is).toBe(is);
  expect(textsOf(repo)).toEqual(before);
  expect(request.status).toBe(is === "left" ? "open" : "closed");
  expect(commentsOf(request)).toHaveLength(is === "left" ? 0 : 1);
  if (says) expect(commentsOf(request)[0]).toMatch(says);
  for (const text of commentsOf(request)) expect(text).not.toMatch(/<img|@/);
});
