import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { publish } from "../../../src/pipeline/hub/publish.ts";
import { tmpFolder } from "../cache/folder.ts";
import { FAULTS, type Fault, LATE_FAULTS } from "./faults.ts";
import { connectTo, SHORT_STALL } from "./quick.ts";
import {
  commitFiles,
  type Files,
  type Operation,
  type StandIn,
  standIn,
  type Token,
} from "./stand-in.ts";

const LOCAL: Files = {
  "manifest.json": '{"schema": 1}',
  "models.parquet": Buffer.alloc(300_000, "PAR1"),
  "deep/er/x.csv": "a,b\n1,2\n",
};

async function folderOf(files: Files): Promise<string> {
  const folder = await tmpFolder();
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return folder;
}

const writer: Token = { account: "ann", displayName: "ci", role: "write" };

async function start(
  files: Files = { "README.md": "hello" },
  token = writer,
  stall: number | undefined = undefined,
) {
  const hub = await standIn();
  const repo = hub.dataset("o/n", files, { members: ["ann"] });
  hub.tokens.set("hf_w", token);
  return {
    hub,
    repo,
    connection: await connectTo(hub, { token: "hf_w", ...(stall && { stall }) }),
  };
}

/** What a branch of the stand-in holds. */
function contentAt(hub: StandIn, branch = "main"): Record<string, string> {
  const repo = hub.repos.get("datasets/o/n")!;
  const commit = repo.commits.find(({ oid }) => oid === repo.branches.get(branch))!;
  return Object.fromEntries([...commit.files].map(([path, bytes]) => [path, bytes.toString()]));
}

function text(files: Files): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, b]) => [path, b.toString()]));
}

const title = "Snapshot of 2026-11-25";

test("a folder becomes one commit; what is large goes to LFS", async () => {
  const { hub, repo, connection } = await start();
  const folder = await folderOf(LOCAL);
  const done = await publish(connection, { dataset: "o/n", folder, title });
  expect(contentAt(hub)).toEqual({ "README.md": "hello", ...text(LOCAL) });
  expect(repo.commits).toHaveLength(2);
  expect(repo.commits[1]).toMatchObject({ oid: done.commit, title });
  expect(done).toMatchObject({ written: Object.keys(text(LOCAL)).sort(), pullRequest: null });
  expect(hub.log.filter((r) => r.operation === "lfs-put")).toHaveLength(1);
});

test("where nothing differs there is no commit, and only what differs is sent", async () => {
  const { hub, repo, connection } = await start();
  const folder = await folderOf(LOCAL);
  await publish(connection, { dataset: "o/n", folder, title, into: "data/" });
  hub.log.length = 0;
  const again = await publish(connection, { dataset: "o/n", folder, title, into: "/data" });
  expect(again).toEqual({
    commit: repo.branches.get("main"),
    written: [],
    removed: [],
    pullRequest: null,
  });
  expect(hub.log.map((r) => r.operation)).toEqual(["info", "paths-info"]);
  await writeFile(join(folder, "manifest.json"), '{"schema": 2}');
  const third = await publish(connection, { dataset: "o/n", folder, title, into: "data" });
  expect(third.written).toEqual(["data/manifest.json"]);
  expect(hub.log.some((r) => r.operation === "lfs-batch")).toBe(false);
});

test("a mirror has no files but ours", async () => {
  const old = { ".gitattributes": "x", "data/old.csv": "1", "data/manifest.json": "2", other: "3" };
  const { hub, connection } = await start(old);
  const folder = await folderOf({ "manifest.json": "new" });
  const done = await publish(connection, {
    dataset: "o/n",
    folder,
    title,
    into: "data",
    mirror: true,
  });
  expect(done).toMatchObject({ written: ["data/manifest.json"], removed: ["data/old.csv"] });
  const { "data/old.csv": _, ...kept } = old;
  expect(contentAt(hub)).toEqual({ ...kept, "data/manifest.json": "new" });
  const first = { dataset: "o/n", folder, title, into: "fresh", mirror: true };
  expect(await publish(connection, first)).toMatchObject({ removed: [] });
});

test("somebody else's commit in between is kept: ours goes on top of it", async () => {
  const { hub, repo, connection } = await start();
  let others = 0;
  hub.onRequest = ({ operation }) => {
    if (operation !== "commit" || others === 3) return;
    commitFiles(repo, { "README.md": "hello", [`other${others++}`]: "x" });
  };
  const folder = await folderOf(LOCAL);
  const done = await publish(connection, { dataset: "o/n", folder, title });
  expect(contentAt(hub)).toEqual({ "README.md": "hello", other2: "x", ...text(LOCAL) });
  expect(repo.branches.get("main")).toBe(done.commit);
  others = -100;
  await writeFile(join(folder, "manifest.json"), "{}");
  await expect(publish(connection, { dataset: "o/n", folder, title })).rejects.toThrow(
    "Others committed to o/n 10 times in between: try again when it is quieter.",
  );
});

test("a pull request is opened on top of the head, which stays", async () => {
  const { hub, repo, connection } = await start();
  const head = repo.branches.get("main");
  const folder = await folderOf(LOCAL);
  const request = { dataset: "o/n", folder, title, pullRequest: true };
  const done = await publish(connection, request);
  expect(done.pullRequest).toBe(`${hub.url}/datasets/o/n/discussions/1`);
  expect(repo.branches.get("main")).toBe(head);
  expect(repo.pullRequests).toMatchObject([{ number: 1, title, parent: head }]);
  expect([...repo.pullRequests[0]!.commit.files.keys()].sort()).toEqual(
    ["README.md", ...Object.keys(LOCAL)].sort(),
  );
});

const PLACES: Operation[] = [
  "info",
  "paths-info",
  "tree",
  "preupload",
  "lfs-batch",
  "lfs-put",
  "commit",
];

/** Faults that say nothing about whether the commit was made, as well. */
const ALL: Fault[] = [...FAULTS, ...LATE_FAULTS];

/** A dataset in which one file is to go and two are to come, with one fault on the way. */
async function startMirror(operation: Operation, fault: Fault) {
  const stall = fault.startsWith("stall") ? SHORT_STALL : undefined;
  const started = await start({ "README.md": "hello", "data/old.csv": "1" }, undefined, stall);
  started.hub.faults.once(operation, [fault]);
  const folder = await folderOf({ "a.json": "{}", "b.parquet": "PAR1" });
  return { ...started, request: { dataset: "o/n", folder, title, into: "data", mirror: true } };
}

test.each(PLACES)("whatever goes wrong at %s, one commit is made in the end", async (operation) => {
  for (const fault of ALL) {
    const { hub, repo, connection, request } = await startMirror(operation, fault);
    const done = await publish(connection, request);
    expect(contentAt(hub), fault).toEqual({
      "README.md": "hello",
      "data/a.json": "{}",
      "data/b.parquet": "PAR1",
    });
    expect(repo.commits, fault).toHaveLength(2);
    expect(done, fault).toMatchObject({
      commit: repo.branches.get("main"),
      written: ["data/a.json", "data/b.parquet"],
      removed: ["data/old.csv"],
    });
  }
});

test.each(PLACES)(
  "whatever goes wrong at %s, no pull request is opened twice",
  async (operation) => {
    for (const fault of ALL) {
      const { repo, connection, request } = await startMirror(operation, fault);
      const done = await publish(connection, { ...request, pullRequest: true }).catch((e) => e);
      if (operation !== "commit" || fault.startsWith("429")) {
        expect(done.pullRequest, fault).toMatch(/\/discussions\/1$/);
        expect(repo.pullRequests, fault).toHaveLength(1);
        continue;
      }
      // Made or not made, the answer does not say it.
      expect(done.message, fault).toMatch(
        /^The Hub did not say whether it opened the pull request/,
      );
      const isMade = !/^(?:5\d\d|reset|stall)$/.test(fault);
      expect(repo.pullRequests, fault).toHaveLength(isMade ? 1 : 0);
    }
  },
);

test("a dataset that changes while its files are listed is looked at again", async () => {
  const { hub, repo, connection } = await start({ "README.md": "hello", "data/old.csv": "1" });
  hub.pageSize = 1;
  let pages = 0;
  hub.onRequest = ({ operation }) => {
    // Somebody takes away what we would, and adds what we have not seen.
    if (operation !== "tree" || ++pages !== 2) return;
    commitFiles(repo, { "README.md": "hello", "data/new.csv": "2" });
  };
  const folder = await folderOf({ "a.json": "{}", "b.json": "[]" });
  const request = { dataset: "o/n", folder, title, into: "data", mirror: true };
  await publish(connection, { ...request, into: "data" });
  hub.log.length = 0;
  pages = 0;
  await writeFile(join(folder, "a.json"), "{ }");
  const done = await publish(connection, request);
  expect(done).toMatchObject({ removed: ["data/new.csv"] });
  expect(contentAt(hub)).toEqual({
    "README.md": "hello",
    "data/a.json": "{ }",
    "data/b.json": "[]",
  });
});

test("whether a pull request was opened is said to be unknown, and it is not opened twice", async () => {
  const { hub, repo, connection } = await start();
  hub.faults.once("commit", ["reset after"]);
  const folder = await folderOf(LOCAL);
  const request = { dataset: "o/n", folder, title, pullRequest: true };
  const error = await publish(connection, request).catch((e) => e);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message.replaceAll(hub.url, "https://hub")).toMatch(
    /^The Hub did not say whether it opened the pull request to o\/n \(the connection broke off .*\): look at https:\/\/hub\/datasets\/o\/n\/discussions before trying again\.$/,
  );
  expect(repo.pullRequests).toHaveLength(1);
  hub.faults.once("commit", ["429 with seconds"]);
  await publish(connection, request);
  expect(repo.pullRequests).toHaveLength(2);
});

test("a Hub that never takes the commit is said to be", async () => {
  const { hub, connection } = await start();
  hub.faults.once("commit", Array(20).fill("503"));
  const folder = await folderOf({ a: "1" });
  await expect(publish(connection, { dataset: "o/n", folder, title })).rejects.toThrow(
    "The Hub did not take the commit to o/n: 503.",
  );
});

test.each<[string, Token, string]>([
  [
    "the role read",
    { ...writer, role: "read" },
    'the token of HF_TOKEN ("ci", of ann) has the role read; it takes a token with the role write, or a fine-grained one with the scope "Write access to contents/settings of selected repos" for o',
  ],
  [
    "no write scope",
    { ...writer, role: "fineGrained" },
    'the fine-grained token of HF_TOKEN ("ci", of ann) lacks the scope "Write access to contents/settings of selected repos" for o',
  ],
  [
    "no membership",
    { ...writer, account: "bob" },
    "bob, whose token HF_TOKEN holds, has no write access to o",
  ],
  ["an end", { ...writer, expired: true }, "The token of HF_TOKEN is expired, revoked or wrong"],
])("a token with %s is refused in a sentence that says what is missing", async (_, token, said) => {
  const { connection } = await start({}, token);
  const folder = await folderOf({ a: "1" });
  const error = await publish(connection, { dataset: "o/n", folder, title }).catch((e) => e);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).toContain(said);
});

test("a folder that is not there, or a place that is none, is said to be", async () => {
  const { connection } = await start();
  const request = { dataset: "o/n", folder: "/nonexistent", title };
  await expect(publish(connection, request)).rejects.toThrow("There is no folder /nonexistent");
  await expect(publish(connection, { ...request, into: "../x" })).rejects.toThrow(
    "../x is no folder of a dataset.",
  );
});
