import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Epoch, Suite } from "../../core/records/suite.ts";
import { UserError } from "../../core/records/user-error.ts";
import { packageRoot } from "../installed/package-root.ts";
import { typed } from "../installed/typed.ts";

const pythonVersion = z.string().regex(/^3\.\d+$/);

/** `harness.json`: which harness a folder locks. */
const harnessFile = z.strictObject({
  /** As PyPI and its own pyproject.toml name it. */
  package: z.string(),
  version: z.string().regex(/^\d[\w.]*$/),
  /** Of the repository that it comes from; without it, it comes from PyPI. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40}$/)
    .optional(),
  /** What it runs on is of this day or older; without it, the newest. */
  until: z.iso.date().optional(),
  /** The oldest Python that it runs on, and the newest where its packages were built for no later one. */
  python: z.tuple([pythonVersion]).or(z.tuple([pythonVersion, pythonVersion])),
});

/** A harness that is locked: a folder of `scripts/runner/locks`. */
export interface Lock extends z.infer<typeof harnessFile> {
  /** Folder with `harness.json`, `requirements.in` and `requirements.txt`. */
  folder: string;
}

/** The folder of all locks. */
export const LOCKS = join(packageRoot(), "scripts/runner/locks");

/** All harnesses that are locked, by the names of their folders. */
export async function readLocks(place = LOCKS): Promise<Lock[]> {
  const names = (await readdir(place)).sort();
  return Promise.all(
    names.map(async (name) => {
      const folder = join(place, name);
      const text = await readFile(join(folder, "harness.json"), "utf8");
      return { ...harnessFile.parse(JSON.parse(text)), folder };
    }),
  );
}

/** What of a suite names its harness. */
export type Harnessed = Pick<Suite, "id" | "epochs">;

/**
 * The lock of a suite's harness: that of its last epoch, by commit or by package and version. A suite
 * that names none gets the newest of PyPI.
 *
 * @throws UserError where that harness is not locked: results of another would be taken for its own
 */
export function lockOf(suite: Harnessed, locks: readonly Lock[]): Lock {
  const epoch = suite.epochs.at(-1);
  const named = epoch?.commit ?? epoch?.package;
  if (epoch === undefined || named === undefined) return newest(locks);
  const lock = locks.find((l) => (l.commit ?? `${l.package}==${l.version}`) === named);
  if (lock) return lock;
  throw new UserError(
    `The suite ${suite.id} is scored by the harness of its epoch ${epoch.id}, ${epoch.package ?? `commit ${epoch.commit}`}, ` +
      `which no folder of scripts/runner/locks has (${locks.map(nameOf).join(", ")}); scores of another are not to be mixed ` +
      `with those. Make a folder there with harness.json (${exampleOf(epoch)}) and requirements.in, ` +
      `which lists ${epoch.commit ? "what it runs on" : named}; then ${typed("runner", "lock")}.`,
  );
}

/** A harness as sentences name it. */
export function nameOf({ package: name, version, commit }: Lock): string {
  return commit === undefined
    ? `${name} ${version} of PyPI`
    : `${name} ${version} at commit ${commit}`;
}

function exampleOf({ commit, package: named }: Epoch): string {
  const [name, version] = named?.split("==") ?? ["lm_eval", "…"];
  const until = commit === undefined ? {} : { commit, until: "YYYY-MM-DD" };
  return JSON.stringify({ package: name, version, ...until, python: ["3.11"] });
}

function newest(locks: readonly Lock[]): Lock {
  const ofPyPI = locks.filter(({ commit }) => commit === undefined);
  const [first] = ofPyPI.sort((a, b) =>
    b.version.localeCompare(a.version, "en", { numeric: true }),
  );
  if (first) return first;
  throw new UserError(`${LOCKS} has no harness of PyPI: a suite that names none needs one.`);
}

/** Why a Python is not one that a harness runs on; null where it is. */
export function objectionToPython({ python: [from, to] }: Lock, version: string): string | null {
  const minor = (text: string) => Number(text.split(".")[1]);
  const fits = minor(version) >= minor(from) && (to === undefined || minor(version) <= minor(to));
  if (version.startsWith("3.") && fits) return null;
  return `is Python ${version}, and the harness runs on ${from} ${to === undefined ? "or newer" : `to ${to}`}`;
}
