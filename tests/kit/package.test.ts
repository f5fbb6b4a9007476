// The package that others install: what is in it, and that it is whole.

import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { installed, ROOT, type, unpacked } from "./kit.ts";

const read = async (...path: string[]) => readFile(join(...path), "utf8");

async function filesIn(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true });
  return all
    .filter((f) => f.isFile())
    .map((f) => join(f.parentPath, f.name).slice(folder.length + 1));
}

test("it holds code and two files to publish, no tests and no figures", async () => {
  const folder = await unpacked();
  const files = await filesIn(folder);
  const tops = new Set(files.map((f) => f.split("/")[0]));
  expect([...tops].sort()).toEqual(
    [
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "examples",
      "lib",
      "package.json",
      "public",
      "schema",
      "scripts",
      "src",
    ].sort(),
  );
  expect(files.filter((f) => /^(?:public|scripts)\//.test(f)).sort()).toEqual([
    "public/_headers",
    "public/favicon.svg",
    "scripts/leaderboard.js",
  ]);
  expect(files.filter((f) => /parquet$|tsconfig|tsbuildinfo|\.test\./.test(f))).toEqual([]);
  // The runner needs a copy of the project: its Python files, and a place to keep gigabytes.
  const ofRunner = files.filter((f) => /runner|executors/.test(f) && !f.includes("docs/"));
  // What its page shows.
  expect(ofRunner.filter((f) => !f.startsWith("examples/"))).toEqual([]);
  let bytes = 0;
  for (const file of files) bytes += (await stat(join(folder, file))).size;
  expect(bytes).toBeLessThan(5e6);
});

test("what its exports and its command name is there", async () => {
  const folder = await unpacked();
  const { exports, bin, files } = JSON.parse(await read(folder, "package.json"));
  const named = [Object.values(exports), bin].flatMap(
    (each) => JSON.stringify(each).match(/(?:\.\/|scripts\/)[\w./-]+\.\w+/g)!,
  );
  expect(named.length).toBeGreaterThan(6);
  for (const path of named) await expect(stat(join(folder, path)), path).resolves.toBeTruthy();
  expect(Object.keys(exports)).toEqual([".", "./astro", "./Page.astro", "./package.json"]);
  expect(files).not.toContain("data");
});

test("every package that its code imports is one that it depends on", async () => {
  const folder = await unpacked();
  const { dependencies, peerDependencies } = JSON.parse(await read(folder, "package.json"));
  const known = new Set([...Object.keys(dependencies), ...Object.keys(peerDependencies)]);
  const code = (await filesIn(folder)).filter((f) =>
    /^(?:src|lib|scripts)\/.*\.(?:ts|js|astro)$/.test(f),
  );
  const unknown = new Set<string>();
  for (const file of code) {
    const text = await read(folder, file);
    const plain = file.endsWith(".astro") ? (text.split(/^---$/m)[1] ?? "") : text;
    for (const { fileName: name } of ts.preProcessFile(plain).importedFiles) {
      const isOwn = /^[.#]/.test(name);
      const isNode = name.startsWith("node:");
      const owner = name
        .split("/")
        .slice(0, name.startsWith("@") ? 2 : 1)
        .join("/");
      if (!isOwn && !isNode && !known.has(owner)) unknown.add(`${owner} in ${file}`);
    }
  }
  expect([...unknown]).toEqual([]);
});

test("the command says what it can do, and what is wrong", async () => {
  const folder = await installed("sailing");
  const help = await type(folder, ["npx leaderboard --help"]);
  expect(help).toMatchObject({ code: 0 });
  for (const name of ["data", "build", "serve", "pull", "check", "restore", "export"])
    expect(help.out).toContain(`  ${name} `);
  expect(await type(folder, ["npx leaderboard bild"])).toMatchObject({
    code: 1,
    out: expect.stringContaining('There is no command "bild"'),
  });
  // Nothing to make a site of: a sentence, no stack.
  const empty = await type(folder, ["npx leaderboard build"]);
  expect(empty.code).toBe(1);
  expect(empty.out).toMatch(/There are no tables yet.*leaderboard data --source FOLDER/s);
  expect(empty.out).not.toMatch(/^\s+at /m);
});

test("without a browser, the check says how to get one", async () => {
  const folder = await installed("sailing");
  await rm(join(folder, "node_modules/playwright-core"));
  expect(await type(folder, ["npx leaderboard check"])).toEqual({
    code: 1,
    out: "The check opens pages in a browser, which is not installed: npm install --no-save playwright-core\n",
  });
});

test("its types tell an editor which fields a configuration has", async () => {
  const folder = await installed("norsk");
  const tsc = `${join(ROOT, "node_modules/.bin/tsc")} --noEmit --strict --skipLibCheck --module nodenext --resolveJsonModule leaderboard.config.ts`;
  expect(await type(folder, [tsc])).toEqual({ code: 0, out: "" });
  const file = join(folder, "leaderboard.config.ts");
  await writeFile(file, (await read(file)).replace("tagline:", "taglin:"));
  const wrong = await type(folder, [tsc]);
  expect(wrong.code).not.toBe(0);
  expect(wrong.out).toMatch(/'?taglin'? does not exist|Did you mean/);
});
