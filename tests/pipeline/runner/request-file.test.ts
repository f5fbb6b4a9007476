import { expect, test } from "vitest";
import { step } from "../../../src/pipeline/runner/life.ts";
import { keyOf, readRequest, writeRequest } from "../../../src/pipeline/runner/request-file.ts";
import { parseRequest } from "../../../src/pipeline/sources/requests.ts";
import { PYTHIA, requestOf } from "./requests.ts";

const NOW = Date.parse("2025-02-02T00:00:00Z");

test("a request goes on in its own file, and what is not ours stays as it was", () => {
  const request = requestOf({ private: false, likes: 3 });
  const life = step(request.life, { kind: "claim", job: "r.1", now: NOW, until: NOW + 60_000 });
  const text = writeRequest(request, life, NOW);
  expect(JSON.parse(text)).toEqual({
    ...PYTHIA,
    private: false,
    likes: 3,
    status: "RUNNING",
    job_id: "r.1",
    job_start_time: "2025-02-02T00:00:00.000Z",
    runner: {
      until: "2025-02-02T00:01:00.000Z",
      tries: 1,
      cause: null,
      why: null,
      progress: null,
      ended: null,
    },
  });
  // The readers of the leaderboard's requests read it.
  expect(parseRequest(text)).toMatchObject({
    status: "RUNNING",
    job_id: "r.1",
    started_at: "2025-02-02T00:00:00Z",
  });
  expect(readRequest(request.path, text).life).toEqual(life);
});

test("one that waits again has no job; one that is over keeps the one it had", () => {
  const request = requestOf();
  const life = step(request.life, { kind: "claim", job: "r.1", now: NOW, until: NOW + 1000 });
  const running = readRequest(request.path, writeRequest(request, life, NOW));
  const back = step(life, { kind: "expire", now: NOW + 1000 });
  expect(JSON.parse(writeRequest(running, back, NOW))).toMatchObject({
    status: "PENDING",
    job_id: -1,
    job_start_time: null,
    runner: { tries: 1, cause: "runner-gone" },
  });
  const done = step(life, { kind: "finish", job: "r.1" });
  expect(JSON.parse(writeRequest(running, done, NOW + 5))).toMatchObject({
    status: "FINISHED",
    job_id: "r.1",
    job_start_time: "2025-02-02T00:00:00.000Z",
    runner: { ended: "2025-02-02T00:00:00.005Z", progress: null },
  });
});

test("how far a job is, and when it ended, is read back by runners and by tables", () => {
  const request = requestOf();
  const claimed = step(request.life, { kind: "claim", job: "r.1", now: NOW, until: NOW + 1000 });
  const progress = "Evaluation, command 2 of 6; noted 2025-02-02 00:00 UTC.";
  const far = step(claimed, { kind: "renew", job: "r.1", now: NOW, until: NOW + 2000, progress });
  const running = writeRequest(request, far, NOW);
  expect(readRequest(request.path, running).life).toEqual(far);
  expect(parseRequest(running)).toMatchObject({ progress, tries: 1, ended_at: null });
  const why = "It did not fit.";
  const end = { kind: "fail", job: "r.1", cause: "out-of-memory", why, again: false } as const;
  const failed = writeRequest(readRequest(request.path, running), step(far, end), NOW + 5000);
  expect(parseRequest(failed)).toMatchObject({
    status: "FAILED",
    progress: null,
    ended_at: "2025-02-02T00:00:05Z",
    cause: "out-of-memory",
    why,
  });
});

test("a request that another program runs has no lease", () => {
  const { life } = requestOf({ status: "RUNNING", job_id: 4711, job_start_time: "2025-01-01" });
  expect(life).toMatchObject({ status: "RUNNING", holder: null, until: null, tries: 0 });
});

test("a status that is none of the format is left alone", () => {
  expect(() => requestOf({ status: "RERUN" })).toThrow(/status/);
});

test("what others wrote under our name is checked", () => {
  expect(() => requestOf({ runner: { tries: -1 } })).toThrow(/tries/);
  expect(() => requestOf({ runner: { until: "soon" } })).toThrow(/until/);
  const [esc, rtl] = ["\u001b[31m", "\u202e"];
  expect(requestOf({ runner: { why: `a${esc}b${rtl}c` } }).life.why).toBe("a [31mb c");
});

test("submitted anew, it is another request", () => {
  const key = keyOf(requestOf());
  expect(key).toMatch(/^[0-9a-f]{16}$/);
  expect(keyOf(requestOf({ status: "RUNNING" }))).toBe(key);
  expect(keyOf(requestOf({ submitted_time: "2025-03-01T00:00:00Z" }))).not.toBe(key);
});
