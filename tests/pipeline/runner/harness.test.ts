import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import {
  installHarness,
  isInstalled,
  lockedHarness,
} from "../../../src/pipeline/runner/harness.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";
import { tmpFolder } from "../cache/folder.ts";

const COMMIT = "79492751739f92ba3c6503410d32510c55880291";

test("a harness of a repository is named by its commit, one of PyPI by its version", async () => {
  const board = await lockedHarness(V2, "/w", {});
  expect(board).toMatchObject({
    version: "0.4.3",
    commit: COMMIT,
    repository: "https://github.com/huggingface/lm-evaluation-harness",
  });
  expect(board.bin).toBe(`/w/harness/${board.lock_sha256.slice(0, 16)}-79492751/bin`);
  const newest = await lockedHarness(KITCHEN, "/w", { HARNESS_REPOSITORY: "/mirror" });
  expect(newest).toMatchObject({ version: "0.4.13", commit: null, repository: null });
  expect(newest.bin).toBe(`/w/harness/${newest.lock_sha256.slice(0, 16)}/bin`);
  expect(newest.lock_sha256).not.toBe(board.lock_sha256);
});

test("another place of the repository is taken from the environment", async () => {
  const harness = await lockedHarness(V2, "/w", { HARNESS_REPOSITORY: "/mirror" });
  expect(harness).toMatchObject({ commit: COMMIT, repository: "/mirror" });
});

/** A stand-in of Python that says its version, and can do nothing else. */
async function usePython(version: string): Promise<string> {
  const path = join(await tmpFolder(), "python");
  await writeFile(path, `#!/bin/sh\n[ "$1" = -c ] && echo ${version}\n`, { mode: 0o755 });
  vi.stubEnv("RUNNER_PYTHON", path);
  onTestFinished(() => void vi.unstubAllEnvs());
  return path;
}

test("a Python that the harness does not run on is refused, and another can be named", async () => {
  const work = await tmpFolder();
  const harness = await lockedHarness(V2, work, { HARNESS_REPOSITORY: `${work}/none` });
  const path = await usePython("3.14");
  await expect(installHarness(harness)).rejects.toThrow(
    `${path} is Python 3.14, and the harness runs on 3.11 to 3.12: name another in the environment variable RUNNER_PYTHON.`,
  );
  expect(await readdir(work)).toEqual([]);
});

test("a commit of no repository, or of one without it, is refused before any package comes", async () => {
  await usePython("3.12");
  const epochs = V2.epochs.map((e) => ({ ...e, repository: undefined }));
  const work = await tmpFolder();
  const harness = await lockedHarness({ id: "v2", epochs }, work, {});
  await expect(installHarness(harness)).rejects.toThrow(
    /"repository": "https:.*HARNESS_REPOSITORY/,
  );
  const unreachable = { ...harness, repository: `${work}/none` };
  await expect(installHarness(unreachable)).rejects.toThrow(`commit ${COMMIT} of ${work}/none`);
  expect(isInstalled(harness)).toBe(false);
  expect(await readdir(join(work, "harness"))).toEqual([`${harness.id}.source`]);
});
