// Published snapshots, held to what their manifests and their index say.
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { snapshotProblems } from "../../../src/pipeline/snapshot/integrity.ts";
import { command, folders } from "./snapshot.ts";

const fresh = folders();
let made: string;

beforeAll(async () => {
  made = await fresh();
  const env = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };
  for (const day of ["2025-03-20", "2025-04-01"])
    command("data", ["--out", join(made, "latest"), "--as-of", day], { env });
});

async function copy(): Promise<string> {
  const folder = await fresh();
  await cp(made, folder, { recursive: true });
  return folder;
}

test("as they were made, nothing is wrong", async () => {
  expect(await snapshotProblems(made)).toEqual([]);
});

test.each([
  ["2025-03-20/models.csv", "2025-03-20/models.csv is not the file that was made: "],
  ["latest/README.md", "latest/README.md is not the file that was made: "],
  ["2025-04-01/manifest.json", "2025-04-01/manifest.json is not what index.json says."],
])("a byte more in %s", async (path, problem) => {
  const folder = await copy();
  await writeFile(join(folder, path), `${await readFile(join(folder, path), "utf8")} `);
  const problems = await snapshotProblems(folder);
  expect(problems[0]).toContain(problem);
  // What `latest` is a copy of is another one too, where that is the one that changed.
  expect(problems).toHaveLength(path.endsWith("manifest.json") ? 2 : 1);
});

test.each([
  ["2025-03-20/scores.parquet", ["2025-03-20/scores.parquet is missing."]],
  ["index.json", ["data/index.json is missing: run npm run data before the build."]],
])("%s gone", async (path, problems) => {
  const folder = await copy();
  await rm(join(folder, path));
  expect(await snapshotProblems(folder)).toEqual(problems);
});

test("a snapshot gone, and a `latest` of another day", async () => {
  const folder = await copy();
  await rm(join(folder, "2025-03-20"), { recursive: true });
  await rm(join(folder, "latest"), { recursive: true });
  await cp(join(made, "2025-03-20"), join(folder, "latest"), { recursive: true });
  const [index, latest, ...others] = await snapshotProblems(folder);
  expect(index).toBe("2025-03-20/manifest.json is not what index.json says.");
  expect(latest).toBe("latest is no copy of 2025-04-01, which index.json says it is.");
  expect(others).toEqual([expect.stringContaining("2025-03-20/manifest.json cannot be read")]);
});
