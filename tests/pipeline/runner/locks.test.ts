import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { suiteSchema } from "../../../src/core/records/suite.ts";
import { compileArguments } from "../../../src/pipeline/runner/harness.ts";
import {
  type Lock,
  lockOf,
  objectionToPython,
  readLocks,
} from "../../../src/pipeline/runner/locks.ts";
import { KITCHEN, V2 } from "../../core/suite/suites.ts";
import { tmpFolder } from "../cache/folder.ts";

/** As the board's last epoch has it. */
const COMMIT = "79492751739f92ba3c6503410d32510c55880291";

const ofPyPI = (version: string): Lock => ({
  package: "lm_eval",
  version,
  python: ["3.11"],
  folder: `/l/${version}`,
});
const old: Lock = { ...ofPyPI("0.4.3"), commit: COMMIT, until: "2025-03-13", folder: "/l/old" };
const LOCKS = [ofPyPI("0.4.9"), ofPyPI("0.4.13"), old];

/** A suite whose last epoch names a harness so. */
const suiteOf = (harness: object) =>
  suiteSchema.parse({ ...KITCHEN, epochs: [{ id: "now", what: "Now.", ...harness }] });

test("every package of a lock has one version and a digest of each of its files", async () => {
  const locks = await readLocks();
  expect(locks.map(({ version }) => version).sort()).toEqual(["0.4.13", "0.4.3"]);
  for (const { folder, package: name, version, commit } of locks) {
    const text = await readFile(join(folder, "requirements.txt"), "utf8");
    const packages = text.split(/\n(?=\S)/).filter((part) => /^[a-z]/.test(part));
    expect(packages.length).toBeGreaterThan(90);
    for (const part of packages) {
      expect(part).toMatch(/^[\w.-]+==[\w.]+/);
      expect(part).toMatch(/--hash=sha256:[0-9a-f]{64}/);
    }
    const wanted = await readFile(join(folder, "requirements.in"), "utf8");
    expect(wanted.includes(`\n${name}[hf,ifeval,math]==${version}\n`)).toBe(commit === undefined);
    expect(/^lm[-_]eval==/m.test(text)).toBe(commit === undefined);
  }
});

test("the board's own harness runs on what its last epoch says", async () => {
  const { folder } = lockOf(V2, await readLocks());
  const text = await readFile(join(folder, "requirements.txt"), "utf8");
  for (const pinned of ["math-verify==0.5.2", "transformers==4.49.0", "torch==2.6.0"]) {
    expect(text).toContain(`\n${pinned} `);
  }
  // Nothing but these builds it.
  expect(text).toMatch(/^setuptools==[0-7]?\d\./m);
  expect(text).toMatch(/^wheel==/m);
});

test("a suite gets the harness of its last epoch, and without one the newest of PyPI", () => {
  expect(lockOf(V2, LOCKS)).toBe(old);
  expect(lockOf(KITCHEN, LOCKS).version).toBe("0.4.13");
  expect(lockOf(suiteOf({}), LOCKS).version).toBe("0.4.13");
  expect(lockOf(suiteOf({ package: "lm_eval==0.4.9" }), LOCKS).version).toBe("0.4.9");
  expect(lockOf(suiteOf({ commit: COMMIT }), LOCKS)).toBe(old);
});

test.each([
  ["commit", { commit: "c".repeat(40) }, `commit ${"c".repeat(40)}`],
  ["version", { package: "lm_eval==0.4.3" }, "lm_eval==0.4.3"],
])("a %s that no folder locks is refused, with how to make one", async (_, harness, named) => {
  const suite = suiteOf(harness);
  const refused = () => lockOf(suite, LOCKS);
  expect(refused).toThrow(named);
  expect(refused).toThrow("lm_eval 0.4.13 of PyPI, lm_eval 0.4.3 at commit 7949");
  // As the sentence says.
  const said = /harness\.json \((.*)\) and requirements/.exec(messageOf(refused))![1]!;
  const place = await tmpFolder();
  await mkdir(join(place, "new"));
  const made = said.replace('"…"', '"0.4.2"').replace("YYYY-MM-DD", "2025-01-31");
  await writeFile(join(place, "new/harness.json"), made);
  expect(lockOf(suite, await readLocks(place)).folder).toBe(join(place, "new"));
});

test("what a commit runs on is of its time, what PyPI has the newest", () => {
  expect(compileArguments(old).join(" ")).toContain("--exclude-newer 2025-03-13 ");
  expect(compileArguments(LOCKS[0]!)).not.toContain("--exclude-newer");
  for (const lock of LOCKS) {
    expect(compileArguments(lock).slice(-3)).toEqual([
      `${lock.folder}/requirements.in`,
      "-o",
      `${lock.folder}/requirements.txt`,
    ]);
    expect(compileArguments(lock)).toContain("--generate-hashes");
  }
});

test.each([
  ["3.10", "3.11 or newer", "3.11 to 3.12"],
  ["3.11", null, null],
  ["3.12", null, null],
  ["3.13", null, "3.11 to 3.12"],
  ["2.7", "3.11 or newer", "3.11 to 3.12"],
])("Python %s", (version, newest, ofItsTime) => {
  const said = (needed: string | null) =>
    needed && `is Python ${version}, and the harness runs on ${needed}`;
  expect(objectionToPython(ofPyPI("0.4.13"), version)).toBe(said(newest));
  const lock: Lock = { ...old, python: ["3.11", "3.12"] };
  expect(objectionToPython(lock, version)).toBe(said(ofItsTime));
});

function messageOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}
