// What a wrong configuration is told: the file, the field, and what it must be.
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { UserError } from "../../../src/core/records/user-error.ts";
import { loadLeaderboard } from "../../../src/pipeline/commands/configuration.ts";
import { list, oneLine, run } from "../../../src/pipeline/commands/terminal.ts";
import harbour from "../../fixtures/harbour.config.ts";
import { start } from "../../scripts/process.ts";
import { tmpFolder } from "../cache/folder.ts";
import { writeText } from "../sources/harness.ts";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = 0;
});

/** This process is to live on. */
const PATIENT = { still: 60_000, failed: Number.POSITIVE_INFINITY };

/** The harbour's config with other fields, as a file of its own. */
async function configOf(change: object): Promise<string> {
  const text = `export default ${JSON.stringify({ ...harbour, ...change })};\n`;
  return writeText(join(await tmpFolder(), "board.config.mjs"), text);
}

async function said(file: string): Promise<string> {
  vi.stubEnv("LEADERBOARD_CONFIG", file);
  const error = await loadLeaderboard().catch((e) => e);
  expect(error).toBeInstanceOf(UserError);
  expect(error.message).not.toContain("\n");
  expect(error.message.startsWith(file)).toBe(true);
  return error.message.slice(file.length);
}

const [suite] = harbour.suites as { benchmarks: object[] }[];
const withBenchmark = (change: object) => ({
  suites: [{ ...suite, benchmarks: [{ ...suite!.benchmarks[1], ...change }] }],
});

test("the harbour's config is right as it is", async () => {
  vi.stubEnv("LEADERBOARD_CONFIG", await configOf({}));
  expect(await loadLeaderboard()).toMatchObject({ title: "Havnetavlen", languages: ["da", "kl"] });
});

test.each<[string, object, string]>([
  ["a title that is missing", { title: undefined }, "field title: is missing, must be text"],
  [
    "a misspelt field",
    { langauges: ["da"] },
    'has no "langauges"; its fields are title, tagline, ',
  ],
  [
    "a dataset's address",
    { hub: { results: "https://huggingface.co/datasets/a/b" } },
    "field hub.results: must be a dataset like OWNER/NAME",
  ],
  [
    "a kind of dataset that is none",
    { hub: { resultater: "a/b" } },
    'field hub: has no "resultater"; its fields are results, contents, requests, votes',
  ],
  ["no suite", { suites: [] }, "field suites: must not be empty"],
  ["a suite that is no list", { suites: suite }, "field suites: must be a list, is an object"],
  [
    "a language in words",
    { languages: ["dansk"] },
    "field languages.0: must be a code like en or pt-BR",
  ],
  ["a list of stars for a folder", { curated: [] }, "field curated: must be text, is a list"],
  [
    "an author as text",
    { authors: ["Åse"] },
    'field authors.0: must be a person, { given: "Ada", family: "Lovelace" }, or a team',
  ],
  [
    "a home without https",
    { homepage: "havn.example" },
    "field homepage: must be an address like ",
  ],
  [
    "a baseline in percent",
    withBenchmark({ baseline: 10 }),
    "field suites.0.benchmarks.0.baseline: must be less than 1",
  ],
  [
    "a way to score that is none",
    withBenchmark({ score: "median" }),
    'field suites.0.benchmarks.0.score: must be one of "task", "mean_of_subtasks"',
  ],
  [
    "shots as text",
    withBenchmark({ shots: "5" }),
    "field suites.0.benchmarks.0.shots: must be a number, is text",
  ],
])("%s is told with its file, its field and what it must be", async (_, change, expected) => {
  expect(await said(await configOf(change))).toContain(`: ${expected}`);
});

test("a file that is not there, is no code or gives nothing", async () => {
  const folder = await tmpFolder();
  expect(await said(join(folder, "none.ts"))).toMatch(/^ cannot be read: /);
  expect(await said(await writeText(join(folder, "a.mjs"), "export default {"))).toMatch(
    /^ cannot be read: /,
  );
  expect(await said(await writeText(join(folder, "b.mjs"), "export const title = 1;"))).toBe(
    ": is missing, must be an object",
  );
});

test("pull, data and build all end with that sentence, and do nothing", async () => {
  const config = await configOf({ title: 7 });
  const env = { LEADERBOARD_CONFIG: config, PUBLIC_DIR: await tmpFolder() };
  for (const [script, args] of [
    ["pull", []],
    ["data", ["--source", "hf://datasets/a/b"]],
    ["astro", ["build"]],
  ] as const) {
    const { code, out, err } = await start(script, [...args], { env }).ended;
    expect({ script, code, out, err }).toEqual({
      script,
      code: 1,
      out: "",
      err: `${config}: field title: must be text, is a number\n`,
    });
  }
});

test("what a disk refuses is a sentence, whoever wrote; what nobody expects is a crash", async () => {
  const print = vi.spyOn(console, "error").mockImplementation(() => {});
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), {
    code: "ENOSPC",
  });
  // As DuckDB words it.
  const words = new Error('IO Error: Could not write file "/x/y.parquet": No space left on device');
  for (const error of [full, words]) await run(() => Promise.reject(error), PATIENT);
  expect(print.mock.calls).toEqual(
    Array(2).fill([
      "Something could not be written: its disk is full (ENOSPC). What was whole before stays whole; " +
        "mend that and run the same command again.",
    ]),
  );
  expect(process.exitCode).toBe(1);
  const crash = () => Promise.reject(new TypeError("x is no function"));
  await expect(run(crash, PATIENT)).rejects.toThrow("x is");
});

test("what others wrote gives a log no command and no line of its own", () => {
  const hostile = "a\n::error::pwned\r\n##[group]x\u001b[2J";
  expect(oneLine(hostile)).not.toMatch(/::|##\[|\p{Cc}/u);
  const printed = vi.spyOn(console, "log").mockImplementation(() => {});
  list("Rejected", ["::set-output name=changed::true", hostile]);
  const lines = printed.mock.calls.map(([text]) => String(text));
  expect(lines).toHaveLength(3);
  for (const text of lines) expect(text).not.toMatch(/::|##\[|\n/);
});

test("nor does an error that quotes it", async () => {
  const printed = vi.spyOn(console, "error").mockImplementation(() => {});
  await run(async () => {
    throw new UserError("x is not valid JSON:\n::error::pwned");
  }, PATIENT);
  expect(String(printed.mock.calls[0]![0])).not.toContain("::");
});

test("--shard and --merge-shards are two steps", async () => {
  const { code, err } = await start("data", ["--shard", "1/2", "--merge-shards"]).ended;
  expect(code).toBe(1);
  expect(err).toBe("--merge-shards comes when all parts are there: leave --shard away.\n");
});

/** A command of its own, in a process of its own: what its code does, and with which patience. */
function ended(work: string, patience: object) {
  const script = `
    import { UserError } from ${JSON.stringify(resolve("src/core/records/user-error.ts"))};
    import { run } from ${JSON.stringify(resolve("src/pipeline/commands/terminal.ts"))};
    import { during } from ${JSON.stringify(resolve("src/pipeline/installed/steps.ts"))};
    await run(async () => { ${work} }, ${JSON.stringify(patience)});`;
  const args = ["--input-type=module-typescript", "--eval", script];
  const options = { encoding: "utf8", timeout: 30_000 } as const;
  const { status, signal, stderr } = spawnSync(process.execPath, args, options);
  return { status, signal, stderr };
}

test("what takes long is named while it does", () => {
  const work = `await during("reading a\\u001b[2J", () => new Promise((done) => setTimeout(done, 900)));`;
  const { status, stderr } = ended(work, { still: 300, failed: 300 });
  expect(status).toBe(0);
  expect(stderr).toMatch(/^(Still reading a \[2J, for .+ now\.\n)+$/);
});

test("a failure ends it, whatever is still under way, and that is named", () => {
  const work = `
    setInterval(() => {}, 1000);
    during("writing scores", () => new Promise(() => {}));
    throw new UserError("The disk is full.");`;
  expect(ended(work, { still: 60_000, failed: 300 })).toEqual({
    status: null,
    signal: "SIGKILL",
    stderr:
      "The disk is full.\nIt has failed, and does not end: it still waits for writing scores. It is killed.\n",
  });
});
