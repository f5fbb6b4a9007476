// What each wing may not do is refused by the compiler: shown by files that do it.
import { execFile } from "node:child_process";
import { cp, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { linkModules, ROOT } from "../kit/kit.ts";
import { tmpFolder } from "../pipeline/cache/folder.ts";

/** Files that cross a wall, with what they do. */
const PLANTED: Record<string, string> = {
  "src/core/suite/planted-dom.ts": "export const planted = document.title;",
  "src/core/suite/planted-timer.ts": "export const planted = setTimeout(() => {}, 1);",
  "src/core/suite/planted-node.ts": 'export { readFileSync } from "node:fs";',
  "src/core/suite/planted-process.ts": "export const planted = process.env.HOME;",
  "src/core/suite/planted-up.ts": 'export { make } from "../../browser/dom.ts";',
  "src/browser/planted-node.ts": 'export { join } from "node:path";',
  "src/browser/planted-up.ts": 'export { Patience } from "../pipeline/net/patience.ts";',
  "src/browser/planted-site.ts": 'export { href } from "../site/build/href.ts";',
  "src/pipeline/net/planted-dom.ts": "export const planted = window.location.href;",
  "src/pipeline/net/planted-browser.ts": 'export { make } from "../../browser/dom.ts";',
  "src/pipeline/net/planted-up.ts": 'export { href } from "../../site/build/href.ts";',
  "src/site/sql/planted-node.ts": 'export { join } from "node:path";',
  "src/site/sql/planted-pipeline.ts": 'export { sha256 } from "../../pipeline/cache/sha256.ts";',
  "src/site/sql/planted-build.ts": 'export { href } from "../build/href.ts";',
  "src/site/build/planted-dom.ts": "export const planted = document.title;",
};

const KEPT = [
  "src",
  "data/suites",
  "data/curated",
  "leaderboard.config.ts",
  "tsconfig.base.json",
  "package.json",
];
const PROJECTS = [
  "core",
  "browser",
  "pipeline",
  "site/tsconfig.scripts.json",
  "site/tsconfig.build.json",
];

test("every planted violation is refused, and nothing else is", async () => {
  const folder = await tmpFolder();
  for (const path of KEPT) await cp(join(ROOT, path), join(folder, path), { recursive: true });
  await linkModules(folder);
  for (const [path, text] of Object.entries(PLANTED)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\n`);
  }
  const out = await compile(folder);
  const refused = new Set([...out.matchAll(/^(src\/\S+?)\(\d+,\d+\): error/gm)].map((m) => m[1]!));
  expect(Object.keys(PLANTED).filter((path) => !refused.has(path))).toEqual([]);
  // A file that is taken from above, such as browser/dom.ts in core, is complained of as well.
  const taken =
    /src\/(?:browser\/dom|pipeline\/net\/patience|pipeline\/cache\/sha256|site\/build\/href)\.ts|src\/core\/view\/address\.ts/;
  const others = [...refused].filter((path) => !(path in PLANTED) && !taken.test(path));
  expect(others, out).toEqual([]);
});

function compile(folder: string): Promise<string> {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  const projects = PROJECTS.map((name) => `src/${name}`);
  return new Promise((done) => {
    execFile(
      process.execPath,
      [tsc, "-b", "--pretty", "false", ...projects],
      { cwd: folder, maxBuffer: 64e6 },
      (_, out) => done(out),
    );
  });
}
