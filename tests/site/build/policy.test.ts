import { expect, it } from "vitest";
import { policyFor } from "../../../src/site/build/policy.ts";

/** Sources by directive. */
function directives(policy: string): Record<string, string> {
  return Object.fromEntries(policy.split("; ").map((d) => d.split(/ (.*)/).slice(0, 2)));
}

it("lets files come from the host's own store, but neither scripts nor styles", () => {
  const plain = directives(policyFor());
  const space = directives(policyFor("https://*.hf.co"));
  const added = Object.keys(space).filter((name) => space[name] !== plain[name]);
  expect(added).toEqual(["img-src", "font-src", "connect-src"]);
  for (const name of added)
    expect(space[name]).toBe(plain[name]!.replace("'self'", "'self' https://*.hf.co"));
  expect(JSON.stringify(plain)).not.toContain("https:");
});

it.each([
  "*",
  "https://*",
  "http://a.org",
  "https://a.org; script-src *",
  "https://a.org 'unsafe-inline'",
])("does not take %s for a host", (files) => {
  expect(() => policyFor(files)).toThrow(/PUBLIC_FILES=.*must be a host/);
});

it("lets a page that sends something to the Hub ask it for data, and load nothing from it", () => {
  const plain = directives(policyFor());
  const asking = directives(policyFor("", "https://hub.example"));
  expect(asking).toEqual({ ...plain, "connect-src": "'self' https://hub.example" });
  for (const hub of [
    "http://hub.example",
    "https://*.hub.example",
    "https://hub.example; x",
    "*",
  ]) {
    expect(() => policyFor("", hub), hub).toThrow(/must be like https/);
  }
});
