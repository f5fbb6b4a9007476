import { readdir, readFile } from "node:fs/promises";
import { extname, join, resolve } from "node:path";
import { UserError } from "../../core/records/user-error.ts";
import { pruneParsed, readPacks, writePacks } from "../cache/parsed.ts";
import { sha256 } from "../cache/sha256.ts";
import { collectGarbage } from "./memory.ts";
import { decodePack, encodePack, type Outcome } from "./pack.ts";
import { parseFiles, type ResultFile } from "./parse-files.ts";
import type { Rules } from "./results.ts";

/** Outcomes per file of the cache. */
const PER_PACK = 1000;

/** Packs after which what reading them left over is collected. */
const MANY_PACKS = 20;

/** Files that a run may leave beyond the least possible before they are packed anew. */
const SPARE = 8;

/**
 * Parses result files of a cache, each only once: what came of a file is kept in the cache, by the
 * file's id and path and a digest of suites and parser. The outcomes are the same with and without.
 *
 * @param dir the cache; a place that cannot be written to costs time, nothing else
 * @param dataset whose files these are
 * @returns an outcome for each file, in their order
 */
export async function parseCached(
  dir: string,
  dataset: string,
  files: readonly ResultFile[],
  rules: Rules,
): Promise<Outcome[]> {
  const key = sha256(JSON.stringify([dataset, rules, await parserVersion()]));
  const known = new Map<string, Outcome>();
  const packs: string[] = [];
  let kept = 0;
  for await (const { name, bytes } of readPacks(dir, key)) {
    packs.push(name);
    // A pack that cannot be read, or holds what cannot be, is as good as not there.
    const outcomes = decodePack(bytes) ?? [];
    kept += outcomes.length;
    for (const outcome of outcomes) known.set(keyOf(outcome), outcome);
    if (packs.length % MANY_PACKS === 0) collectGarbage();
  }
  const missing = files.filter((file) => !known.has(keyOf(file)));
  const parsed = await parseFiles(missing, rules);
  for (const outcome of parsed) known.set(keyOf(outcome), outcome);
  const outcomes = files.map((file) => known.get(keyOf(file))!);
  await keep(dir, key, { outcomes, parsed, kept, names: packs });
  return outcomes;
}

function keyOf({ oid, path }: { oid: string | null; path: string }): string {
  return `${oid} ${path}`;
}

interface Kept {
  /** Of all files that there are now. */
  outcomes: Outcome[];
  /** Of those that were parsed just now. */
  parsed: Outcome[];
  /** Outcomes in the packs so far, and the packs' names. */
  kept: number;
  names: string[];
}

/** Adds what is new; packs all anew where files have become many, or most of them hold the past. */
async function keep(dir: string, key: string, now: Kept): Promise<void> {
  const { outcomes, parsed, kept, names } = now;
  const isScattered = names.length + 1 > Math.ceil(outcomes.length / PER_PACK) + SPARE;
  const isPast = kept + parsed.length > 2 * outcomes.length;
  try {
    if (isScattered || isPast) await writePacks(dir, key, packsOf(outcomes), names);
    else if (parsed.length > 0) await writePacks(dir, key, packsOf(parsed));
    await pruneParsed(dir, key);
  } catch (error) {
    // A full or read-only disk: the next run parses again.
    if (!(error instanceof UserError)) throw error;
  }
}

/** What there is no file of is an error of this run, not a fact to be kept. */
function* packsOf(outcomes: Outcome[]): Generator<Uint8Array> {
  const lasting = outcomes.filter((o) => !o.gone);
  for (let i = 0; i < lasting.length; i += PER_PACK) {
    yield encodePack(lasting.slice(i, i + PER_PACK));
  }
}

/**
 * Digest of the code that an outcome depends on: nobody has to remember to raise a number when the
 * parser changes.
 */
async function parserVersion(): Promise<string> {
  const ending = extname(import.meta.filename);
  const own = "results against-suite model-of run-facts record pack packed parse-files".split(" ");
  const paths = own.map((name) => join(import.meta.dirname, name + ending));
  for (const folder of ["../../core/records", "../../core/suite", "../formats"]) {
    const source = resolve(import.meta.dirname, folder);
    const names = (await readdir(source)).filter((name) => extname(name) === ending);
    paths.push(...names.map((name) => join(source, name)));
  }
  const texts = await Promise.all(paths.sort().map((path) => readFile(path, "utf8")));
  return sha256(JSON.stringify(texts));
}
