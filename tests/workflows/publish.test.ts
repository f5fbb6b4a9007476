// .github/workflows/publish.yml: what it says, and its commands run in order against a stand-in Hub.
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import type { SnapshotIndex } from "../../src/core/records/snapshot-index.ts";
import { serve } from "../../src/pipeline/built/serve.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import { commitFiles, standIn } from "../pipeline/hub/stand-in.ts";
import { readJson } from "../pipeline/snapshot/snapshot.ts";
import { kitchenRuns } from "../pipeline/sources/kitchen.ts";
import { contextOf, type Happened, isMet, jobsAfter, nameOf, replace, runJob } from "./machine.ts";
import { ROOT, readWorkflow } from "./workflow.ts";

const workflow = await readWorkflow("publish.yml");
const { jobs } = workflow;
const steps = Object.values(jobs).flatMap((job) => job.steps);

describe("the workflow", () => {
  test("starts every day, by hand or a webhook, and when the code changes", () => {
    expect(workflow.on.push.branches).toEqual(["main"]);
    const days = workflow.on.schedule.map(({ cron }) => cron.split(" ").at(-1));
    expect(days).toEqual(["1-6", "0"]);
    expect(Object.keys(workflow.on)).toEqual(["schedule", "workflow_dispatch", "push"]);
    for (const input of Object.values(workflow.on.workflow_dispatch.inputs))
      expect(input).toMatchObject({ type: "boolean", default: false });
  });

  test("may do no more than it must, and only the last job may publish", () => {
    expect(workflow.permissions).toEqual({});
    const permissions = Object.entries(jobs).map(([name, job]) => [name, job.permissions]);
    expect(Object.fromEntries(permissions)).toEqual({
      data: { contents: "read", pages: "read" },
      test: { contents: "read" },
      build: { contents: "read", pages: "read" },
      deploy: { pages: "write", "id-token": "write" },
    });
    expect(jobs.deploy!.needs).toEqual(["test", "build"]);
    expect(jobs.deploy!.environment!.name).toBe("github-pages");
    // The only job that may publish runs no code of ours, nor of a package.
    expect(jobs.deploy!.steps.map(({ uses }) => uses)).toEqual([
      expect.stringMatching(/^actions\/deploy-pages@/),
    ]);
  });

  test("runs one at a time, to its end, and not for ever", () => {
    expect(workflow.concurrency).toEqual({ group: "publish", "cancel-in-progress": false });
    for (const job of Object.values(jobs)) expect(job["timeout-minutes"]).toBeGreaterThan(0);
  });

  test("lets a pull end by itself, before its step is killed, and its step before the job", () => {
    const pulls = jobs.data!.steps.filter((s) => s.run?.startsWith("npm run pull"));
    expect(pulls.map(nameOf)).toEqual(["Pull", "Model facts"]);
    for (const { run, "timeout-minutes": limit } of pulls)
      expect(Number(/ --budget (\d+)/.exec(run!)![1])).toBeLessThan(limit!);
    const all = pulls.reduce((sum, step) => sum + step["timeout-minutes"]!, 0);
    expect(all).toBeLessThan(jobs.data!["timeout-minutes"]);
    // GitHub ends a job after 6 hours:
    // https://docs.github.com/en/actions/reference/limits
    expect(jobs.data!["timeout-minutes"]).toBeLessThan(360);
    // The Hub answers 500 requests in 5 minutes; https://huggingface.co/docs/hub/rate-limits
    const facts = pulls[1]!;
    const models = Number(/ --limit (\d+)/.exec(facts.run!)![1]);
    expect((2 * models) / 100).toBeLessThan(facts["timeout-minutes"]!);
  });

  test("keeps what was pulled where anything may have come, facts that broke off included", () => {
    const save = jobs.data!.steps.find((s) => s.uses?.startsWith("actions/cache/save@"))!;
    const restore = jobs.data!.steps.find((s) => s.uses?.startsWith("actions/cache/restore@"))!;
    expect(save.with!.path).toBe(restore.with!.path);
    const isKept = (pull: string, fetched: string | undefined, facts: string) => {
      const steps = { pull: { outcome: pull, outputs: { fetched } }, facts: { outcome: facts } };
      return isMet(
        save.if,
        contextOf({ event_name: "schedule" }, { steps }, () => true),
      );
    };
    expect(isKept("success", "false", "skipped")).toBe(false);
    expect(isKept("success", "false", "failure")).toBe(true);
    expect(isKept("success", "true", "skipped")).toBe(true);
    expect(isKept("failure", undefined, "skipped")).toBe(true);
    expect(isKept("skipped", undefined, "skipped")).toBe(false);
  });

  test("has no text of others in a command, and only commands that exist", () => {
    const lines = steps.flatMap(({ run }) => run ?? []);
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      expect(line).not.toContain("${{");
      const [, script] = /^npm run ([\w:]+)(?: |$)/.exec(line) ?? [];
      if (script) expect(Object.keys(packageJson.scripts)).toContain(script);
      // Of an empty variable, bash would remove another folder: `:?` ends it instead.
      else expect(["npm ci", "npm test", `rm -rf "\${LEADERBOARD_CACHE:?}/tmp"`]).toContain(line);
    }
  });

  test("asks for the models' facts on the slower of its schedules and by hand, and for a token only to pull", () => {
    const [facts, ...others] = jobs.data!.steps.filter((s) => s.run?.includes("--facts"));
    expect(others).toEqual([]);
    expect(facts).toMatchObject({ "continue-on-error": true });
    const runs = ({ cron }: { cron: string }) =>
      isMet(
        facts!.if,
        contextOf({ event_name: "schedule", schedule: cron }, {}, () => false),
      );
    expect(workflow.on.schedule.map(runs)).toEqual([false, true]);
    const byHand = (inputs: Record<string, boolean>) =>
      isMet(
        facts!.if,
        contextOf({ event_name: "workflow_dispatch", inputs }, {}, () => false),
      );
    expect([byHand({}), byHand({ facts: true })]).toEqual([false, true]);
    expect(workflow.on.workflow_dispatch.inputs).toHaveProperty("facts");
    const withToken = steps.filter((s) => JSON.stringify(s).includes("secrets."));
    expect(withToken.map(nameOf)).toEqual(["Pull", "Model facts"]);
  });

  test("goes by itself only where the repository says so", () => {
    const starts = (happened: Happened) =>
      isMet(
        jobs.data!.if,
        contextOf(happened, {}, () => false),
      );
    expect(starts({ event_name: "push" })).toBe(false);
    expect(starts({ event_name: "schedule", vars: { PUBLISH: "no" } })).toBe(false);
    expect(starts({ event_name: "schedule", vars: { PUBLISH: "true" } })).toBe(true);
    expect(starts({ event_name: "workflow_dispatch" })).toBe(true);
  });
});

/** A repository with its Pages, and a dataset on the Hub. */
async function scene() {
  const hub = await standIn();
  const dataset = hub.dataset("cook/results", kitchenRuns(40));
  const root = await tmpFolder();
  const config = join(root, "leaderboard.config.ts");
  const tiny = JSON.stringify(join(ROOT, "tests/fixtures/tiny.config.ts"));
  await writeFile(
    config,
    `import tiny from ${tiny};\nexport default { ...tiny, snapshot: "none", hub: { results: "cook/results" } };\n`,
  );
  const site = join(root, "site");
  await mkdir(site);
  const pages = await serve(site);
  onTestFinished(() => pages.close());
  const at = { public: join(root, "public"), cache: join(root, "hub"), kept: join(root, "kept") };
  let saves = 0;

  /** Runs the workflow on a machine that starts empty, up to the tables; publishes where it would. */
  const go = async (happened: Happened) => {
    await replace(join(root, "none"), at.public);
    await replace(join(root, "none"), at.cache);
    const ran = await runJob(
      jobs.data!,
      happened,
      join(root, "machine"),
      {
        HF_ENDPOINT: hub.url,
        HF_TOKEN_PATH: "/nonexistent",
        PUBLIC_DIR: at.public,
        LEADERBOARD_CACHE: at.cache,
      },
      {
        "actions/configure-pages": async () => ({ base_url: pages.url }),
        "actions/cache/restore": async () => {
          await replace(at.kept, at.cache);
          return {};
        },
        "actions/cache/save": async () => {
          saves++;
          await replace(at.cache, at.kept);
          return {};
        },
      },
    );
    const after = jobsAfter(workflow, happened, "data", ran);
    if (after.includes("deploy")) await replace(join(at.public, "data"), join(site, "data"));
    return { ...ran, after };
  };
  const published = async () => {
    const { snapshots, latest } = await readJson<SnapshotIndex>(site, "data/index.json");
    return { latest, rows: snapshots.map((s) => s.rows.models) };
  };
  const vars = { PUBLISH: "true", LEADERBOARD_CONFIG: config };
  return { hub, dataset, site, go, vars, published, kept: at.kept, saves: () => saves };
}

const ALL = ["data", "test", "build", "deploy"];
const PULL = "Pull";

test("publishes what is new, and nothing where nothing is; holds back what is lost until a person lets it pass", async () => {
  const { hub, dataset, site, go, vars, published, saves } = await scene();
  const nightly: Happened = { event_name: "schedule", schedule: "17 4 * * 1-6", vars };
  const byHand = (inputs: Record<string, boolean>): Happened => ({
    event_name: "workflow_dispatch",
    inputs,
    vars,
  });

  // Nothing is published: only who says that it is the first time gets past that.
  const mistaken = await go(nightly);
  expect(mistaken).toMatchObject({ failed: true, after: [] });
  expect(mistaken.said["Bring back what is published"]).toContain("add --first");
  expect(await readdir(site)).toEqual([]);
  const first = await go(byHand({ first: true }));
  expect(first).toMatchObject({ failed: false, after: ALL, outputs: { publish: "true" } });
  expect(first.summary).toContain("40 evaluations");
  expect(await published()).toEqual({ latest: "2026-11-24", rows: [40] });

  // Nothing new: one question to the Hub, nothing published, nothing kept again.
  const asked = hub.log.length;
  const idle = await go(nightly);
  expect(idle).toMatchObject({ failed: false, after: ["data"], outputs: { publish: "false" } });
  expect(idle.skipped).toEqual([
    "Model facts",
    "Keep what was pulled, also half of it",
    "Hand on the tables",
  ]);
  expect(hub.log.length - asked).toBe(1);
  expect(saves()).toBe(1);
  // Unless the code is new, or somebody wants it so.
  expect((await go({ event_name: "push", vars })).after).toEqual(ALL);
  expect((await go(byHand({ force: true }))).after).toEqual(ALL);
  expect((await published()).rows).toEqual([40]);

  // A new result file.
  commitFiles(dataset, kitchenRuns(41));
  expect((await go(byHand({}))).after).toEqual(ALL);
  expect(await published()).toEqual({ latest: "2026-11-24.2", rows: [41, 40] });

  // Two of 41 are gone: 5 %.
  commitFiles(dataset, kitchenRuns(39));
  const before = await readFile(join(site, "data/latest/manifest.json"), "utf8");
  const held = await go(nightly);
  expect(held).toMatchObject({ failed: true, after: [], outputs: { publish: "false" } });
  expect(held.said["Make the tables"]).toContain("Held back: ");
  expect(held.summary).toMatch(
    /^### Held back\n[\s\S]*\n {4}Held back: .* 2 of 41 [\s\S]*\*\*allow-loss\*\*/,
  );
  expect(await readFile(join(site, "data/latest/manifest.json"), "utf8")).toBe(before);
  // A change of the code is published all the same, with the tables that are published.
  const code = await go({ event_name: "push", vars });
  expect(code).toMatchObject({ failed: false, after: ALL });
  expect(code.summary).toMatch(
    /^### Held back\n[\s\S]*\n### The published tables stay\n\nNew tables are held back: /,
  );
  expect(await readFile(join(site, "data/latest/manifest.json"), "utf8")).toBe(before);
  expect((await published()).rows).toEqual([41, 40]);
  expect((await go(byHand({ "allow-loss": true }))).after).toEqual(ALL);
  expect(await published()).toEqual({ latest: "2026-11-24.3", rows: [39, 41, 40] });
});

test("while the Hub refuses, a change of the code is published with the tables that are published", async () => {
  const { dataset, go, vars, published } = await scene();
  const push: Happened = { event_name: "push", vars };
  expect(
    (await go({ ...push, event_name: "workflow_dispatch", inputs: { first: true } })).after,
  ).toEqual(ALL);
  dataset.gated = "auto";
  commitFiles(dataset, kitchenRuns(41));
  const code = await go(push);
  expect(code).toMatchObject({ failed: false, after: ALL });
  expect(code.said[PULL]).toContain("is gated");
  expect(code.summary).toMatch(
    /^### The published tables stay\n\nThe datasets could not be pulled: .* so that they stay\.$/m,
  );
  expect((await published()).rows).toEqual([40]);
  // Nobody waits for a run by timetable: it is red, so that somebody looks.
  expect(await go({ ...push, event_name: "schedule" })).toMatchObject({ failed: true, after: [] });
});

test("a pull that is cut short goes on with the next run", async () => {
  const { hub, go, vars, kept, saves } = await scene();
  const happened: Happened = { event_name: "workflow_dispatch", inputs: { first: true }, vars };
  // From some moment on the Hub wants a token that nobody gave.
  let files = 0;
  hub.onRequest = ({ operation }) => {
    if (operation === "resolve" && ++files === 20)
      hub.repos.get("datasets/cook/results")!.gated = "auto";
  };
  const cut = await go(happened);
  expect(cut).toMatchObject({ failed: true, after: [] });
  expect(cut.skipped).toEqual(["Model facts", "Make the tables", "Hand on the tables"]);
  expect(saves()).toBe(1);
  hub.repos.get("datasets/cook/results")!.gated = false;
  // As of a machine that was switched off while it pulled.
  await mkdir(join(kept, "tmp"), { recursive: true });
  await writeFile(join(kept, "tmp/other-machine.17.0.pull"), "");
  const next = await go(happened);
  expect(next.after).toEqual(ALL);
  expect(next.said[PULL]).toContain("Not pruned, the next pull can.");
  expect(await readdir(kept)).not.toContain("tmp");
  const fetched = Number(/; (\d+) fetched/.exec(next.said[PULL]!)![1]);
  expect(fetched).toBeGreaterThan(0);
  expect(fetched).toBeLessThan(30);
});
