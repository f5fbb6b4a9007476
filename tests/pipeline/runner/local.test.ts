import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAlive } from "../../../src/pipeline/cache/process.ts";
import type { Limits } from "../../../src/pipeline/runner/executor.ts";
import { local } from "../../../src/pipeline/runner/local.ts";
import { tmpFolder } from "../cache/folder.ts";

const FOR = {
  name: "o/n",
  request: "0123456789abcdef",
  needs: { gpus: 0, memory: 1e9, seconds: null, network: false },
  empty: null,
};

const LIMITS: Limits = { seconds: 60, disk: 1e9, output: 1e6 };

async function sh(
  line: string,
  limits: Partial<Limits> = {},
  signal = new AbortController().signal,
) {
  const cwd = await tmpFolder();
  const log = join(cwd, "log");
  const env = { PATH: "/usr/bin:/bin", ONLY: "this" };
  const command = { ...FOR, argv: ["/bin/sh", "-c", line], env, cwd, folder: cwd, log, signal };
  const ended = await local.run({ ...command, limits: { ...LIMITS, ...limits } });
  return { ended, cwd, log: await readFile(log, "utf8") };
}

const until = async (is: () => boolean) => {
  for (let i = 0; i < 200 && !is(); i++) await new Promise((done) => setTimeout(done, 25));
};

test("a command ends with its status, its output in the log, and sees only what it is given", async () => {
  const { ended, log } = await sh('echo "$ONLY $HOME$HF_TOKEN"; echo bad >&2; exit 3');
  expect(ended).toMatchObject({ code: 3, signal: null, stopped: null });
  expect(log).toContain("this \n");
  expect(ended.tail).toBe(log);
  expect(log).toContain("bad");
});

test("words are words: no shell reads them", async () => {
  const cwd = await tmpFolder();
  const argv = ["/bin/echo", "$(touch pwned)", "; rm -rf /"];
  const signal = new AbortController().signal;
  const ended = await local.run({
    ...FOR,
    argv,
    env: {},
    cwd,
    folder: cwd,
    log: join(cwd, "log"),
    limits: LIMITS,
    signal,
  });
  expect(ended.tail).toBe("$(touch pwned) ; rm -rf /\n");
});

test("what takes too long is ended, with all that it started", async () => {
  const { ended, log } = await sh("sleep 300 & echo $!; wait", { seconds: 0.3 });
  expect(ended).toMatchObject({ stopped: "time" });
  const pid = Number(log.trim());
  await until(() => !isAlive(pid));
  expect(isAlive(pid)).toBe(false);
});

test("what it leaves behind is ended too", async () => {
  const { ended, log } = await sh("sleep 300 & echo $!");
  expect(ended).toMatchObject({ code: 0, stopped: null });
  const pid = Number(log.trim());
  await until(() => !isAlive(pid));
  expect(isAlive(pid)).toBe(false);
});

test("it ends when its signal says so", async () => {
  const stop = new AbortController();
  setTimeout(() => stop.abort(), 200);
  expect((await sh("sleep 300", {}, stop.signal)).ended.stopped).toBe("abort");
});

test("a log has an end, and its last words are kept", async () => {
  const { ended, log } = await sh("yes | head -c 300000; echo last words", { output: 1000 });
  expect(log.length).toBe(1000);
  expect(ended.tail).toMatch(/last words\n$/);
  expect(ended.tail.length).toBeLessThanOrEqual(65_536);
});

test("what writes more than it may is ended", async () => {
  const { ended } = await sh("head -c 3000000 /dev/zero > big; sleep 300", { disk: 1e6 });
  expect(ended.stopped).toBe("disk");
}, 30_000);
