import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { installHarness, lockedHarness } from "../../../src/pipeline/runner/harness.ts";
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

test("a commit of no repository is refused before anything is installed", async () => {
  const epochs = V2.epochs.map((e) => ({ ...e, repository: undefined }));
  const work = await tmpFolder();
  const harness = await lockedHarness({ id: "v2", epochs }, work, {});
  await expect(installHarness(harness)).rejects.toThrow(
    /"repository": "https:.*HARNESS_REPOSITORY/,
  );
  const unreachable = { ...harness, repository: `${work}/none` };
  await expect(installHarness(unreachable)).rejects.toThrow(`commit ${COMMIT} of ${work}/none`);
  const left = await readdir(work, { recursive: true });
  expect(left.filter((path) => /bin|whole|pyvenv/.test(path.replace(/\.source.*/, "")))).toEqual(
    [],
  );
});
