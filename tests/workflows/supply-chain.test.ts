// What runs in our jobs is what somebody read: actions by commit, packages by hash, rights by name.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT, readWorkflowAt, type Step } from "./workflow.ts";

interface Lock {
  lockfileVersion: number;
  packages: Record<string, LockedPackage>;
}

interface LockedPackage {
  version?: string;
  integrity?: string;
  resolved?: string;
  link?: boolean;
  hasInstallScript?: boolean;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const OWN = (await readdir(join(ROOT, ".github/workflows"))).sort();
/** Ours, and the one that others may copy. */
const WORKFLOWS = [...OWN.map((name) => `.github/workflows/${name}`), "examples/runner/runner.yml"];
const readText = (path: string) => readFile(join(ROOT, path), "utf8");

describe.each(WORKFLOWS)("the workflow %s", async (path) => {
  const workflow = await readWorkflowAt(path);
  const text = await readText(path);
  const steps: Step[] = Object.values(workflow.jobs).flatMap((job) => job.steps);

  test("names every action by its commit, with the version that this is, and only GitHub's own", () => {
    const lines = text.split("\n").filter((line) => /\buses:/.test(line));
    expect(lines).toHaveLength(steps.filter((step) => step.uses).length);
    for (const line of lines)
      expect(line).toMatch(
        /uses: actions\/[\w-]+(\/(restore|save))?@[0-9a-f]{40} # v\d+\.\d+\.\d+$/,
      );
  });

  test("has no rights but those that a job names, and none that writes to the repository", () => {
    expect(workflow.permissions).toEqual({});
    for (const job of Object.values(workflow.jobs)) {
      expect(job.permissions).toBeDefined();
      for (const [right, degree] of Object.entries(job.permissions))
        if (degree === "write") expect(["pages", "id-token"]).toContain(right);
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
    }
  });

  test("leaves no token behind for the code that it runs", () => {
    const checkouts = steps.filter((step) => step.uses?.startsWith("actions/checkout@"));
    expect(checkouts.length).toBeGreaterThan(0);
    for (const checkout of checkouts) expect(checkout.with?.["persist-credentials"]).toBe(false);
  });

  test("puts nothing that others wrote into a command, and runs no code of a pull request with our rights", () => {
    for (const { run } of steps) expect(run ?? "").not.toContain("${{");
    expect(text).not.toContain("pull_request_target");
  });
});

test("one action has one commit everywhere", async () => {
  const texts = await Promise.all(WORKFLOWS.map(readText));
  const commits = new Map<string, Set<string>>();
  for (const [, action, commit] of texts.join("\n").matchAll(/uses: (actions\/[\w-]+)\S*@(\w+)/g))
    commits.set(action!, (commits.get(action!) ?? new Set()).add(commit!));
  expect(commits.size).toBeGreaterThan(5);
  for (const [action, of] of commits) expect([action, [...of].length]).toEqual([action, 1]);
});

describe("the lockfile", async () => {
  const lock: Lock = JSON.parse(await readText("package-lock.json"));
  const packageJson = JSON.parse(await readText("package.json"));
  const { "": root, ...packages } = lock.packages;

  test("has the hash of every package, and no address but the registry's", () => {
    expect(lock.lockfileVersion).toBe(3);
    expect(Object.keys(packages).length).toBeGreaterThan(100);
    for (const [path, { integrity, resolved, link }] of Object.entries(packages)) {
      expect([path, integrity]).toEqual([
        path,
        expect.stringMatching(/^sha512-[A-Za-z0-9+/]{86}==$/),
      ]);
      // None is named: npm asks the registry it is set to, and the hash says whether it lied.
      expect([path, resolved, link]).toEqual([path, undefined, undefined]);
    }
  });

  test("is that of package.json, which names versions and no addresses", () => {
    expect(root!.dependencies).toEqual(packageJson.dependencies);
    expect(root!.devDependencies).toEqual(packageJson.devDependencies);
    const wanted = { ...packageJson.dependencies, ...packageJson.devDependencies };
    for (const [name, range] of Object.entries(wanted)) {
      expect([name, range]).toEqual([name, expect.stringMatching(/^\^\d+\.\d+\.\d+(-[\w.]+)?$/)]);
      expect([name, packages[`node_modules/${name}`]?.version]).toEqual([
        name,
        expect.stringMatching(/^\d/),
      ]);
    }
  });

  test("lets no new package run a program while it is installed", () => {
    const scripts = Object.entries(packages).flatMap(([path, { hasInstallScript }]) =>
      hasInstallScript ? path.replace(/.*node_modules\//, "") : [],
    );
    // `node` fetches nothing: it links the binary that another package has. esbuild's only checks its own.
    expect([...new Set(scripts)].sort()).toEqual(["esbuild", "node"]);
    expect(packageJson.allowScripts).toEqual({ node: true });
  });
});
