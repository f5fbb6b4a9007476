// npm run data, as people run it.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFile, cp, readdir, readFile, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import type { SnapshotIndex } from "../../../src/core/records/snapshot-index.ts";
import { buildSnapshot } from "../../../src/pipeline/snapshot/build.ts";
import { pullTexts } from "../sources/cached.ts";
import { writeText } from "../sources/harness.ts";
import { kitchenRuns } from "../sources/kitchen.ts";
import { build, command, folders, KITCHEN_BOARD, readJson } from "./snapshot.ts";

const fresh = folders();
const KITCHEN = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };

describe("what the user can mend is one sentence, and ends with 1", () => {
  const complaint = (args: string[], env: Record<string, string> = KITCHEN) => {
    const { code, err, out } = command("data", args, { env });
    expect(code).toBe(1);
    expect(out).toBe("");
    expect(err.trimEnd()).not.toContain("\n");
    return err;
  };

  test("--as-of", async () => {
    const out = join(await fresh(), "t");
    for (const day of ["2025-02-30", "2025", "2025-2-1", "tomorrow", ""]) {
      expect(complaint(["--out", out, "--as-of", day])).toMatch(/^--as-of .*: must be a date/);
    }
  });

  test("--source", async () => {
    const out = join(await fresh(), "t");
    expect(complaint(["--out", out, "--source", "/nowhere"])).toMatch(/^--source \/nowhere: /);
  });

  test("--hub", async () => {
    const out = join(await fresh(), "t");
    expect(complaint(["--out", out, "--hub"])).toMatch(
      /^--hub: the leaderboard's configuration names no dataset\. Name one under hub/,
    );
    expect(complaint(["--out", out, "--hub", "--source", "x"])).toMatch(/^--hub reads what/);
  });

  test("--out", async () => {
    const folder = await fresh();
    const file = await writeText(join(folder, "thesis.txt"), "years of work");
    expect(complaint(["--out", folder])).toMatch(/thesis\.txt/);
    expect(complaint(["--out", file])).toMatch(/is a file/);
    await symlink("nowhere", join(folder, "link"));
    expect(complaint(["--out", join(folder, "link", "t")])).toMatch(/cannot be made/);
    expect(await readFile(file, "utf8")).toBe("years of work");
  });

  test("an option that is none, and a word too many", () => {
    expect(complaint(["--sauce", "x"])).toMatch(/--sauce/);
    expect(complaint(["folder"])).toMatch(/folder/);
  });

  test("the leaderboard's config", async () => {
    expect(complaint([], { LEADERBOARD_CONFIG: "nowhere.ts" })).toMatch(
      /nowhere\.ts cannot be read/,
    );
    const broken = await writeText(
      join(await fresh(), "config.mjs"),
      "export default { title: 'x', tagline: '', suites: [], snapshot: 's', curated: 'c' };",
    );
    expect(complaint([], { LEADERBOARD_CONFIG: broken })).toMatch(/config\.mjs: field suites: /);
  });
});

test("--as-of names the snapshot's day, --cache is taken", async () => {
  const out = join(await fresh(), "t");
  const { code } = command("data", ["--out", out, "--as-of", "2025-03-20", "--cache", "x"], {
    env: KITCHEN,
  });
  expect(code).toBe(0);
  expect(await readJson(out, "manifest.json")).toMatchObject({ as_of: "2025-03-20" });
});

test("--hub reads the configuration's datasets as they were pulled, and the embedded snapshot with its past", async () => {
  const root = await fresh();
  const snapshot = join(root, "snapshot");
  await cp("tests/fixtures/tiny/snapshot", snapshot, { recursive: true });
  await copyFile(
    join(snapshot, "kitchen-sense.csv"),
    join(snapshot, "kitchen-sense_2024-12-24.csv"),
  );
  const tiny = resolve("tests/fixtures/tiny.config.ts");
  const config = await writeText(
    join(root, "config.ts"),
    `import tiny from ${JSON.stringify(tiny)};\nexport default { ...tiny, snapshot: ${JSON.stringify(snapshot)}, hub: { results: "o/results" } };\n`,
  );
  const env = { LEADERBOARD_CONFIG: config };
  const args = ["--hub", "--cache", join(root, "hub"), "--out", join(root, "data/latest")];
  const missing = command("data", args, { env });
  expect(missing.code).toBe(1);
  expect(missing.err).toContain("o/results");
  const commit = await pullTexts(join(root, "hub"), "o/results", kitchenRuns(3));
  expect(command("data", args, { env })).toMatchObject({ code: 0, err: "" });
  const { sources, files } = await readJson<Manifest>(join(root, "data/latest"), "manifest.json");
  expect(sources.at(-1)).toMatchObject({ source: "hf://datasets/o/results", commit });
  const text = await readFile(join(snapshot, "kitchen-sense.csv"), "utf8");
  const embedded = text.trimEnd().split("\n").length - 1;
  expect(files["models.parquet"]!.rows).toBe(embedded + 3);
  const { snapshots } = await readJson<SnapshotIndex>(join(root, "data"), "index.json");
  expect(snapshots.map((s) => [s.name, s.rows.models])).toEqual([
    ["2026-11-22", embedded + 3],
    ["2024-12-24", embedded],
  ]);
});

/** Whether every file that the manifest names is there and as it says. */
async function whole(folder: string): Promise<boolean> {
  const manifest = await readJson<Manifest>(folder, "manifest.json");
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const bytes = await readFile(join(folder, name));
    if (createHash("sha256").update(bytes).digest("hex") !== sha256) return false;
  }
  return true;
}

describe("a run that is killed", () => {
  // Killed once its folder has this many files in it.
  test.each([0, 2, 4])("with %i files written leaves the old tables whole", async (files) => {
    const root = await fresh();
    const out = join(root, "t");
    await build(out, [], KITCHEN_BOARD);
    const before = await readFile(join(out, "manifest.json"), "utf8");
    const child = spawn(process.execPath, [resolve("scripts/data.ts"), "--out", out]);
    const ended = new Promise<NodeJS.Signals | null>((done) =>
      child.on("exit", (_, signal) => done(signal)),
    );
    const half = `t.tmp-${child.pid}`;
    const written = () =>
      readdir(join(root, half)).then(
        (names) => names.length >= files,
        () => false,
      );
    while (child.exitCode === null && !(await written())) await wait(1);
    child.kill("SIGKILL");
    expect(await ended).toBe("SIGKILL");
    expect((await readdir(root)).toSorted()).toEqual(["t", half].toSorted());
    expect(await readFile(join(out, "manifest.json"), "utf8")).toBe(before);
    expect(await whole(out)).toBe(true);

    await build(out, [], KITCHEN_BOARD);
    expect(await readdir(root)).toEqual(["t"]);
    expect(await whole(out)).toBe(true);
  });
});

test("who reads while tables are replaced ten times sees them whole, or not at all", async () => {
  const out = join(await fresh(), "t");
  const day = (i: number) => `2025-04-${String(i + 10)}`;
  const rebuild = (i: number) => buildSnapshot(KITCHEN_BOARD, { sources: [], out, asOf: day(i) });
  await rebuild(0);
  let building = true;
  const builder = (async () => {
    for (let i = 1; i <= 10; i++) await rebuild(i);
    building = false;
  })();
  const manifestText = () => readFile(join(out, "manifest.json"), "utf8").catch(() => null);
  const seen = new Set<string>();
  let checks = 0;
  while (building) {
    const before = await manifestText();
    const same = await whole(out).catch(() => null);
    // Replaced meanwhile: what was read is of two snapshots, by no fault of the writer.
    if (before === null || before !== (await manifestText())) continue;
    expect(same).toBe(true);
    seen.add(JSON.parse(before).as_of);
    checks++;
  }
  await builder;
  expect(await readJson(out, "manifest.json")).toMatchObject({ as_of: day(10) });
  expect(await whole(out)).toBe(true);
  expect(checks).toBeGreaterThan(10);
  expect(seen.size).toBeGreaterThan(2);
});
