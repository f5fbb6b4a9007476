// What stands around a command inside a Slurm job; Slurm itself is not needed.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAlive } from "../../src/pipeline/cache/process.ts";
import { runnerFile } from "../../src/pipeline/runner/harness.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";

/** Runs a line of a shell as slurm.py does. */
async function runLine(line: string, change: object = {}) {
  const place = await tmpFolder();
  const log = join(place, "log");
  const command = {
    argv: ["/bin/sh", "-c", line],
    env: { PATH: "/usr/bin:/bin" },
    cwd: place,
    log,
    output: 1e6,
    tail: 100,
    empty: null,
    silence: 60,
    ...change,
  };
  writeFileSync(join(place, "command.json"), JSON.stringify(command));
  const run = () =>
    spawnSync(
      "/bin/sh",
      [runnerFile("slurm.sh"), "/usr/bin/python3", runnerFile("slurm.py"), place],
      {
        encoding: "utf8",
      },
    );
  const read = (name: string) => readFileSync(join(place, name), "utf8");
  return { run, read, place };
}

test("how it ended is noted, its log has an end, and its last words are kept", async () => {
  const { run, read } = await runLine("yes | head -c 300000; echo last words; kill -9 $$", {
    output: 1000,
  });
  expect(run()).toMatchObject({ status: 0 });
  const ended = JSON.parse(read("ended.json"));
  expect(ended).toMatchObject({ code: null, signal: "SIGKILL" });
  expect(ended.tail).toMatch(/last words\n$/);
  expect([ended.tail.length, read("log").length]).toEqual([100, 1000]);
});

test("what was done is not done again", async () => {
  const { run, read } = await runLine("echo ran");
  run();
  run();
  expect(read("log")).toBe("ran\n");
});

test("a command ends when nothing is heard of its runner", async () => {
  const { run, read, place } = await runLine("echo $$; exec sleep 300", { silence: 1 });
  const { status, stderr } = run();
  expect({ status, stderr }).toEqual({ status: 1, stderr: "The runner has ended.\n" });
  expect(existsSync(join(place, "ended.json"))).toBe(false);
  expect(isAlive(Number(read("log")))).toBe(false);
});
