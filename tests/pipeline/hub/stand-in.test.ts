// The stand-in must answer the real client as the real Hub does; what the client makes of it is
// compared with what its own tests expect of repositories on the Hub.
import {
  checkRepoAccess,
  datasetInfo,
  downloadFile,
  fileDownloadInfo,
  fileExists,
  listFiles,
  modelInfo,
  pathsInfo,
  whoAmI,
} from "@huggingface/hub";
import { expect, test } from "vitest";
import { gitOid, sha256 } from "../cache/folder.ts";
import { standIn } from "./stand-in.ts";

const repo = { type: "dataset" as const, name: "o/n" };
const big = "PAR1".repeat(5000);

async function started() {
  const hub = await standIn();
  const { commits } = hub.dataset("o/n", {
    "a.json": "{}",
    "d/x.json": "[]",
    "d/big.parquet": big,
  });
  hub.tokens.set("hf_a", { account: "ann", displayName: "ci", role: "write" });
  return { hub, params: { hubUrl: hub.url, repo }, commit: commits[0]!.oid };
}

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

test("listings have files and folders, sizes and ids, on as many pages as it takes", async () => {
  const { hub, params, commit } = await started();
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${sha256(big)}\nsize 20000\n`;
  const entries = [
    { type: "file", path: "a.json", size: 2, oid: gitOid("{}") },
    { type: "directory", path: "d", size: 0, oid: expect.any(String) },
    {
      type: "file",
      path: "d/big.parquet",
      size: 20000,
      oid: gitOid(pointer),
      lfs: { oid: sha256(big), size: 20000, pointerSize: pointer.length },
      xetHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    },
    { type: "file", path: "d/x.json", size: 2, oid: gitOid("[]") },
  ];
  hub.pageSize = 2;
  expect(await all(listFiles({ ...params, recursive: true }))).toEqual(entries);
  expect((await all(listFiles(params))).map((e) => e.path)).toEqual(["a.json", "d"]);
  expect((await all(listFiles({ ...params, path: "d" }))).map((e) => e.path)).toEqual([
    "d/big.parquet",
    "d/x.json",
  ]);
  const expanded = await all(listFiles({ ...params, path: "d", expand: true }));
  expect(expanded[0]?.lastCommit).toMatchObject({ id: commit });
  const found = await pathsInfo({ ...params, paths: ["d/x.json", "d", "none"], revision: commit });
  expect(found.map(({ path, type }) => [path, type])).toEqual([
    ["d/x.json", "file"],
    ["d", "directory"],
  ]);
});

test("a file's size and id are in its head, and any part of it can be had", async () => {
  const { params } = await started();
  const info = (path: string) => fileDownloadInfo({ ...params, path });
  expect(await info("d/big.parquet")).toMatchObject({ size: 20000, etag: `"${sha256(big)}"` });
  expect(await info("a.json")).toMatchObject({ size: 2, etag: `"${gitOid("{}")}"` });
  expect(await info("none")).toBeNull();
  expect(await fileExists({ ...params, path: "a.json" })).toBe(true);
  const blob = await downloadFile({ ...params, path: "d/big.parquet" });
  expect(await blob?.slice(4, 10).text()).toBe("PAR1PA");
  expect(await blob?.text()).toBe(big);
});

test("a revision is a commit, a model has what is asked for, a token an owner", async () => {
  const { hub, params, commit } = await started();
  const info = await datasetInfo({ ...params, name: "o/n", additionalFields: ["sha"] });
  expect(info).toMatchObject({ name: "o/n", sha: commit, private: false, gated: false, likes: 0 });
  hub.model("o/m", { likes: 5, safetensors: { total: 9, parameters: { F32: 9 } } });
  const model = await modelInfo({ ...params, name: "o/m", additionalFields: ["safetensors"] });
  expect(model).toMatchObject({ name: "o/m", likes: 5, safetensors: { total: 9 } });
  const who = await whoAmI({ ...params, accessToken: "hf_a" });
  expect(who).toMatchObject({ name: "ann", auth: { accessToken: { role: "write" } } });
});

test("refusals have the Hub's status and words", async () => {
  const { hub, params } = await started();
  const refused = (name: string, accessToken?: string) =>
    checkRepoAccess({
      ...params,
      repo: `datasets/${name}`,
      ...(accessToken && { accessToken }),
    }).then(
      () => null,
      ({ statusCode, data }) => [statusCode, data.error],
    );
  hub.dataset("o/secret", {}, { private: true });
  expect(await refused("o/n")).toBeNull();
  expect(await refused("o/secret")).toEqual([401, "Invalid username or password."]);
  expect(await refused("o/none", "hf_a")).toEqual([404, "Repository not found"]);
  expect(await refused("o/n", "hf_b")).toEqual([
    401,
    "Invalid credentials in Authorization header",
  ]);
});
