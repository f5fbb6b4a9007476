// Killed anywhere, a run leaves what is published whole, and the next one comes to the same end.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mulberry32 } from "../pipeline/hub/faults.ts";
import { sailOn } from "../pipeline/hub/harbour.ts";
import {
  digestsOf,
  type Kill,
  type Phase,
  type Place,
  publishedIn,
  startPlace,
  within,
} from "../scripts/place.ts";
import { start } from "../scripts/process.ts";
import { tried } from "./counts.ts";

/** Points all over a run: steps on the disk, requests, and any moment between. */
function drawKill(
  random: () => number,
  steps: Record<Phase, number>,
  took: Record<Phase, number>,
): Kill {
  const phase = random() < 0.4 ? "pull" : "data";
  const signal = random() < 0.2 ? "SIGINT" : "SIGKILL";
  const way = random();
  // The last steps, where folders take each other's place, more often.
  if (way < 0.6) {
    const n = Math.ceil(steps[phase] * (phase === "data" ? Math.sqrt(random()) : random()));
    return { phase, signal, step: `${n}${random() < 0.5 ? "+" : ""}` };
  }
  if (phase === "pull" && way < 0.8) return { phase, signal, requests: Math.ceil(random() * 60) };
  return { phase, signal, time: took[phase] * (0.3 + 0.7 * random()) };
}

const KILLS = 50;
/** Kills before a run is let go to its end. */
const IN_A_ROW = 4;

test("killed at 50 random moments of pull or data, what is published stays whole, and the end is the same", async () => {
  const first = await startPlace();
  expect((await first.run()).ended).toMatchObject({ code: 0, err: "" });
  const whole = { old: await digestsOf(first.published), new: {} as Record<string, string> };
  const undisturbed = await first.copy();
  sailOn(first.hub);
  expect((await undisturbed.run()).ended).toMatchObject({ code: 0, err: "" });
  whole.new = await digestsOf(undisturbed.published);
  expect(Object.keys(whole.new).length).toBeGreaterThan(Object.keys(whole.old).length);
  const cached = await digestsOf(undisturbed.cache);
  const folders = (await readdir(undisturbed.published)).sort();

  const counts = { pull: 0, data: 0, old: 0, new: 0 };
  const lane = async (seed: number) => {
    const random = mulberry32(seed);
    const hub = (await startPlace()).hub;
    sailOn(hub);
    while (counts.pull + counts.data < KILLS) {
      const place = await first.copy(hub);
      const { steps, took } = undisturbed;
      const kills = Array.from({ length: IN_A_ROW }, () => drawKill(random, steps, took));
      // Once all is pulled there is little to kill a pull at.
      for (const kill of kills.sort((a, b) => (a.phase < b.phase ? 1 : -1))) {
        const { phase, ended } = await place.run(kill);
        const state = await publishedIn(place, whole);
        if (ended.code === 0) continue;
        const how = JSON.stringify({ kill, ended });
        const said = ended.code === 130 && /^Stopped\. What has come is in /.test(ended.err);
        expect(ended.signal === kill.signal || ended.signal === "SIGKILL" || said, how).toBe(true);
        counts[phase]++;
        counts[state]++;
      }
      expect((await place.run()).ended, JSON.stringify(kills)).toMatchObject({ code: 0, err: "" });
      expect(await digestsOf(place.published)).toEqual(whole.new);
      expect((await readdir(place.published)).sort()).toEqual(folders);
      expect(await digestsOf(place.cache)).toEqual(cached);
    }
  };
  await Promise.all([lane(2026), lane(11)]);
  tried(
    "kills at random",
    counts.pull + counts.data,
    `${counts.pull} of a pull, ${counts.data} of data; ${counts.old} left the old snapshot, ${counts.new} the new one, none a half`,
  );
  // They were all over the place, before and after the new snapshot took the old one's.
  expect(counts.pull).toBeGreaterThan(10);
  expect(counts.data).toBeGreaterThan(20);
  expect(counts.old).toBeGreaterThan(10);
  expect(counts.new).toBeGreaterThan(5);
}, 240_000);

/** Where a command writes, or reads from, of a place. */
const OWN: Record<string, (place: Place) => string[]> = {
  data: ({ cache }) => ["--cache", cache],
  pull: ({ cache }) => ["--cache", cache],
  export: ({ folder, published }) => [
    "--out",
    join(folder, "export"),
    "--tables",
    join(published, "latest"),
  ],
  restore: ({ published }) => ["--to", published],
};

/** Dies right after it has moved the old snapshot aside: there is none in its place now. */
const ASIDE = "/latest.old";

test("killed between the two renames of a snapshot, whoever comes next puts the old one back", async () => {
  const first = await startPlace();
  expect((await first.run()).ended).toMatchObject({ code: 0, err: "" });
  const old = within(await digestsOf(first.published), "latest");
  sailOn(first.hub);
  const whole = await first.copy();
  expect((await whole.run()).ended.code).toBe(0);
  const next = await digestsOf(whole.published);
  const COMMANDS = {
    data: ["data", "--hub"],
    "data that fails": ["data", "--source", "nowhere.csv"],
    "pull --facts": ["pull", "--facts"],
    export: ["export", "--format", "every-eval-ever"],
    restore: ["restore", "--from", "http://127.0.0.1:1", "--first"],
  };
  for (const [name, [script, ...args]] of Object.entries(COMMANDS)) {
    const place = await first.copy();
    const { ended } = await place.run({ phase: "data", signal: "SIGKILL", renamed: ASIDE });
    const isThere = existsSync(join(place.published, "latest"));
    expect({ name, isThere, ...ended }).toMatchObject({ isThere: false, signal: "SIGKILL" });
    expect(within(await digestsOf(place.published), "latest.old")).toEqual(old);
    const after = await start(script as "data", [...args, ...OWN[script!]!(place)], {
      env: place.env,
    }).ended;
    expect([name, after.signal]).toEqual([name, null]);
    // However that command ends, what is in place is whole, and the next run comes to the same end.
    const now = within(await digestsOf(place.published), "latest");
    expect([name, now["manifest.json"]]).toEqual([
      name,
      name === "data" ? next["latest/manifest.json"] : old["manifest.json"],
    ]);
    expect((await place.run()).ended).toMatchObject({ code: 0, err: "" });
    expect([name, await digestsOf(place.published)]).toEqual([name, next]);
  }
  tried(
    "kills between two renames",
    Object.keys(COMMANDS).length,
    `then ${Object.keys(COMMANDS).join(", ")}`,
  );
}, 240_000);
