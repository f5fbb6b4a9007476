// The map of the house is true: what imports what, what is named where, how large a command is.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, normalize, relative } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { ROOT } from "../kit/kit.ts";

/** Wings, and those that each may import from. */
const MAY: Record<string, readonly string[]> = {
  core: [],
  browser: ["core"],
  pipeline: ["core"],
  site: ["core", "browser", "pipeline"],
};

const all = await readdir(join(ROOT, "src"), { recursive: true, withFileTypes: true });
const files = all.flatMap((f) => {
  const path = relative(ROOT, join(f.parentPath, f.name));
  return f.isFile() && /\.(?:ts|astro)$/.test(path) && !path.endsWith(".d.ts") ? [path] : [];
});
const arrows = new Map<string, string[]>();
for (const file of files) arrows.set(file, await importsOf(file));

/** Files of ours that a file imports, types included; of a component also those of its scripts. */
async function importsOf(file: string): Promise<string[]> {
  const text = await readFile(join(ROOT, file), "utf8");
  const parts = file.endsWith(".astro")
    ? [
        text.split(/^---$/m)[1] ?? "",
        ...[...text.matchAll(/<script>(.*?)<\/script>/gs)].map((m) => m[1]!),
      ]
    : [text];
  return parts
    .flatMap((part) => ts.preProcessFile(part, true, true).importedFiles)
    .filter(({ fileName }) => fileName.startsWith("."))
    .map(({ fileName }) => normalize(join(dirname(file), fileName.replace(/\?.*$/, ""))));
}

const wingOf = (path: string) => path.split("/")[1]!;

test("there are the four wings, and nothing beside them", async () => {
  const names = await readdir(join(ROOT, "src"));
  expect(names.sort()).toEqual(Object.keys(MAY).sort());
});

test("every import from wing to wing is one that is allowed", () => {
  const forbidden = [...arrows].flatMap(([from, to]) =>
    to.flatMap((path) => {
      const isInside = path.startsWith("src/") && wingOf(path) === wingOf(from);
      const isAllowed = path.startsWith("src/") && MAY[wingOf(from)]!.includes(wingOf(path));
      // The example that a page of documentation shows is data to it.
      return isInside || isAllowed || path.startsWith("examples/") ? [] : [`${from} → ${path}`];
    }),
  );
  expect(forbidden).toEqual([]);
  expect([...arrows.values()].flat().length).toBeGreaterThan(1000);
});

test("what builds pages takes nothing of what runs in them", async () => {
  // The compiler lets types of a referenced wing's references through: this wall is held here.
  const isBuild = (path: string) =>
    /^src\/site\/(?:build|api|docs|pages)\//.test(path) || path.endsWith(".astro");
  const isScript = (path: string) => path.startsWith("src/browser/") || path.endsWith(".client.ts");
  const forbidden: string[] = [];
  for (const file of files.filter(isBuild)) {
    const text = await readFile(join(ROOT, file), "utf8");
    const code = file.endsWith(".astro") ? (text.split(/^---$/m)[1] ?? "") : text;
    for (const { fileName } of ts.preProcessFile(code, true, true).importedFiles) {
      const path = normalize(join(dirname(file), fileName));
      if (fileName.startsWith(".") && isScript(path)) forbidden.push(`${file} → ${path}`);
    }
  }
  expect(forbidden).toEqual([]);
});

test("no file imports itself by way of others", () => {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, way: string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
    if (done.has(file) || way.includes(file)) return;
    for (const next of arrows.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of files) visit(file, []);
  expect(circles).toEqual([]);
});

describe("what is written about it", () => {
  const DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    "docs/runner.md",
    "docs/queue.md",
    ".github/space/README.md",
  ];

  test("the README names every folder of every wing", async () => {
    const text = await readFile(join(ROOT, "README.md"), "utf8");
    const folders = new Set(
      files
        .map((f) => f.split("/").slice(0, 3))
        .flatMap((p) => (p[2]!.includes(".") ? [] : [p.join("/")])),
    );
    expect(folders.size).toBeGreaterThan(25);
    expect([...folders].filter((folder) => !text.includes(`\`${folder}\``))).toEqual([]);
  });

  for (const name of DOCUMENTS) {
    test(`${name} names only what is there`, async () => {
      const text = await readFile(join(ROOT, name), "utf8");
      const { scripts } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
      const paths = [
        ...text.matchAll(
          /`((?:src|tests|scripts|data|examples|public|docs|\.github)\/[\w./[\]-]+)`/g,
        ),
      ].map((m) => m[1]!);
      expect(
        paths.filter((path) => !path.startsWith("public/data") && !existsSync(join(ROOT, path))),
      ).toEqual([]);
      const commands = [...text.matchAll(/npm run ([\w:-]+)/g)].map((m) => m[1]!);
      expect(commands.filter((command) => !(command in scripts))).toEqual([]);
    });
  }

  test("docs/architecture.md draws the arrows that are allowed", async () => {
    const text = await readFile(join(ROOT, "docs/architecture.md"), "utf8");
    for (const [wing, allowed] of Object.entries(MAY)) {
      const row = text.split("\n").find((line) => line.startsWith(`| \`src/${wing}\``));
      expect(row, wing).toBeDefined();
      const cells = row!.split("|").map((cell) => cell.trim());
      const named = Object.keys(MAY).filter((other) => cells[2]!.includes(`\`src/${other}\``));
      expect(named, wing).toEqual(Object.keys(MAY).filter((other) => allowed.includes(other)));
    }
  });
});

test("commands are thin", async () => {
  const entries = await readdir(join(ROOT, "scripts"), { withFileTypes: true });
  for (const { name } of entries.filter((entry) => entry.isFile())) {
    const text = await readFile(join(ROOT, "scripts", name), "utf8");
    expect(text.split("\n").length - 1, name).toBeLessThanOrEqual(30);
  }
});
