// A Hub, a published site, or what stands before them, that answers as none would: a sentence, in time, and
// nothing half.
import { readdir } from "node:fs/promises";
import { afterAll, expect, test } from "vitest";
import { UserError } from "../../src/core/records/user-error.ts";
import { readFacts } from "../../src/pipeline/cache/facts.ts";
import { refreshFacts } from "../../src/pipeline/hub/facts.ts";
import { pull } from "../../src/pipeline/hub/pull.ts";
import { restoreSnapshots } from "../../src/pipeline/snapshot/restore.ts";
import { contentOf, tmpFolder } from "../pipeline/cache/folder.ts";
import { connectTo, newCache } from "../pipeline/hub/quick.ts";
import { type Operation, type StandIn, standIn } from "../pipeline/hub/stand-in.ts";
import { quickClock } from "../pipeline/net/quick-clock.ts";
import { tried } from "./counts.ts";
import { type Answer, ODD_ANSWERS } from "./odd-answers.ts";

const answers = Object.entries(ODD_ANSWERS);
let times = 0;
let requests = 0;
afterAll(() =>
  tried(
    "odd answers",
    times,
    `${answers.length} kinds × places of a pull, of facts and of a restore, in ${requests} requests`,
  ),
);

/** Milliseconds in which anything must have come to its end. */
const ENDED = 20_000;
const options = () => ({
  tries: 3,
  stall: 1000,
  signal: AbortSignal.timeout(ENDED),
  budget: 3_600_000,
});

/** Megabytes that one answer may make the process grow by: what is read whole has 64 at most. */
const GROWS = 400;

/** What a command says at its end; nothing where all went well. */
async function saidBy(hub: StandIn, work: Promise<unknown>): Promise<string> {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  const error = await work.then(
    () => null,
    (e) => e,
  );
  clearInterval(watch);
  times++;
  requests += hub.log.length;
  expect((most - before) / 1e6).toBeLessThan(GROWS);
  if (error !== null && !(error instanceof UserError)) throw error;
  const said: string = error?.message ?? "";
  if (said !== "") expectSentence(said);
  return said;
}

function expectSentence(said: string): void {
  expect(said).toMatch(/^[A-Zh].{20}/);
  expect(said.length).toBeLessThan(1500);
  expect(said).not.toMatch(/\p{Cc}|undefined|\[object|TypeError/u);
}

function answerInstead(
  hub: StandIn,
  answer: Answer,
  asked: (request: { operation: Operation; path: string }) => boolean,
): void {
  hub.instead = (request, response) => {
    if (!asked(request)) return false;
    answer(response);
    return true;
  };
}

const PULLED: Operation[] = ["info", "tree", "resolve", "resolve-cache", "cdn"];

/** In place of these, what was asked for may well have come. */
const HARMLESS = /^tree: an empty list$/;

test.each(answers)("%s, in place of every answer of a pull", async (name, answer) => {
  for (const operation of PULLED) {
    const hub = await standIn();
    hub.dataset("o/n", { "a/results_1.json": '{"a": 1}', "data/t.parquet": Buffer.alloc(3000, 7) });
    answerInstead(hub, answer, (request) => request.operation === operation);
    const cache = await newCache();
    const connection = await connectTo(hub, options());
    const said = await saidBy(
      hub,
      pull(connection, cache, { dataset: "o/n", rev: "main", include: [] }),
    );
    expect([operation, name, said === ""]).toEqual([
      operation,
      name,
      HARMLESS.test(`${operation}: ${name}`),
    ]);
    if (said === "") continue;
    const kept = Object.keys(await contentOf(cache.dir));
    expect(kept.filter((path) => !path.startsWith("objects/"))).toEqual(["version"]);
  }
});

test.each(answers)(
  "%s, in place of what the Hub says of one model of three",
  async (name, answer) => {
    for (const operation of ["info", "resolve", "resolve-cache"] as const) {
      const hub = await standIn();
      const models = ["o/a", "o/b", "o/c"];
      for (const model of models)
        hub.model(model, { likes: 1 }, { "config.json": '{"n_ctx": 2048}' });
      answerInstead(hub, answer, (r) => r.operation === operation && r.path.includes("o/b"));
      const cache = await newCache();
      const connection = await connectTo(hub, options());
      const refreshing = refreshFacts(connection, cache, { models, days: 7, limit: 9 });
      const said = await saidBy(hub, refreshing);
      // Whoever is told to wait is told so for all that he asks.
      const mustWait = name === "a wait of a century";
      expect([operation, name, said === ""]).toEqual([operation, name, !mustWait]);
      if (mustWait) continue;
      const report = await refreshing;
      const facts = await readFacts(cache.dir);
      for (const model of ["o/a", "o/c"])
        expect(facts.get(model)).toMatchObject({ on_hub: true, likes: 1, context_length: 2048 });
      // It is gone, or nothing is to be had of it; never is it there with figures of an answer that is none.
      const [failed] = report.failed;
      if (failed) expectSentence(failed.why);
      const known = facts.get("o/b");
      expect(failed === undefined).toBe(known !== undefined);
      if (operation === "info") expect(known?.on_hub ?? false).toBe(false);
    }
  },
);

test.each(answers)("%s, in place of a published site's files", async (name, answer) => {
  const hub = await standIn();
  answerInstead(hub, answer, () => true);
  const folder = await tmpFolder();
  const said = await saidBy(
    hub,
    restoreSnapshots([hub.url], folder, { ...options(), clock: quickClock() }),
  );
  // A 404 is a site without snapshots, which the command says by itself.
  expect([name, said === ""]).toEqual([name, /404|an error$|ESC in the error/.test(name)]);
  expect(await readdir(folder)).toEqual([]);
});
