// The steps of the page /docs/runner/, as they are typed, against the stand-in of the Hub.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import {
  CONFIG,
  DRY_RUN,
  firstFiles,
  firstRequest,
  MODEL,
  ONCE,
  TASKS,
} from "../../src/site/docs/runner.ts";
import { query } from "../pipeline/snapshot/snapshot.ts";
import { ROOT } from "../scripts/process.ts";
import { newWorld, MODEL as TINY } from "./world.ts";

test("from nothing to a first row", async () => {
  const world = await newWorld();
  // The tiny model stands in for the small one.
  const tiny = world.hub.repos.get(`models/${TINY}`)!.commits[0]!;
  world.hub.model(MODEL, {}, Object.fromEntries(tiny.files));
  for (const { path, text } of firstFiles("compass")) {
    const place = join(world.folder, path);
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, text.replace('"./src/', `"${ROOT}/src/`));
  }
  const { path, text } = firstRequest();
  expect(world.submit(JSON.parse(text))).toBe(path);
  const env = { LEADERBOARD_CONFIG: join(world.folder, CONFIG) };
  const typed = (command: string) =>
    world.runner(
      command
        .replace("npm run runner -- ", "")
        .replace(TASKS, join(world.folder, TASKS))
        .split(" "),
      env,
    ).ended;

  const seen = await typed(DRY_RUN);
  expect(seen).toMatchObject({ code: 0, err: "" });
  expect(seen.out).toMatch(/^Here: \d+ cores of /);
  // The page's request has a date of its own, so by the clock of whoever tries it it may not even wait yet.
  expect(seen.out).toMatch(/ \(float32\)\. -?[\d.]+ days? of waiting\. None has more\.\n/);
  expect(seen.out).toContain(`  ${MODEL} (float32).`);

  const ran = await typed(ONCE);
  expect({ code: ran.code, err: ran.err }, ran.out).toEqual({ code: 0, err: "" });
  expect(ran.out).toContain("claimed");
  expect(ran.out).toContain(`${MODEL}: FINISHED`);

  const tables = await world.tables(env);
  const [row, ...more] = await query(`SELECT * FROM '${join(tables, "models.parquet")}'`);
  expect(more).toEqual([]);
  expect(row).toMatchObject({ model: MODEL, chat_template: true, rank: 1 });
  // Of four questions: a quarter, a half, …
  expect([0, 0.25, 0.5, 0.75, 1]).toContain(row!.sailing_raw);
});
