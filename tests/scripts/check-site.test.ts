// npm run space builds a site for a host that knows only files; npm run check:site names what is broken. That it
// finds nothing in a whole site: tests/e2e/harbour-site.test.ts.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { tmpFolder } from "../pipeline/cache/folder.ts";
import { commitFiles, type StandIn, standIn } from "../pipeline/hub/stand-in.ts";
import { kitchenRuns } from "../pipeline/sources/kitchen.ts";

const ROOT = resolve(import.meta.dirname, "../..");

type Environment = Record<string, string>;

/** Without what says that this is a test: the site would be built without its policy. */
const { NODE_ENV: _, MODE: __, PROD: ___, DEV: ____, VITEST: _____, ...own } = process.env;

/** Not with spawnSync: the stand-in is in this process. */
function run(
  env: Environment,
  ...args: string[]
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((done) => {
    const options = { cwd: ROOT, env: { ...own, ...env }, maxBuffer: 64_000_000 };
    execFile(process.execPath, args, options, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

/** A Space `cook/My_Board` whose files are served from a folder, as soon as there is one. */
async function scene(): Promise<{ hub: StandIn; env: Environment; dist: string }> {
  const hub = await standIn();
  hub.dataset("cook/results", kitchenRuns(40));
  const root = await tmpFolder();
  const config = join(root, "leaderboard.config.ts");
  const tiny = JSON.stringify(join(ROOT, "tests/fixtures/tiny.config.ts"));
  await writeFile(
    config,
    `import tiny from ${tiny};\nexport default { ...tiny, snapshot: "none", hub: { results: "cook/results" } };\n`,
  );
  await mkdir(join(root, "public"));
  await cp(join(ROOT, "public/favicon.svg"), join(root, "public/favicon.svg"));
  const env = {
    HF_ENDPOINT: hub.url,
    HF_TOKEN_PATH: "/nonexistent",
    LEADERBOARD_CONFIG: config,
    LEADERBOARD_CACHE: join(root, "hub"),
    PUBLIC_DIR: join(root, "public"),
    OUT_DIR: join(root, "dist"),
  };
  return { hub, env, dist: join(root, "dist") };
}

test("a Space is built for its host, of what it has published where rows are held back; what is broken in it is named", async () => {
  const { hub, env, dist } = await scene();
  const mistaken = await run(env, "scripts/space.ts", "cook/My_Board");
  expect(mistaken).toMatchObject({ code: 1, err: expect.stringContaining("add --first") });

  const dataset = hub.repos.get("datasets/cook/results")!;
  dataset.gated = "auto";
  const refused = await run(env, "scripts/space.ts", "cook/My_Board", "--first");
  expect(refused.out).toContain("Nothing is published at ");
  expect(refused).toMatchObject({ code: 1, err: expect.stringContaining("is gated") });
  dataset.gated = false;

  // What it built before, on another machine.
  await run(env, "scripts/pull.ts");
  expect(await run(env, "scripts/data.ts", "--hub")).toMatchObject({ code: 0 });
  const published = join(dist, "..", "published");
  await rename(join(env.PUBLIC_DIR!, "data"), published);
  const branch = "/spaces/cook/My_Board/resolve/refs%2Fconvert%2Fbuild/dist/data/";
  hub.others = (path) => {
    if (!path.startsWith(branch)) return null;
    return readFileSync(join(published, path.slice(branch.length)));
  };
  // 5 % of the results are gone: what is published stays.
  commitFiles(dataset, kitchenRuns(38));
  const built = await run(env, "scripts/space.ts", "cook/My_Board");
  expect(built, built.err).toMatchObject({ code: 0 });
  expect(built.err).toContain("Held back: ");
  const manifest = await readFile(join(dist, "data/latest/manifest.json"));
  expect(manifest).toEqual(await readFile(join(published, "latest/manifest.json")));
  const front = await readFile(join(dist, "index.html"), "utf8");
  expect(/connect-src ([^;]*)/.exec(front)?.[1]).toBe("'self' https://*.hf.co");

  const file = await open(join(dist, "data/latest/scores.parquet"), "r+");
  await file.write("x", 100);
  await file.close();
  await rm(join(dist, "compare"), { recursive: true });
  await rm(join(dist, "models/cook/m39"), { recursive: true });
  const page = join(dist, "docs/scores/index.html");
  const html = await readFile(page, "utf8");
  await writeFile(
    page,
    html.replace("<h1>", '<script src="https://cdn.example/a.js"></script><h1>'),
  );
  const space = { PUBLIC_INDEX: "index.html", SITE: "https://other.example" };
  const broken = await run({ ...env, ...space }, "scripts/check-site.ts");
  expect(broken.code).toBe(1);
  // These, and nothing else: the rest of the site is as it should be.
  const [title, ...problems] = broken.err.trimEnd().split("\n  ");
  expect(title).toBe("Not to be published, 7 problems:");
  expect(problems).toEqual(
    [
      /^latest\/scores\.parquet is not the file that was made/,
      /^The front page says that it is https:\/\/cook-my-board\.static\.hf\.space\/index\.html, not /,
      /^\/docs\/scores\/ asks another host for https:\/\/cdn\.example\/a\.js$/,
      /^\/docs\/scores\/ reports an error: .*Content Security Policy/,
      /^\/models\/cook\/m39\/ is missing\.$/,
      /^\/compare\/index\.html is not there, .* link to it: \/, /,
      /^\/models\/cook\/m39\/index\.html is not there, .* link to it: \/, /,
    ].map((problem) => expect.stringMatching(problem)),
  );
  // Two sites are built, and one is walked through.
}, 240_000);

test("what is no Space's name, and a folder without a site, are sentences", async () => {
  for (const args of [[], ["nope"], ["a/b", "c/d"], ["a/../b"]])
    expect(await run({}, "scripts/space.ts", ...args)).toEqual({
      code: 1,
      out: "",
      err: "Name the Space: npm run space -- OWNER/NAME.\n",
    });
  expect(await run({}, "scripts/check-site.ts", await tmpFolder())).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^There is no built site in .*: run npm run build first\.\n$/),
  });
});
