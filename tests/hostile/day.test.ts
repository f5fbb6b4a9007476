// A day of a leaderboard on which everything fails at random, and readers who never stop reading: pull, tables, build,
// publish, hour after hour, while the Hub spoils its answers, the disk is full and whatever runs is killed.
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseManifest } from "../../src/core/records/manifest.ts";
import { sha256, tmpFolder } from "../pipeline/cache/folder.ts";
import { type Fault, mulberry32 } from "../pipeline/hub/faults.ts";
import { addHarbour, runOfHour } from "../pipeline/hub/harbour.ts";
import { commitFiles, type Repo, type StandIn, standIn } from "../pipeline/hub/stand-in.ts";
import { type Ended, ROOT, start } from "../scripts/process.ts";
import { tried } from "./counts.ts";
import { ODD_ANSWERS } from "./odd-answers.ts";

const HOURS = 24;
/** Those that need no waiting for: a stall takes half a minute each. */
const FAULTS: Fault[] = [
  "500",
  "502",
  "503",
  "reset",
  "reset in the body",
  "truncated",
  "garbled",
  "too much",
];
const ODD = ["a page", "a list of null", "an object", "no HTTP", "an endless 404", "half of JSON"];

type Step = "pull" | "data" | "build" | "publish";

/** What goes wrong in an hour, beside single answers. */
interface Trouble {
  /** Of all answers, the share that is spoiled. */
  share: number;
  odd: string | null;
  killed: Step | null;
  full: Step | null;
}

test("whatever fails, the published site is whole at every moment, and up to date in the end", async () => {
  const random = mulberry32(24);
  const place = await settle();
  const calm: Trouble = { share: 0, odd: null, killed: null, full: null };
  expect(await place.hour(calm, random)).toEqual([]);
  const reader = read(place);
  const counts = { spoiled: 0, odd: 0, killed: 0, full: 0, failed: 0 };
  for (let hour = 1; hour <= HOURS; hour++) {
    if (hour % 3 === 1) place.arrive(hour);
    const trouble = draw(random);
    const failed = await place.hour(trouble, random);
    if (trouble.odd) counts.odd++;
    if (trouble.killed) counts.killed++;
    if (trouble.full) counts.full++;
    counts.failed += failed.length;
  }
  counts.spoiled = place.spoiled;
  place.arrive(HOURS + 1);
  expect(await place.hour(calm, random)).toEqual([]);
  const { reads, sites, instants, problems } = await reader.end();
  tried(
    "hours of random faults",
    HOURS,
    `${counts.spoiled} answers spoiled, ${counts.odd} hours of odd answers, ${counts.killed} kills, ${counts.full} full disks; ${counts.failed} steps failed`,
  );
  tried(
    "reads of the site meanwhile",
    reads,
    `${sites} published states, none broken; ${instants} times none on the disk for an instant`,
  );
  expect(problems).toEqual([]);
  expect(sites).toBeGreaterThan(3);
  expect(counts.failed).toBeGreaterThan(3);
  expect(reads).toBeGreaterThan(200);
  // All that has arrived is in the site.
  const models = JSON.parse(String(place.site().get("api/v1/models.json"))) as unknown;
  for (const model of place.arrived) expect(JSON.stringify(models)).toContain(model);
}, 900_000);

function draw(random: () => number): Trouble {
  const one = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)]!;
  return {
    share: one([0, 0.1, 0.3]),
    odd: random() < 0.2 ? one(ODD) : null,
    killed: random() < 0.45 ? one(["pull", "data", "build", "publish"] as const) : null,
    full: random() < 0.15 ? one(["pull", "data", "build"] as const) : null,
  };
}

class Place {
  readonly hub: StandIn;
  readonly repo: Repo;
  readonly folder: string;
  readonly arrived: string[] = [];
  spoiled = 0;
  /** Whether there are tables that the published site does not have, and whether `dist` is a whole site of them. */
  #isDue = true;
  #isBuilt = false;

  constructor(hub: StandIn, repo: Repo, folder: string) {
    this.hub = hub;
    this.repo = repo;
    this.folder = folder;
  }

  get published(): string {
    return join(this.folder, "public/data");
  }

  /** Files of the site as it is published now. */
  site(): Map<string, Buffer> {
    return this.repo.commits.find(({ oid }) => oid === this.repo.branches.get("main"))!.files;
  }

  /** Somebody's run is uploaded. */
  arrive(hour: number): void {
    const { model, files } = runOfHour(hour);
    const repo = this.hub.repos.get("datasets/havnelauget/resultater")!;
    commitFiles(repo, { ...Object.fromEntries(repo.commits.at(-1)!.files), ...files });
    this.arrived.push(model);
  }

  /** What the schedule does: each step only where the one before has ended well. @returns those that failed */
  async hour(trouble: Trouble, random: () => number): Promise<Step[]> {
    this.#spoil(trouble, random);
    const cache = ["--cache", join(this.folder, "hub")];
    const before = await this.#index();
    if ((await this.#step("pull", "pull", cache, trouble, random)).code !== 0) return ["pull"];
    const data = await this.#step("data", "data", ["--hub", ...cache], trouble, random);
    // Tables that a killed run has put in their place are there all the same.
    if ((await this.#index()) !== before) {
      this.#isDue = true;
      this.#isBuilt = false;
    }
    if (data.code !== 0) return ["data"];
    if (!this.#isDue) return [];
    if (!this.#isBuilt) {
      const built = await this.#step("build", "astro", ["build"], trouble, random);
      if (built.code !== 0) return ["build"];
      this.#isBuilt = true;
    }
    const args = [join(this.folder, "dist")];
    const sent = await this.#step(
      "publish",
      "../tests/hostile/publish-site",
      args,
      trouble,
      random,
    );
    if (sent.code !== 0) return ["publish"];
    this.#isDue = false;
    return [];
  }

  #index(): Promise<string> {
    return readFile(join(this.published, "latest/manifest.json"), "utf8").catch(() => "");
  }

  #spoil({ share, odd }: Trouble, random: () => number): void {
    this.hub.faults.next = () => {
      if (random() >= share) return null;
      this.spoiled++;
      return FAULTS[Math.floor(random() * FAULTS.length)]!;
    };
    let left = odd ? 2 : 0;
    this.hub.instead = (_, response) => {
      if (left === 0 || random() > 0.1) return false;
      left--;
      ODD_ANSWERS[odd!]!(response);
      return true;
    };
  }

  async #step(
    step: Step,
    script: Parameters<typeof start>[0],
    args: string[],
    trouble: Trouble,
    random: () => number,
  ): Promise<Ended> {
    const kill = trouble.killed === step;
    const { child, ended } = start(script, args, {
      env: {
        HF_ENDPOINT: this.hub.url,
        ...(step === "publish" && { HF_TOKEN: "hf_w" }),
        LEADERBOARD_CONFIG: "tests/fixtures/harbour.config.ts",
        PUBLIC_DIR: join(this.folder, "public"),
        OUT_DIR: join(this.folder, "dist"),
        PICTURES_CACHE: join(this.folder, "pictures"),
        ...(kill &&
          step !== "build" && {
            NODE_OPTIONS: `--import ${join(ROOT, "tests/scripts/kill-at.ts")}`,
            KILL_AT: `${Math.ceil(random() * 60)}+`,
          }),
      },
      ...(trouble.full === step && {
        through: `ulimit -f ${Math.floor(random() * 20)}; exec "$@"`,
      }),
    });
    const timer = kill ? setTimeout(() => child.kill("SIGKILL"), 500 + 5000 * random()) : undefined;
    const end = await ended;
    clearTimeout(timer);
    return end;
  }
}

/** A team's leaderboard on a stand-in, and a dataset for its site. */
async function settle(): Promise<Place> {
  const hub = await standIn();
  hub.pageSize = 25;
  addHarbour(hub);
  hub.tokens.set("hf_w", { account: "ann", displayName: "ci", role: "write" });
  const repo = hub.dataset("synthetic/site", {}, { members: ["ann"] });
  const folder = await tmpFolder();
  await mkdir(join(folder, "public"), { recursive: true });
  await copyFile(join(ROOT, "public/favicon.svg"), join(folder, "public/favicon.svg"));
  return new Place(hub, repo, folder);
}

interface Seen {
  reads: number;
  /** States of the published site that were looked at. */
  sites: number;
  instants: number;
  problems: string[];
}

/** Reads the published site, and the tables on the disk, again and again until told to end. */
function read(place: Place): { end: () => Promise<Seen> } {
  const seen: Seen = { reads: 0, sites: 0, instants: 0, problems: [] };
  const known = new Set<string>();
  let isOver = false;
  const reading = (async () => {
    while (!isOver) {
      const head = place.repo.branches.get("main")!;
      if (!known.has(head)) {
        known.add(head);
        seen.sites++;
        seen.problems.push(...siteProblems(place.site()).map((problem) => `${head}: ${problem}`));
      }
      for (const folder of [
        join(place.published, "latest"),
        join(place.folder, "dist/data/latest"),
      ]) {
        const problem = await tableProblem(folder);
        if (problem === "none") seen.instants++;
        else if (problem) seen.problems.push(problem);
      }
      seen.reads++;
      await new Promise((done) => setTimeout(done, 50));
    }
  })();
  return {
    end: async () => {
      isOver = true;
      await reading;
      return seen;
    },
  };
}

/** What a visitor would miss. */
function siteProblems(files: Map<string, Buffer>): string[] {
  const html = String(files.get("index.html") ?? "");
  if (!html.trimEnd().endsWith("</html>")) return ["index.html is not whole"];
  const links = [...html.matchAll(/(?:href|src)="(\/[^"#?]*)/g)].map(([, path]) =>
    decodeURI(path!.slice(1)),
  );
  const lost = links.filter((path) => !files.has(path) && !files.has(join(path, "index.html")));
  const problems = [...new Set(lost)].map(
    (path) => `index.html leads to ${path}, which is not there`,
  );
  const index = JSON.parse(String(files.get("data/index.json"))) as {
    snapshots: { name: string }[];
  };
  for (const name of ["latest", ...index.snapshots.map((s) => s.name)]) {
    const manifest = parseManifest(String(files.get(`data/${name}/manifest.json`)), name);
    for (const [file, entry] of Object.entries({ ...manifest.files, ...manifest.documents })) {
      const bytes = files.get(`data/${name}/${file}`);
      if (!bytes || sha256(bytes) !== entry.sha256)
        problems.push(`data/${name}/${file} is not what its manifest says`);
    }
  }
  return problems;
}

/** A folder of tables as a reader finds it who does not know that another may take its place. */
async function tableProblem(folder: string): Promise<string | null> {
  const list = await readFile(join(folder, "manifest.json"), "utf8").catch(() => null);
  if (list === null) return "none";
  const manifest = parseManifest(list, folder);
  for (const [file, entry] of Object.entries({ ...manifest.files, ...manifest.documents })) {
    const bytes = await readFile(join(folder, file)).catch(() => null);
    if (bytes && sha256(bytes) === entry.sha256) continue;
    const now = await readFile(join(folder, "manifest.json"), "utf8").catch(() => null);
    if (now === list) return `${file} on the disk is not what its manifest says`;
    return null;
  }
  return null;
}
