// npm run space builds a site for a host that knows only files; npm run check:site tells a whole one from a broken one.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { cp, mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { tmpFolder } from "../cache/folder.ts";
import { commitFiles, type StandIn, standIn } from "../hub/stand-in.ts";
import { kitchenRuns } from "../sources/kitchen.ts";

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

const SPACE = { PUBLIC_INDEX: "index.html", SITE: "https://cook-my-board.static.hf.space" };

test("a Space is built for its host, again with what it has published, and checked", async () => {
  const { hub, env, dist } = await scene();
  const mistaken = await run(env, "scripts/space.ts", "cook/My_Board");
  expect(mistaken).toMatchObject({ code: 1, err: expect.stringContaining("add --first") });
  const built = await run(env, "scripts/space.ts", "cook/My_Board", "--first");
  expect(built, built.err).toMatchObject({ code: 0 });
  const whole = await run({ ...env, ...SPACE }, "scripts/check-site.ts");
  expect(whole.err).toBe("");
  expect(whole.out).toMatch(/\n[1-9]\d+ of them opened, .*: all is as it should be\.\n$/);
  const front = await readFile(join(dist, "index.html"), "utf8");
  expect(/connect-src ([^;]*)/.exec(front)?.[1]).toBe("'self' https://*.hf.co");

  // The next build starts empty, and 5 % of the results are gone: what is published stays.
  const published = join(dist, "..", "published");
  await cp(dist, published, { recursive: true });
  await rm(env.PUBLIC_DIR!, { recursive: true });
  await mkdir(env.PUBLIC_DIR!);
  const branch = "/spaces/cook/My_Board/resolve/refs%2Fconvert%2Fbuild/dist/";
  hub.others = (path) => {
    if (!path.startsWith(branch)) return null;
    return readFileSync(join(published, path.slice(branch.length)));
  };
  commitFiles(hub.repos.get("datasets/cook/results")!, kitchenRuns(38));
  const again = await run(env, "scripts/space.ts", "cook/My_Board");
  expect(again, again.err).toMatchObject({ code: 0 });
  expect(again.err).toContain("Held back: ");
  const manifest = "data/latest/manifest.json";
  expect(await readFile(join(dist, manifest))).toEqual(await readFile(join(published, manifest)));

  // Broken in four ways, each is named.
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
  const broken = await run(
    { ...env, ...SPACE, SITE: "https://other.example" },
    "scripts/check-site.ts",
  );
  expect(broken.code).toBe(1);
  const problems = broken.err.split("\n  ").slice(1).join("\n");
  expect(problems).toMatch(/^latest\/scores\.parquet is not the file that was made/m);
  expect(problems).toMatch(
    /^The front page says that it is https:\/\/cook-my-board\.static\.hf\.space\//m,
  );
  expect(problems).toMatch(/^\/models\/cook\/m39\/ is missing\.$/m);
  expect(problems).toMatch(/^\/compare\/index\.html is not there, .* link to it: \/, /m);
  expect(problems).toMatch(
    /^\/docs\/scores\/ asks another host for https:\/\/cdn\.example\/a\.js$/m,
  );
  expect(problems).toMatch(/^\/docs\/scores\/ reports an error: .*Content Security Policy/m);
});

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
