// What a schedule runs, npm run pull and then npm run data, whatever happens to it on the way.
import { cp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { leaderboardSchema } from "../../src/core/records/leaderboard.ts";
import { pull } from "../../src/pipeline/hub/pull.ts";
import { buildSnapshot } from "../../src/pipeline/snapshot/build.ts";
import harbour from "../fixtures/harbour.config.ts";
import { contentOf, sha256, tmpFolder } from "../pipeline/cache/folder.ts";
import { mulberry32 } from "../pipeline/hub/faults.ts";
import { addHarbour, DATASETS, sailOn } from "../pipeline/hub/harbour.ts";
import { connectTo, newCache, SHORT_STALL } from "../pipeline/hub/quick.ts";
import { type StandIn, standIn } from "../pipeline/hub/stand-in.ts";
import { type Ended, ROOT, start } from "./process.ts";

type Phase = "pull" | "data";

/** When and how a command is killed: what is absent does not. */
interface Kill {
  phase: Phase;
  signal: "SIGKILL" | "SIGINT";
  /** At this step on the disk, see kill-at.ts, so many milliseconds on, or after so many requests. */
  step?: string;
  time?: number;
  requests?: number;
}

/** A folder with a cache and what is published, of a team's leaderboard. */
class Place {
  readonly hub: StandIn;
  readonly folder: string;
  /** Steps on the disk, and milliseconds, of each command when it last ran to its end. */
  readonly steps: Record<Phase, number> = { pull: 0, data: 0 };
  readonly took: Record<Phase, number> = { pull: 0, data: 0 };

  constructor(hub: StandIn, folder: string) {
    this.hub = hub;
    this.folder = folder;
  }

  get cache(): string {
    return join(this.folder, "hub");
  }

  get published(): string {
    return join(this.folder, "public/data");
  }

  /** Runs the commands one after the other, until one does not end well. */
  async run(kill?: Kill, through?: string): Promise<{ phase: Phase; ended: Ended }> {
    const pulled = await this.#command("pull", ["--cache", this.cache], kill, through);
    if (pulled.code !== 0) return { phase: "pull", ended: pulled };
    const args = ["--hub", "--cache", this.cache];
    return { phase: "data", ended: await this.#command("data", args, kill, through) };
  }

  async #command(phase: Phase, args: string[], kill?: Kill, through?: string): Promise<Ended> {
    const now = kill?.phase === phase ? kill : undefined;
    const counted = join(this.folder, `${phase}.steps`);
    const begun = performance.now();
    const { child, ended } = start(phase, args, {
      env: {
        HF_ENDPOINT: this.hub.url,
        LEADERBOARD_CONFIG: "tests/fixtures/harbour.config.ts",
        PUBLIC_DIR: join(this.folder, "public"),
        NODE_OPTIONS: `--import ${join(ROOT, "tests/scripts/kill-at.ts")}`,
        KILL_AT: now?.step ?? "",
        STEPS_TO: counted,
      },
      ...(through && { through }),
    });
    const strike = () => void (now && child.kill(now.signal));
    const timer = now?.time === undefined ? undefined : setTimeout(strike, now.time);
    let left = now?.requests ?? 0;
    this.hub.onRequest = () => {
      if (left > 0 && --left === 0) setImmediate(strike);
    };
    const end = await ended;
    clearTimeout(timer);
    if (end.code === 0) {
      this.took[phase] = performance.now() - begun;
      this.steps[phase] = Number(await readFile(counted, "utf8"));
    }
    return end;
  }

  /** The same place once more, on this hub or another that has the same datasets. */
  async copy(hub = this.hub): Promise<Place> {
    const folder = await tmpFolder();
    await cp(this.folder, folder, { recursive: true });
    return new Place(hub, folder);
  }
}

/** The digest of every file below a folder, half-written ones included. */
async function digestsOf(folder: string): Promise<Record<string, string>> {
  const content = Object.entries(await contentOf(folder));
  return Object.fromEntries(content.map(([path, text]) => [path, sha256(text)]));
}

/** The files of one folder. */
function within(content: Record<string, string>, folder: string): Record<string, string> {
  const files = Object.entries(content).filter(([path]) => path.startsWith(`${folder}/`));
  return Object.fromEntries(files.map(([path, text]) => [path.slice(folder.length + 1), text]));
}

const DAYS = { old: "2025-05-06", new: "2025-06-10" };

/**
 * Which snapshot is published: exactly the old or exactly the new one, with nothing half in its place.
 *
 * @param whole what is published before and after
 */
async function publishedIn(
  place: Place,
  whole: Record<"old" | "new", Record<string, string>>,
): Promise<"old" | "new"> {
  const now = await digestsOf(place.published);
  // Between two renames there is none, for an instant: then the next command puts the old one back.
  const latest = [within(now, "latest"), within(now, "latest.old")].find(
    (c) => "manifest.json" in c,
  );
  const state = latest?.["manifest.json"] === whole.new["latest/manifest.json"] ? "new" : "old";
  expect(latest).toEqual(within(whole[state], "latest"));
  expect(within(now, DAYS.old)).toEqual(within(whole.old, DAYS.old));
  // The new day is kept before the list of all days names it.
  const listed = now["index.json"] === whole.new["index.json"];
  if (!listed) expect(now["index.json"]).toBe(whole.old["index.json"]);
  const dated = within(now, DAYS.new);
  if (listed || Object.keys(dated).length > 0) {
    expect(dated).toEqual(within(whole.new, DAYS.new));
    expect(state).toBe("new");
  }
  return state;
}

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

/** A team's place on a hub of its own, as it was published, and the hub a month later. */
async function startPlace(): Promise<Place> {
  const hub = await standIn();
  hub.pageSize = 25;
  addHarbour(hub);
  return new Place(hub, await tmpFolder());
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
  // They were all over the place, before and after the new snapshot took the old one's.
  expect(counts.pull).toBeGreaterThan(10);
  expect(counts.data).toBeGreaterThan(20);
  expect(counts.old).toBeGreaterThan(10);
  expect(counts.new).toBeGreaterThan(5);
}, 240_000);

test("a full disk ends pull or data with a sentence, and what is published stays; with room again it goes on", async () => {
  const place = await startPlace();
  await place.run();
  const old = await digestsOf(place.published);
  sailOn(place.hub);
  const undisturbed = await place.copy();
  await undisturbed.run();
  const whole = { old, new: await digestsOf(undisturbed.published) };
  /** Blocks of 512 bytes that a file may have, what is the first that has more, and who says so. */
  const limits: [number, Phase, RegExp][] = [
    [0, "pull", /^The cache \S+ cannot be written: .* \(EFBIG\)\. .*\n$/], // anything
    [1, "pull", /^The cache \S+ cannot be written: .* \(EFBIG\)\. .*\n$/], // an object
    [4, "pull", /^The cache \S+ cannot be written: .* \(EFBIG\)\. .*\n$/], // a listing
    [18, "data", /^Something could not be written: .* \(EFBIG\)\. .*\n$/], // tables or their descriptions
  ];
  for (const [blocks, failing, said] of limits) {
    const { phase, ended } = await place.run(undefined, `ulimit -f ${blocks}; exec "$@"`);
    expect({ blocks, phase, ...ended }).toMatchObject({ phase: failing, code: 1 });
    expect(ended.err).toMatch(said);
    expect(await digestsOf(place.published)).toEqual(whole.old);
  }
  expect((await place.run()).ended).toMatchObject({ code: 0, err: "" });
  expect(await digestsOf(place.published)).toEqual(whole.new);
  expect(await digestsOf(place.cache)).toEqual(await digestsOf(undisturbed.cache));
});

test.each([1, 2, 3, 4])(
  "with one answer of five spoiled, every table comes out with the same bytes (seed %i)",
  async (seed) => {
    const board = leaderboardSchema.parse(harbour);
    const make = async (hub: StandIn) => {
      const [cache, out] = [await newCache(), join(await tmpFolder(), "tables")];
      const connection = await connectTo(hub, { stall: SHORT_STALL });
      for (const dataset of DATASETS) {
        await pull(connection, cache, { dataset, rev: "main", include: [] });
      }
      const sources = DATASETS.map((name) => `hf://datasets/${name}`);
      await buildSnapshot(board, { sources, out, cache: cache.dir });
      const tried = Object.values(connection.patience.retries).reduce((sum, n) => sum + n, 0);
      return { tables: await digestsOf(out), cached: await digestsOf(cache.dir), tried };
    };
    const hub = (await startPlace()).hub;
    const expected = await make(hub);
    expect(Object.keys(expected.tables)).toContain("modeller.parquet");
    expect(expected.tried).toBe(0);
    hub.faults.atRandom(seed, 0.2);
    const { tried, ...outcome } = await make(hub);
    expect(outcome).toEqual({ tables: expected.tables, cached: expected.cached });
    expect(tried).toBeGreaterThan(5);
  },
);
