import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import type { ColumnType } from "../../../src/core/records/manifest.ts";
import { UserError } from "../../../src/core/records/user-error.ts";
import type { Value } from "../../../src/core/table/grid.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { putBack } from "../../../src/pipeline/snapshot/swap.ts";
import { recordsTable } from "../../../src/pipeline/snapshot/tables.ts";
import { replaceFolder, writeTable } from "../../../src/pipeline/snapshot/write.ts";
import { writeText } from "../sources/harness.ts";
import { folders, query } from "./snapshot.ts";

const fresh = folders();

/** Writes one column of values as both formats and gives the folder. */
async function written(type: ColumnType, values: Value[]): Promise<string> {
  const folder = await fresh();
  const columns = [
    { name: "i", type: "INTEGER" as const, description: "" },
    { name: "x", type, description: "" },
  ];
  const rows = values.map((x, i) => ({ i, x }));
  await withDuckDB((db) =>
    writeTable(db, folder, recordsTable("t", columns, rows), ["parquet", "csv"]),
  );
  return folder;
}

const parquet = async (folder: string) =>
  (await query(`SELECT x FROM '${folder}/t.parquet' ORDER BY i`)).map((r) => r.x);
const csv = async (folder: string) =>
  (
    await query(
      `SELECT x FROM read_csv('${folder}/t.csv', header = true, all_varchar = true, nullstr = '') ORDER BY CAST(i AS INTEGER)`,
    )
  ).map((r) => r.x);

describe("writeTable", () => {
  const AWKWARD = [
    "o'Neil's",
    'say "x"',
    "a,b",
    "two\nlines",
    "\\",
    "🤝 İ",
    "NULL",
    "null",
    "'",
    null,
  ];

  test("keeps every text, be they few or many", async () => {
    const few = await written("VARCHAR", AWKWARD);
    expect(await parquet(few)).toEqual(AWKWARD);
    expect(await csv(few)).toEqual(AWKWARD);
    // More than a chunk of rows, and more texts than an enumeration takes.
    const many = Array.from({ length: 5000 }, (_, i) =>
      i % 7 === 0 ? null : `${AWKWARD[i % 9]} ${i % 600}`,
    );
    const folder = await written("VARCHAR", many);
    expect(await parquet(folder)).toEqual(many);
    expect(await csv(folder)).toEqual(many);
  });

  test("keeps numbers to the last bit, days and truth values", async () => {
    const numbers = [0.1 + 0.2, 1 / 3, 5e-324, 1e300, -0.5, 0, 100, null];
    expect(await parquet(await written("DOUBLE", numbers))).toEqual(numbers);
    expect((await csv(await written("DOUBLE", numbers))).map((x) => x && Number(x))).toEqual(
      numbers,
    );
    const days = ["2024-02-29", null, "1999-12-31"];
    expect(await parquet(await written("DATE", days))).toEqual(days);
    expect(await csv(await written("DATE", days))).toEqual(days);
    const truths = [true, null, false];
    expect(await parquet(await written("BOOLEAN", truths))).toEqual(truths);
  });

  test("refuses a whole number that the column cannot hold, rather than write another", async () => {
    for (const value of [2 ** 31, -(2 ** 31) - 1, 0.5]) {
      await expect(written("INTEGER", [1, value])).rejects.toThrow(`${value} is no INTEGER`);
    }
    const limits = [2 ** 31 - 1, -(2 ** 31), null];
    expect(await parquet(await written("INTEGER", limits))).toEqual(limits);
  });

  test("takes a column of nothing, and a table without rows", async () => {
    expect(await parquet(await written("VARCHAR", [null, null]))).toEqual([null, null]);
    expect(await parquet(await written("VARCHAR", []))).toEqual([]);
  });

  test("disarms what a spreadsheet would take for a formula, in the CSV file only", async () => {
    const formulas = ["=1+1", "+1", "-x/y", "@SUM(A1)", "\t=1", "\r=1"];
    const folder = await written("VARCHAR", formulas);
    expect(await csv(folder)).toEqual(formulas.map((f) => `'${f}`));
    expect(await parquet(folder)).toEqual(formulas);
    const harmless = ["1=1", "a-b", "x@y", " =1"];
    expect(await csv(await written("VARCHAR", harmless))).toEqual(harmless);
    // A negative number is a number.
    expect(await csv(await written("DOUBLE", [-1.5]))).toEqual(["-1.5"]);
  });
});

/** Numbers of files that another process sees in a folder while something is done; 0: no folder. */
async function watching(folder: string, work: () => Promise<void>): Promise<number[]> {
  const code = `
    const { readdirSync } = require("node:fs");
    const seen = new Set();
    const look = () => {
      for (let i = 0; i < 20; i++) {
        try { seen.add(readdirSync(process.argv[1]).length); } catch { seen.add(0); }
      }
      setImmediate(look);
    };
    process.on("SIGTERM", () => { console.log(JSON.stringify([...seen])); process.exit(); });
    look();
    console.log("ready");`;
  const watcher = spawn(process.execPath, ["-e", code, folder]);
  const lines = createInterface(watcher.stdout)[Symbol.asyncIterator]();
  await lines.next();
  await work();
  watcher.kill("SIGTERM");
  return JSON.parse((await lines.next()).value ?? "");
}

describe("replaceFolder", () => {
  const MARKER = "manifest.json";
  const filled = (text: string) => (folder: string) => writeFile(join(folder, MARKER), text);
  const contentOf = (folder: string) => readFile(join(folder, MARKER), "utf8");

  test("makes the folder and those above it, then replaces it whole", async () => {
    const root = await fresh();
    const target = join(root, "a", "b");
    await replaceFolder(target, MARKER, async (folder) => {
      await filled("one")(folder);
      await writeFile(join(folder, "extra.csv"), "x");
    });
    await replaceFolder(target, MARKER, filled("two"));
    expect(await readdir(target)).toEqual([MARKER]);
    expect(await contentOf(target)).toBe("two");
    expect(await readdir(join(root, "a"))).toEqual(["b"]);
  });

  test("takes a path with a slash at its end, or without folders", async () => {
    const root = await fresh();
    await replaceFolder(`${root}/t/`, MARKER, filled("one"));
    await replaceFolder(`${root}/t/`, MARKER, filled("two"));
    await replaceFolder(join(root, "x", "..", "t"), MARKER, filled("three"));
    expect(await readdir(root)).toEqual(["t"]);
    expect(await contentOf(join(root, "t"))).toBe("three");
  });

  test("never shows some of a folder's files, however many there are to clear away", async () => {
    const target = join(await fresh(), "t");
    const many = 2000;
    await replaceFolder(target, MARKER, async (folder) => {
      await filled("old")(folder);
      for (let i = 1; i < many; i++) await writeFile(join(folder, `${i}.csv`), "");
    });
    const seen = await watching(target, () => replaceFolder(target, MARKER, filled("new")));
    expect(seen).toContain(many);
    expect(seen.filter((n) => ![0, 1, many].includes(n))).toEqual([]);
    expect(await readdir(target)).toEqual([MARKER]);
  });

  test("keeps the old folder, and nothing else, when filling fails", async () => {
    const root = await fresh();
    const target = join(root, "t");
    await replaceFolder(target, MARKER, filled("old"));
    const failing = replaceFolder(target, MARKER, async (folder) => {
      await filled("half")(folder);
      throw new Error("no space left");
    });
    await expect(failing).rejects.toThrow("no space left");
    expect(await readdir(root)).toEqual(["t"]);
    expect(await contentOf(target)).toBe("old");
  });

  test("leaves nothing when the first filling fails", async () => {
    const root = await fresh();
    const failing = replaceFolder(join(root, "t"), MARKER, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await readdir(root)).toEqual([]);
  });

  test("puts a folder that a dead run had set aside back, before it fills", async () => {
    const root = await fresh();
    await writeText(join(root, "t.old", MARKER), "old");
    const failing = replaceFolder(join(root, "t"), MARKER, () => Promise.reject(new Error("no")));
    await expect(failing).rejects.toThrow("no");
    expect(await contentOf(join(root, "t"))).toBe("old");
    expect(await readdir(root)).toEqual(["t"]);
  });

  test("clears away what dead runs left, not what a living one is filling", async () => {
    const root = await fresh();
    const target = join(root, "t");
    await replaceFolder(target, MARKER, filled("old"));
    // Half removed when the run died: its marker is gone.
    await writeText(join(`${target}.old`, "models.csv"), "x");
    // Beyond the largest process id of any system.
    await writeText(join(root, "t.tmp-99999999", "models.csv"), "x");
    await writeText(join(root, `t.tmp-${process.ppid}`, "models.csv"), "x");
    await writeText(join(root, "t.tmp-notes", "models.csv"), "x");
    await replaceFolder(target, MARKER, filled("new"));
    expect((await readdir(root)).toSorted()).toEqual(
      ["t", `t.tmp-${process.ppid}`, "t.tmp-notes"].toSorted(),
    );
  });

  test("removes the old folder of a run that died a step before its end, also where nothing is new", async () => {
    const root = await fresh();
    const target = join(root, "t");
    await replaceFolder(target, MARKER, filled("new"));
    await writeText(join(`${target}.old`, MARKER), "old");
    await replaceFolder(target, MARKER, () => Promise.resolve("keep"));
    expect(await readdir(root)).toEqual(["t"]);
    expect(await contentOf(target)).toBe("new");
  });

  test("a snapshot that was moved aside can be put back without filling anything", async () => {
    const root = await fresh();
    const target = join(root, "t");
    await putBack(target, MARKER);
    await writeText(join(`${target}.old`, "models.csv"), "half removed");
    await putBack(target, MARKER);
    expect(await readdir(root)).toEqual(["t.old"]);
    await writeText(join(`${target}.old`, MARKER), "old");
    await putBack(target, MARKER);
    expect(await contentOf(target)).toBe("old");
    await writeText(join(`${target}.old`, MARKER), "older");
    await putBack(target, MARKER);
    expect(await contentOf(target)).toBe("old");
  });

  describe("refuses, and touches nothing in,", () => {
    const refused = async (target: string) => {
      const error = await replaceFolder(target, MARKER, filled("new")).catch((e) => e);
      expect(error).toBeInstanceOf(UserError);
      expect(error.message).not.toContain("\n");
      return error.message as string;
    };

    test("a folder with other files", async () => {
      const root = await fresh();
      await writeText(join(root, "thesis.csv"), "years of work");
      expect(await refused(root)).toMatch(/has files in it but no manifest\.json/);
      expect(await readdir(root)).toEqual(["thesis.csv"]);
    });

    test("a web app's folder, which has a manifest.json of its own", async () => {
      const root = await fresh();
      await writeText(join(root, MARKER), '{"start_url": "/"}');
      await writeText(join(root, "index.html"), "<html>");
      expect(await refused(root)).toMatch(/has other files in it: index\.html/);
      await rm(join(root, "index.html"));
      await mkdir(join(root, "icons"));
      expect(await refused(root)).toMatch(/has other files in it: icons/);
      expect((await readdir(root)).toSorted()).toEqual(["icons", MARKER]);
    });

    test("a project with a README.md, which we write too, but never alone", async () => {
      const root = await fresh();
      await writeText(join(root, MARKER), "{}");
      await writeText(join(root, "README.md"), "# My life's work");
      expect(await refused(root)).toMatch(/has other files in it: README\.md/);
      expect((await readdir(root)).toSorted()).toEqual(["README.md", MARKER].toSorted());
    });

    test("a folder of somebody's that is called like the one set aside", async () => {
      const root = await fresh();
      await writeText(join(root, "t.old", "letter.txt"), "dear");
      expect(await refused(join(root, "t"))).toMatch(/t\.old has other files in it: letter\.txt/);
      expect(await readdir(join(root, "t.old"))).toEqual(["letter.txt"]);
    });

    test("a file, a place under a file, and a place that cannot be made", async () => {
      const root = await fresh();
      const path = await writeText(join(root, "f"), "x");
      expect(await refused(path)).toMatch(/f is a file; name a folder/);
      expect(await refused(join(path, "t"))).toMatch(/is a file; name a folder/);
      await symlink("nowhere", join(root, "link"));
      expect(await refused(join(root, "link", "t"))).toMatch(/link\/t cannot be made: ENO/);
      expect(await refused(join(root, "x".repeat(300)))).toMatch(/cannot be read: ENAMETOOLONG/);
    });

    test("the project itself", async () => {
      expect(await refused(resolve("."))).toMatch(/has other files in it/);
    });
  });
});
