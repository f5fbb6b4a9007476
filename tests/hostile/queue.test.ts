// A Hub that answers the collector as none would: a sentence, in time, and on main nothing but what the
// pull requests say. Afterwards all goes on.
import { afterAll, expect, test } from "vitest";
import { UserError } from "../../src/core/records/user-error.ts";
import { collectAll } from "../../src/pipeline/queue/collect.ts";
import { digestOf } from "../../src/pipeline/queue/digest.ts";
import { digestAsText } from "../../src/pipeline/queue/digest-text.ts";
import { lookAround } from "../../src/pipeline/queue/look.ts";
import type { Operation } from "../pipeline/hub/stand-in.ts";
import { collectorAt, line, standing, VOTES, voteOf } from "../pipeline/queue/fake.ts";
import { REQUESTS, requestOn, requestsHub, submit } from "../pipeline/queue/submissions.ts";
import { tried } from "./counts.ts";
import { ODD_ANSWERS } from "./odd-answers.ts";

const answers = Object.entries(ODD_ANSWERS);
let times = 0;
afterAll(() =>
  tried("odd answers to the collector", times, `${answers.length} kinds × places of a run`),
);

const ASKED: Operation[] = [
  "discussions",
  "discussion",
  "discussion-status",
  "user",
  "info",
  "tree",
  "paths-info",
  "resolve",
  "resolve-cache",
  "preupload",
  "commit",
];

const inboxes = { requests: REQUESTS, votes: VOTES };

test.each(answers)(
  "%s, in place of every answer to a collector",
  async (name, answer) => {
    for (const operation of ASKED) {
      const { hub, repo } = await requestsHub(["o/m"]);
      const votes = hub.repos.get(`datasets/${VOTES}`)!;
      submit(repo, "alice", "o/m");
      voteOf(votes, "bob", [line("o/m")]);
      voteOf(votes, "bob", [line("o/m", { username: "alice" })]);
      hub.instead = (request, response) => {
        if (request.operation !== operation) return false;
        answer(response);
        return true;
      };
      const options = { tries: 3, stall: 1000, signal: AbortSignal.timeout(90_000) };
      const named = `${operation}: ${name}`;
      const run = async () => collectAll(await collectorAt(hub, {}, options), inboxes);
      const look = async () =>
        digestAsText(digestOf(await lookAround(await collectorAt(hub, {}, options), inboxes, [])));
      for (const work of [run, look]) {
        times++;
        const error = await work().then(
          () => null,
          (e) => e,
        );
        if (error === null) continue;
        expect(error, named).toBeInstanceOf(UserError);
        expect(error.message, named).toMatch(/^[A-Z].{20}/);
        expect(error.message, named).not.toMatch(/\p{Cc}|undefined|\[object|TypeError/u);
      }
      hub.instead = () => false;
      await collectAll(await collectorAt(hub), inboxes);
      expect(standing(votes), named).toEqual(["bob o/m bfloat16 #1"]);
      expect(requestOn(repo, "o/m"), named).toMatchObject({ sender: "alice", status: "PENDING" });
      expect([...repo.pullRequests, ...votes.pullRequests].map((r) => r.status)).toEqual(
        Array(3).fill("closed"),
      );
    }
  },
  300_000,
);
