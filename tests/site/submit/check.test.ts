import { expect, test } from "vitest";
import type { Account } from "../../../src/browser/hub-login.ts";
import { DEFAULT_RULES } from "../../../src/core/queue/rules.ts";
import { check } from "../../../src/site/submit/check.ts";
import type { SubmitSetup } from "../../../src/site/submit/setup.ts";
import { SUBMISSION } from "../../core/queue/made.ts";
import { addModel, REQUESTS, requestsHub, submit } from "../../pipeline/queue/submissions.ts";

async function checked(model: string, account: string | null, hub: string, version = "5.24.0") {
  const setup: SubmitSetup = {
    ...{ hub, requests: REQUESTS, client: "app", rules: DEFAULT_RULES, asked: null },
    ...{ transformers: version, models: `${hub}/api/none/`, waiting: null, queue: null },
  };
  const by = account === null ? null : ({ name: account } as Account);
  return check({ ...SUBMISSION, model }, setup, by);
}

test("of an account's submissions only the open ones are counted, and that is said", async () => {
  const { hub, repo } = await requestsHub(["o/m"]);
  const made = Array.from({ length: 6 }, (_, i) =>
    submit(repo, "alice", `o/m${i}`, {}, { at: new Date().toISOString() }),
  );
  for (const one of made) one.status = "closed";
  const said = await checked("o/m", "alice", hub.url);
  expect(said.fine).toContain("You have no more submissions open than may be taken.");
  expect(said.left.join(" ")).toContain("only open ones are counted here");
  for (const one of made) one.status = "open";
  const objections = (await checked("o/m", "alice", hub.url)).objections.map(({ id }) => id);
  expect(objections).toEqual(["per-author"]);
  expect((await checked("o/m", null, hub.url)).left).toEqual([]);
});

test("the form refuses what the suite's own transformers does not load, and takes what it does", async () => {
  const { hub } = await requestsHub();
  addModel(hub, "o/q", {}, { "config.json": JSON.stringify({ model_type: "qwen3" }) });
  const said = async (version: string) =>
    (await checked("o/q", null, hub.url, version)).objections.map(({ what }) => what).join();
  expect(await said("4.49.0")).toContain("which transformers 4.49.0, that of");
  expect(await said("5.24.0")).toBe("");
});
