// The commands on the page about publishing, run as they are typed.
import { execFile, spawnSync } from "node:child_process";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { parse } from "yaml";
import packageJson from "../../../package.json" with { type: "json" };
import {
  anywhere,
  buildOwn,
  jobThatRebuilds,
  jobThatStarts,
  startWorkflow,
  uploadSpace,
  webhookOn,
} from "../../../src/site/docs/publish.ts";
import { tmpFolder } from "../../pipeline/cache/folder.ts";
import { readWorkflow } from "../../workflows/workflow.ts";

const has = (command: string) => spawnSync(command, ["--version"]).status === 0;

/** A stand-in for GitHub's API, that answers as it does. */
async function github(status = 204) {
  const asked: unknown[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    const { method, url, headers } = request;
    asked.push({ method, url, token: headers.authorization, accept: headers.accept, body });
    response.writeHead(status, { "content-type": "application/json" });
    response.end(status === 204 ? undefined : '{"message":"Bad credentials"}');
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  onTestFinished(() => void server.close());
  return { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

/** Runs lines in bash; `hf` writes down its arguments and runs those after the image. */
async function type(lines: string, input = "", env: Record<string, string> = {}) {
  const bin = await tmpFolder();
  const hf = `#!/bin/sh\nprintf '%s\\n' "$@" > ${bin}/said\nwhile [ $# -gt 0 ]; do case $1 in sh) exec "$@";; esac; shift; done\n`;
  await writeFile(join(bin, "hf"), hf);
  await chmod(join(bin, "hf"), 0o755);
  const { GITHUB_TOKEN: _, ...own } = process.env;
  const PATH = `${bin}:${process.env.PATH}`;
  const ended = await new Promise<{ code: number; out: string; err: string }>((done) => {
    const child = execFile(
      "bash",
      ["-e", "-c", lines],
      { env: { ...own, ...env, PATH }, cwd: bin },
      (error, out, err) => done({ code: error ? Number(error.code) : 0, out, err }),
    );
    child.stdin!.end(input);
  });
  const said = await readFile(join(bin, "said"), "utf8").catch(() => "");
  return { ...ended, said: said.split("\n").slice(0, -1) };
}

const RUN = {
  method: "POST",
  url: "/repos/cook/board/actions/workflows/publish.yml/dispatches",
  token: "Bearer github_pat_1",
  accept: "application/vnd.github+json",
  body: '{"ref":"main"}',
};

test.runIf(has("curl"))("the workflow is started as GitHub's documentation has it", async () => {
  const { api, asked } = await github();
  const env = { GITHUB_TOKEN: "github_pat_1" };
  expect((await type(startWorkflow("cook/board", api), "", env)).code).toBe(0);
  expect(asked).toEqual([RUN]);
  // That file and that branch are there.
  expect((await readWorkflow("publish.yml")).on.push.branches).toEqual(["main"]);
  const refusing = await github(401);
  const refused = await type(startWorkflow("cook/board", refusing.api), "", env);
  expect(refused).toMatchObject({ code: 22, out: '{"message":"Bad credentials"}' });
});

test.runIf(has("curl"))(
  "through all quotes of the Job, with a token that stands in no line",
  async () => {
    const { api, asked } = await github();
    const lines = jobThatStarts("cook/board").replace("https://api.github.com", api);
    const { code, said } = await type(lines, "github_pat_1\n");
    expect(code).toBe(0);
    expect(asked).toEqual([RUN]);
    expect(said.slice(0, 8)).toEqual(
      "jobs run --detach --timeout 5m --secrets GITHUB_TOKEN curlimages/curl".split(" "),
    );
    expect(said.join(" ")).not.toContain("github_pat_1");
  },
);

test("the daily Job of a Space makes a file and uploads it", async () => {
  const lines = jobThatRebuilds("cook/board").replace("pip install -q huggingface_hub", "true");
  const { code, said } = await type(lines);
  expect(code).toBe(0);
  // The inner `hf` spoke last.
  expect(said).toEqual("upload cook/board refreshed --repo-type space".split(" "));
});

test("a Space gets the file that its documentation asks for", async () => {
  const bin = await tmpFolder();
  await mkdir(join(bin, "space/.github/space"), { recursive: true });
  const readme = await readFile(".github/space/README.md", "utf8");
  await writeFile(join(bin, "space/.github/space/README.md"), readme);
  const [clone, ...rest] = uploadSpace("cook/board").split("\n");
  expect(clone).toMatch(/^git clone \S+ space && cd space$/);
  const { code, said } = await type([`cd ${bin}/space`, ...rest].join("\n"));
  expect(code).toBe(0);
  expect(said).toEqual("upload cook/board . . --repo-type space".split(" "));
  const copied = await readFile(join(bin, "space/README.md"), "utf8");
  // https://huggingface.co/docs/hub/spaces-config-reference
  const head = parse(/^---\n([\s\S]*?)\n---\n/.exec(copied)![1]!);
  expect(head).toMatchObject({ sdk: "static", app_file: "dist/index.html" });
  const [, script = "", args] = /^npm run (\w+) -- (.*)$/.exec(head.app_build_command)!;
  expect(packageJson.scripts).toHaveProperty(script);
  expect(args).toBe("OWNER/NAME --first");
});

test("a Space builds a leaderboard of one's own with its configuration, in a shell or without", async () => {
  const { app_build_command: line } = parse(buildOwn("cook/board"));
  const bin = await tmpFolder();
  await writeFile(join(bin, "npm"), '#!/bin/sh\necho "$LEADERBOARD_CONFIG $@"\n');
  await chmod(join(bin, "npm"), 0o755);
  const env = { PATH: `${bin}:${process.env.PATH}` };
  const [command, ...args] = line.split(" ");
  for (const [file, given] of [
    [command, args],
    ["sh", ["-c", line]],
  ] as const) {
    const { stdout } = spawnSync(file, given, { env, encoding: "utf8" });
    expect(stdout).toBe("NAME.config.ts run space -- cook/board --first\n");
  }
  expect(packageJson.scripts).toHaveProperty("space");
});

test.runIf(has("python3"))("the webhook names the datasets and the Job", async () => {
  const lib = await tmpFolder();
  const stub = "import json\ndef create_webhook(**given):\n    print(json.dumps(given))\n";
  await writeFile(join(lib, "huggingface_hub.py"), stub);
  const { stdout } = spawnSync("python3", ["-c", webhookOn(["o/results", "o/votes"])], {
    env: { ...process.env, PYTHONPATH: lib, PYTHONDONTWRITEBYTECODE: "1" },
    encoding: "utf8",
  });
  expect(JSON.parse(stdout)).toEqual({
    job_id: "…",
    watched: [
      { type: "dataset", name: "o/results" },
      { type: "dataset", name: "o/votes" },
    ],
    domains: ["repo"],
  });
});

test("what other machines run are our commands, with the site's place", () => {
  const commands = anywhere("https://cook.example/board/").split("\n");
  const scripts = commands.flatMap((line) => /npm run ([\w:]+)/.exec(line)?.[1] ?? []);
  expect(scripts).toEqual(["restore", "pull", "data", "build", "check:site"]);
  for (const script of scripts) expect(packageJson.scripts).toHaveProperty([script]);
  expect(commands[5]).toBe("SITE=https://cook.example BASE_PATH=/board npm run build");
  expect(commands[2]).toMatch(
    /^npm run restore -- --from https:\/\/cook.example\/board\/ +# .*--first$/,
  );
  expect(anywhere("https://cook.example/")).toContain("\nSITE=https://cook.example npm run build");
  // Built without SITE, a page does not know where it will be.
  const somewhere = anywhere("http://localhost:4321/");
  expect(somewhere).not.toContain("localhost");
  expect(somewhere).toContain("\nSITE=https://leaderboard.example npm run build");
});
