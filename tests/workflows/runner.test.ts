// examples/runner: what runs a runner by timetable names commands and options that there are.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { expect, test } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { OPTIONS } from "../../src/pipeline/commands/runner.ts";
import { ROOT, readWorkflowAt } from "./workflow.ts";

const readText = (name: string) => readFile(join(ROOT, "examples/runner", name), "utf8");

/** What comes after the command's name, as the command itself takes it apart. */
function optionsOf(command: string): Record<string, unknown> {
  const [, words] = /(?:npm run runner --|scripts\/runner\.ts) (.*?)(?: >>.*)?$/m.exec(command)!;
  return parseArgs({ args: words!.split(" "), options: OPTIONS, allowPositionals: true }).values;
}

/** What a shell says of a script that it only reads. */
function complaints(shell: "sh" | "bash", script: string): string {
  return spawnSync(shell, ["-n"], { input: script, encoding: "utf8" }).stderr;
}

/** Lines that are no comment. */
const lines = (text: string) => text.split("\n").filter((line) => /^[^#\s]/.test(line));

test("the workflow works by timetable or by hand, one at a time, on a machine of one's own", async () => {
  const workflow = await readWorkflowAt("examples/runner/runner.yml");
  expect(Object.keys(workflow.on)).toEqual(["schedule", "workflow_dispatch"]);
  expect(workflow.concurrency).toEqual({ group: "runner", "cancel-in-progress": false });
  const [job, ...more] = Object.values(workflow.jobs);
  expect(more).toEqual([]);
  expect(job!["runs-on"]).toContain("self-hosted");
  expect(job!.permissions).toEqual({ contents: "read" });
});

test("only the step that runs requests has the token", async () => {
  const workflow = await readWorkflowAt("examples/runner/runner.yml");
  const { steps, ...job } = workflow.jobs.run!;
  const having = steps.filter((step) => JSON.stringify(step).includes("secrets."));
  expect(having.map(({ run, env }) => [run, env])).toEqual([
    [
      "npm run runner -- --for 10",
      { HF_TOKEN: expect.stringMatching(/^\$\{\{ secrets\.HF_TOKEN \}\}$/) },
    ],
  ]);
  expect(JSON.stringify(job)).not.toContain("secrets.");
});

test("its commands are there, the lock file's packages are what is installed, and the time is enough", async () => {
  const { steps, ...job } = (await readWorkflowAt("examples/runner/runner.yml")).jobs.run!;
  const commands = steps.flatMap(({ run }) => run ?? []);
  expect(commands.slice(0, 2)).toEqual(["npm ci", "npm run runner -- install"]);
  for (const [, name] of commands.join("\n").matchAll(/npm run ([\w:-]+)/g)) {
    expect(packageJson.scripts).toHaveProperty(name!);
  }
  const hours = Number(optionsOf(commands.at(-1)!).for) + Number(OPTIONS.hours.default);
  expect(job["timeout-minutes"]).toBeGreaterThanOrEqual(hours * 60);
});

test("the crontab has times, and a line that a shell reads", async () => {
  const [path, ...jobs] = lines(await readText("crontab"));
  expect(path).toMatch(/^PATH=\/[\w/:]+$/);
  expect(jobs).toHaveLength(1);
  for (const line of jobs) {
    const [, command] = /^[\d*,/-]+ [\d*]+ [\d*]+ [\d*]+ [\d*,-]+ (.*)$/.exec(line)!;
    // To cron it is the end of a line.
    expect(command).not.toContain("%");
    expect(complaints("sh", command!)).toBe("");
    expect(optionsOf(command!).for).toBe("10");
  }
  expect(complaints("sh", "cd x && (")).not.toBe("");
});

test("the job's script is one that bash reads, asks sbatch before its first command, and becomes the runner", async () => {
  const text = await readText("runner.sbatch");
  expect(text).toMatch(/^#!\/bin\/bash\n/);
  expect(complaints("bash", text)).toBe("");
  const commands = lines(text);
  expect(text.lastIndexOf("#SBATCH")).toBeLessThan(text.indexOf(commands[0]!));
  const options = [...text.matchAll(/^#SBATCH (\S+)$/gm)].map((match) => match[1]!);
  expect(options).toEqual(
    expect.arrayContaining([
      "--dependency=singleton",
      expect.stringMatching(/^--time=\d+:00:00$/),
      expect.stringMatching(/^--signal=B:TERM@\d+$/),
    ]),
  );
  // Else the shell would hear Slurm's signal, and the runner would not.
  expect(commands.at(-1)).toMatch(/^exec node_modules\/\.bin\/node scripts\/runner\.ts /);
  expect(existsSync(join(ROOT, "scripts/runner.ts"))).toBe(true);
  const { for: hours, executor } = optionsOf(text);
  expect(executor).toBe("slurm");
  const time = options.find((option) => option.startsWith("--time="))!;
  expect(Number(hours)).toBeLessThan(Number.parseInt(time.slice("--time=".length), 10));
});

test("what has the token is never committed", async () => {
  const ignored = await readFile(join(ROOT, ".gitignore"), "utf8");
  for (const name of ["crontab", "runner.sbatch"]) {
    expect(await readText(name)).toContain(". ./runner.env");
    expect(await readText(name)).not.toMatch(/hf_\w/);
  }
  expect(ignored.split("\n")).toContain("runner.env");
});
