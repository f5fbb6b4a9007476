import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { hubSettings } from "../../../src/pipeline/hub/settings.ts";
import { tmpFolder } from "../cache/folder.ts";

test("without anything set, it is the public Hub and nobody", async () => {
  const HOME = await tmpFolder();
  expect(await hubSettings({ HOME })).toEqual({
    endpoint: "https://huggingface.co",
    token: undefined,
    tokenFrom: undefined,
  });
});

test("the token is looked for where the Hub's tools keep it, in their order", async () => {
  const HOME = await tmpFolder();
  const store = async (path: string, text: string) => {
    await mkdir(join(HOME, path, ".."), { recursive: true });
    await writeFile(join(HOME, path), text);
    return join(HOME, path);
  };
  await store(".cache/huggingface/token", "hf_login\n");
  await store("xdg/huggingface/token", "hf_xdg");
  await store("hf/token", "hf_home");
  const path = await store("elsewhere", " hf_path \r\n");
  const tokenOf = async (env: NodeJS.ProcessEnv) => (await hubSettings({ HOME, ...env })).token;
  expect(await tokenOf({})).toBe("hf_login");
  const xdg = { XDG_CACHE_HOME: join(HOME, "xdg") };
  expect(await tokenOf(xdg)).toBe("hf_xdg");
  const home = { ...xdg, HF_HOME: join(HOME, "hf") };
  expect(await tokenOf(home)).toBe("hf_home");
  const file = { ...home, HF_TOKEN_PATH: path };
  expect(await tokenOf(file)).toBe("hf_path");
  expect(await tokenOf({ ...file, HUGGING_FACE_HUB_TOKEN: "hf_old" })).toBe("hf_old");
  const all = { ...file, HUGGING_FACE_HUB_TOKEN: "hf_old", HF_TOKEN: "hf_env\n" };
  expect(await tokenOf(all)).toBe("hf_env");
  expect(await tokenOf({ ...all, HF_HUB_DISABLE_IMPLICIT_TOKEN: "1" })).toBeUndefined();
  // An empty secret, as a workflow of a fork has it, is none.
  expect(await tokenOf({ HF_TOKEN: "" })).toBe("hf_login");
});

test("what cannot be meant is said in a sentence, without the token", async () => {
  const said = (env: NodeJS.ProcessEnv) => hubSettings(env).catch((error) => error);
  for (const endpoint of ["ftp://x", "huggingface.co", "https://", "https://x?y"]) {
    expect(await said({ HF_ENDPOINT: endpoint, HF_TOKEN: "hf_a" })).toBeInstanceOf(UserError);
  }
  expect((await said({ HF_TOKEN: "hf_a hf_b" })).message).toBe(
    "HF_TOKEN holds no token: one is a single word that begins with hf_.",
  );
  expect((await said({ HF_HUB_OFFLINE: "1" })).message).toContain("HF_HUB_OFFLINE is set");
});

test("an endpoint may be a mirror under a path", async () => {
  const HOME = await tmpFolder();
  const { endpoint } = await hubSettings({ HOME, HF_ENDPOINT: "https://mirror.example/hub/" });
  expect(endpoint).toBe("https://mirror.example/hub");
});
