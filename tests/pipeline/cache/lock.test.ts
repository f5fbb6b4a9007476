import { spawn, spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { whileLocked } from "../../../src/pipeline/cache/lock.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "lock-test-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("processes that ask for one lock take turns, and every one has its turn", async () => {
  const lock = join(folder, "turns/lock");
  const log = join(folder, "log");
  await writeFile(log, "");
  const script = `
    import { appendFile } from "node:fs/promises";
    import { setTimeout } from "node:timers/promises";
    import { whileLocked } from ${JSON.stringify(resolve("src/pipeline/cache/lock.ts"))};
    await whileLocked(${JSON.stringify(folder)}, ${JSON.stringify(lock)}, async () => {
      await appendFile(${JSON.stringify(log)}, "in ");
      await setTimeout(30);
      await appendFile(${JSON.stringify(log)}, "out ");
    });`;
  const codes = await Promise.all(
    Array.from(
      { length: 4 },
      () =>
        new Promise((done) =>
          spawn(process.execPath, ["--input-type=module", "--eval", script]).on("exit", done),
        ),
    ),
  );
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(await readFile(log, "utf8")).toBe("in out ".repeat(4));
});

test("the lock of a process that died is taken over, and a failed task gives its own back", async () => {
  const lock = join(folder, "stale");
  const { pid } = spawnSync(process.execPath, ["--eval", ""]);
  const host = hostname().replace(/[^A-Za-z0-9-]/g, "-");
  await writeFile(lock, join(folder, "tmp", `${host}.${pid}.0.lock`));
  await expect(
    whileLocked(folder, lock, () => Promise.reject(new Error("broken"))),
  ).rejects.toThrow("broken");
  expect(await whileLocked(folder, lock, async () => "done")).toBe("done");
});
