import { expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import type { Hub } from "../../../src/pipeline/hub/connection.ts";
import { pull } from "../../../src/pipeline/hub/pull.ts";
import { isNotVisible, Refusal } from "../../../src/pipeline/hub/refusal.ts";
import { FAULTS } from "./faults.ts";
import { connectTo, newCache, SHORT_STALL } from "./quick.ts";
import { type Repo, standIn, type Token } from "./stand-in.ts";

/** What a pull says to somebody with this token. */
async function said(repo: Partial<Repo>, token?: Token, dataset = "o/n", rev = "main") {
  const hub = await standIn();
  hub.dataset("o/n", { "a.json": "{}" }, repo);
  if (token) hub.tokens.set("hf_secret", token);
  const connection = await connectTo(hub, token && { token: "hf_secret" });
  const error = await pull(connection, await newCache(), { dataset, rev, include: [] }).then(
    () => null,
    (e) => e,
  );
  if (error === null) return "it came";
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toContain("hf_secret");
  expect(connection.patience.retries).toEqual({});
  return error.message.replaceAll(hub.url, "https://hub");
}

const reader: Token = { account: "ann", displayName: "ci", role: "read" };
const fine: Token = { ...reader, role: "fineGrained" };

test("a dataset that is not there, or private, to nobody", async () => {
  const expected =
    'is not there, or private (the Hub says: Invalid username or password.): check the name; if it is private, set HF_TOKEN to a token with the role read, or a fine-grained one with the scope "Read access to contents of selected repos" for o (https://hub/settings/tokens).';
  expect(await said({}, undefined, "o/other")).toBe(`The dataset o/other ${expected}`);
  expect(await said({ private: true })).toBe(`The dataset o/n ${expected}`);
});

test("a dataset that is not there, where the Hub gives no code, is still said to be", async () => {
  const hub = await standIn();
  hub.hasCodes = false;
  const request = { dataset: "o/other", rev: "main", include: [] };
  await expect(pull(await connectTo(hub), await newCache(), request)).rejects.toThrow(
    /^The dataset o\/other is not there, or private \(the Hub says: Invalid username or password\.\)/,
  );
});

const anonymous = { settings: {} } as Hub;
const known = { settings: { token: "hf_secret" } } as Hub;

test.each<[string, Hub, Refusal, boolean]>([
  ["with a code, to anybody", known, new Refusal(404, "RepoNotFound", ""), true],
  [
    "without one, to nobody",
    anonymous,
    new Refusal(401, null, "Invalid username or password."),
    true,
  ],
  [
    "without one, to a token",
    known,
    new Refusal(401, null, "Invalid username or password."),
    false,
  ],
  ["gated", anonymous, new Refusal(401, "GatedRepo", "Access is restricted."), false],
  ["gated in words", anonymous, new Refusal(401, null, "This repository is gated."), false],
  [
    "wrong credentials",
    anonymous,
    new Refusal(401, null, "Invalid credentials in Authorization header"),
    false,
  ],
  ["a page that is not there", anonymous, new Refusal(404, null, "Not found"), false],
])("whether a repository is not to be seen: %s", (_, hub, refusal, expected) => {
  expect(isNotVisible(hub, refusal)).toBe(expected);
});

test("a private dataset to tokens that may not see it, and to one that may", async () => {
  expect(await said({ private: true }, reader)).toBe(
    "The dataset o/n is not there, or private (the Hub says: Repository not found): check the name; if it is private, ann, whose token HF_TOKEN holds, must become a member of o.",
  );
  expect(await said({ private: true, members: ["ann"] }, fine)).toBe(
    'The dataset o/n is not there, or private (the Hub says: Repository not found): the fine-grained token of HF_TOKEN ("ci", of ann) lacks the scope "Read access to contents of selected repos" for o: add it at https://hub/settings/tokens.',
  );
  const scoped = [{ entity: { type: "org", name: "o" }, permissions: ["repo.content.read"] }];
  const token = { ...fine, fineGrained: { scoped } };
  expect(await said({ private: true, members: ["ann"] }, token)).toBe("it came");
  expect(await said({ private: true, members: ["ann"] }, reader)).toBe("it came");
});

test("a gated dataset", async () => {
  const gated = { gated: "auto" as const };
  expect(await said(gated)).toBe(
    'The dataset o/n is gated (the Hub says: Access to dataset o/n is restricted. You must have access to it and be authenticated to access it. Please log in.): accept its conditions at https://hub/datasets/o/n, and set HF_TOKEN to a token of that account with the role read, or a fine-grained one with the scope "Read access to contents of all public gated repos you can access" (https://hub/settings/tokens).',
  );
  expect(await said(gated, fine)).toContain(
    'and the fine-grained token of HF_TOKEN ("ci", of ann) lacks the scope "Read access to contents of all public gated repos you can access": add it at https://hub/settings/tokens.',
  );
  expect(await said(gated, reader)).toMatch(
    /and ann, whose token HF_TOKEN holds, has no access yet: accept its conditions at https:\/\/hub\/datasets\/o\/n\.$/,
  );
  expect(await said({ ...gated, members: ["ann"] }, reader)).toBe("it came");
});

test("a token that is expired, for a dataset that would need none", async () => {
  expect(await said({}, { ...reader, expired: true })).toBe(
    'The token of HF_TOKEN is expired, revoked or wrong (the Hub says: User Access Token "ci" is expired): make a new one at https://hub/settings/tokens, or unset it for public datasets.',
  );
});

test("a revision that is not there", async () => {
  expect(await said({}, undefined, "o/n", "v9")).toBe(
    "The dataset o/n has no branch, tag or commit v9 (the Hub says: Invalid rev id: v9).",
  );
});

test("whose token it is need not be known", async () => {
  const hub = await standIn();
  hub.dataset("o/n", {}, { private: true });
  hub.tokens.set("hf_secret", reader);
  hub.faults.once("whoami", Array(8).fill("503"));
  const connection = await connectTo(hub, { token: "hf_secret" });
  const request = { dataset: "o/n", rev: "main", include: [] };
  await expect(pull(connection, await newCache(), request)).rejects.toThrow(
    /check the name; if it is private, its owner, whose token HF_TOKEN holds, must become a member of o\.$/,
  );
});

test("every fault of whoami is mended by asking again", async () => {
  for (const fault of FAULTS) {
    const hub = await standIn();
    hub.dataset("o/n", {}, { private: true });
    hub.tokens.set("hf_secret", reader);
    hub.faults.once("whoami", [fault]);
    const stall = fault.startsWith("stall") ? SHORT_STALL : undefined;
    const connection = await connectTo(hub, { token: "hf_secret", ...(stall && { stall }) });
    const request = { dataset: "o/n", rev: "main", include: [] };
    await expect(pull(connection, await newCache(), request), fault).rejects.toThrow(
      /ann, whose token HF_TOKEN holds, must become a member of o\.$/,
    );
  }
});

test("what the Hub says cannot steer a terminal", async () => {
  const hub = await standIn();
  hub.dataset("o/n", { "a\u001b[2Jb.json": "{}" });
  hub.onRequest = ({ operation }) => {
    if (operation === "resolve") hub.repos.get("datasets/o/n")!.commits[0]!.files.clear();
  };
  const request = { dataset: "o/n", rev: "main", include: [] };
  const error = await pull(await connectTo(hub), await newCache(), request).catch((e) => e);
  expect(error.message).toContain("has no file a [2Jb.json at");
});
