import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import { lockedHarness, otherHarness, runnerFile } from "../../../src/pipeline/runner/harness.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";

test("every package of the lock has one version and a digest of each of its files", async () => {
  const lock = await readFile(runnerFile("requirements.txt"), "utf8");
  const packages = lock.split(/\n(?=\S)/).filter((part) => /^[a-z]/.test(part));
  expect(packages.length).toBeGreaterThan(100);
  for (const part of packages) {
    expect(part).toMatch(/^[\w.-]+==[\w.]+/);
    expect(part).toMatch(/--hash=sha256:[0-9a-f]{64}/);
  }
  const wanted = (await readFile(runnerFile("requirements.in"), "utf8")).match(/^[\w]+.*$/gm)!;
  expect(wanted).toHaveLength(3);
  const harness = await lockedHarness("/w");
  expect(wanted).toContain(`lm_eval[hf,ifeval,math]==${harness.version}`);
  expect(harness.lock_sha256).toMatch(/^[0-9a-f]{64}$/);
});

test("another harness than that of the suite's last epoch is refused, with what to do", async () => {
  const harness = await lockedHarness("/w");
  const said = otherHarness(V2, harness);
  expect(said).toContain("commit 79492751739f92ba3c6503410d32510c55880291");
  expect(said).toContain("lm_eval 0.4.13 of PyPI");
  expect(otherHarness(KITCHEN, harness)).toBeNull();
  // As the sentence says.
  const today = { id: "pypi", since: "2026-12-01", what: "lm_eval 0.4.13 of PyPI." };
  const { epochs } = V2;
  const suite = suiteSchema.parse({ ...V2, epochs: [...epochs, today] });
  expect(otherHarness(suite, harness)).toBeNull();
});
