// A folder in which a schedule runs npm run pull and then npm run data, on a stand-in of the Hub.
import { cp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { contentOf, sha256, tmpFolder } from "../pipeline/cache/folder.ts";
import { addHarbour } from "../pipeline/hub/harbour.ts";
import { type StandIn, standIn } from "../pipeline/hub/stand-in.ts";
import { type Ended, ROOT, start } from "./process.ts";

export type Phase = "pull" | "data";

/** When and how a command is killed: what is absent does not. */
export interface Kill {
  phase: Phase;
  signal: "SIGKILL" | "SIGINT";
  /** At this step on the disk, see kill-at.ts, so many milliseconds on, or after so many requests. */
  step?: string;
  time?: number;
  requests?: number;
  /** Right after something was renamed to a path that ends so. */
  renamed?: string;
}

/** A folder with a cache and what is published, of a team's leaderboard. */
export class Place {
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

  /** What commands are told of it. */
  get env(): NodeJS.ProcessEnv {
    return {
      HF_ENDPOINT: this.hub.url,
      LEADERBOARD_CONFIG: "tests/fixtures/harbour.config.ts",
      PUBLIC_DIR: join(this.folder, "public"),
    };
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
        ...this.env,
        KILL_RENAMED: now?.renamed ?? "",
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
export async function digestsOf(folder: string): Promise<Record<string, string>> {
  const content = Object.entries(await contentOf(folder));
  return Object.fromEntries(content.map(([path, text]) => [path, sha256(text)]));
}

/** The files of one folder. */
export function within(content: Record<string, string>, folder: string): Record<string, string> {
  const files = Object.entries(content).filter(([path]) => path.startsWith(`${folder}/`));
  return Object.fromEntries(files.map(([path, text]) => [path.slice(folder.length + 1), text]));
}

export const DAYS = { old: "2025-05-06", new: "2025-06-10" };

/**
 * Which snapshot is published: exactly the old or exactly the new one, with nothing half in its place.
 *
 * @param whole what is published before and after
 */
export async function publishedIn(
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

/** A team's place on a hub of its own, as it was published, and the hub a month later. */
export async function startPlace(): Promise<Place> {
  const hub = await standIn();
  hub.pageSize = 25;
  addHarbour(hub);
  return new Place(hub, await tmpFolder());
}
