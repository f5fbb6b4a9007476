import { afterEach, expect, it, vi } from "vitest";

afterEach(() => vi.unstubAllEnvs());

const load = async () => {
  vi.resetModules();
  return (await import("../../../src/core/view/address.ts")).pageAt;
};

it("is the folder itself, where the host finds the page in it", async () => {
  const pageAt = await load();
  for (const address of ["/", "/a/b/", "/a/?q=x/", "/a.json"])
    expect(pageAt(address)).toBe(address);
});

it("names the page, where the host knows only files", async () => {
  vi.stubEnv("PUBLIC_INDEX", "index.html");
  const pageAt = await load();
  expect(pageAt("/")).toBe("/index.html");
  expect(pageAt("/a/b/")).toBe("/a/b/index.html");
  expect(pageAt("/a/?q=x/&r=#b/")).toBe("/a/index.html?q=x/&r=#b/");
  expect(pageAt("/a/#b")).toBe("/a/index.html#b");
  expect(pageAt("https://a.org/b/")).toBe("https://a.org/b/index.html");
  for (const file of ["/a.json", "/a/b.bin?v=1/", "/a/b#/"]) expect(pageAt(file)).toBe(file);
});
