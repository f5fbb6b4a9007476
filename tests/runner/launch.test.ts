// What stands around a run: it ends with its runner, and has no network.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isAlive } from "../../src/pipeline/cache/process.ts";
import { runnerFile } from "../../src/pipeline/runner/harness.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import { standIn } from "../pipeline/hub/stand-in.ts";

const LAUNCH = runnerFile("launch.py");

const until = async (is: () => boolean) => {
  for (let i = 0; i < 200 && !is(); i++) await new Promise((done) => setTimeout(done, 25));
};

test("a run has no network, or its note says that it has", async () => {
  const hub = await standIn();
  const note = join(await tmpFolder(), "note");
  const python = spawnSync("sh", ["-c", "command -v python3"], { encoding: "utf8" }).stdout.trim();
  const ask = `import urllib.request; print(urllib.request.urlopen("${hub.url}/api/models/o/n").status)`;
  const child = spawn("python3", [LAUNCH, note, String(process.pid), python, "-c", ask]);
  let said = "";
  child.stderr.on("data", (text) => {
    said += text;
  });
  await once(child, "close");
  const { network } = JSON.parse(readFileSync(note, "utf8"));
  expect(["none", "as the machine's"]).toContain(network);
  // The stand-in has no such model, and says so to whoever gets there.
  expect(said).toMatch(network === "none" ? /URLError/ : /HTTP Error 401/);
  expect(hub.log.length).toBe(network === "none" ? 0 : 1);
});

test.runIf(process.platform === "linux")("a run ends when its parent is killed", async () => {
  const note = join(await tmpFolder(), "note");
  // A parent that starts it and waits.
  const parent = spawn("sh", [
    "-c",
    `python3 '${LAUNCH}' '${note}' $$ /bin/sleep 300 & echo $!; wait`,
  ]);
  let said = "";
  parent.stdout.on("data", (text) => {
    said += text;
  });
  await until(() => said.includes("\n"));
  const pid = Number(said);
  await until(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").startsWith("/bin/sleep"));
  parent.kill("SIGKILL");
  await until(() => !isAlive(pid));
  expect(isAlive(pid)).toBe(false);
});

test("one whose parent has ended before does not begin", async () => {
  const note = join(await tmpFolder(), "note");
  const { status, stderr } = spawnSync("python3", [LAUNCH, note, "1", "/bin/echo", "ran"], {
    encoding: "utf8",
  });
  expect(status).toBe(process.platform === "linux" ? 1 : 0);
  if (process.platform === "linux") expect(stderr).toContain("The runner has ended.");
});
