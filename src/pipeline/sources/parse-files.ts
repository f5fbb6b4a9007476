import { readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname, extname, join, relative } from "node:path";
import { isMainThread, Worker } from "node:worker_threads";
import type { Rejection } from "../../core/records/rejection.ts";
import { isLink, LINK_IN_CACHE, leadsOut } from "../cache/links.ts";
import type { Sibling } from "../formats/format.ts";
import { decodePack, encodePack, type Outcome } from "./pack.ts";
import { findResultFiles, type Rules, readRun, reasonOf } from "./results.ts";

/** A result file to be parsed. */
export interface ResultFile {
  /** Where its bytes are. */
  disk: string;
  /** Its path in the folder or dataset: `OWNER/NAME/results_TIMESTAMP.json`. */
  path: string;
  oid: string | null;
}

/**
 * Larger than any file the harness writes without per-question samples: those of the leaderboard have
 * 60 kB. Of millions of small objects, so many bytes are what a worker's memory holds.
 */
const MAX_BYTES = 16 * 1024 * 1024;

/** Files per message to a worker: enough to hide its cost, few enough to stay small in memory. */
const BATCH = 100;

/** From how many files on a worker is worth its start, a sixth of a second. */
const WORTH_A_WORKER = 1000;

/** More threads than this wait for the disk, and each may take its share of memory. */
const MOST_WORKERS = 4;

/** Parses all result files below a folder, in order of their paths; folders that cannot be read are told. */
export async function parseFolder(
  folder: string,
  rules: Rules,
): Promise<{ outcomes: Outcome[]; closed: Rejection[] }> {
  const { files, closed } = await findResultFiles(folder, rules.files);
  const named = files.map((disk) => ({ disk, path: relative(folder, disk), oid: null }));
  return { outcomes: await parseFiles(named, rules), closed };
}

/**
 * Parses result files, in worker threads where there are many. A file that cannot be trusted is set
 * aside with its reason and costs nothing else. Texts are not kept: what remains of a file is its
 * evaluations, packed.
 *
 * @param threads 0: in this thread
 * @returns an outcome for each file, in their order
 */
export async function parseFiles(
  files: readonly ResultFile[],
  rules: Rules,
  threads = threadsFor(files.length),
): Promise<Outcome[]> {
  const batches: ResultFile[][] = [];
  for (let i = 0; i < files.length; i += BATCH) batches.push(files.slice(i, i + BATCH));
  if (threads > 0) return (await parseInThreads(batches, rules, threads)).flat();
  return batches.flatMap((batch) => unpack(parseBatch(batch, rules)));
}

function unpack(pack: Uint8Array<ArrayBuffer>): Outcome[] {
  const outcomes = decodePack(pack);
  if (!outcomes) throw new Error("a pack that was just made cannot be read");
  return outcomes;
}

function threadsFor(files: number): number {
  const worth = Math.floor(files / WORTH_A_WORKER);
  return isMainThread ? Math.min(availableParallelism(), MOST_WORKERS, worth) : 0;
}

/** One batch of files, parsed and packed: the work of a worker. */
export function parseBatch(files: readonly ResultFile[], rules: Rules): Uint8Array<ArrayBuffer> {
  return encodePack(files.map((file) => parseFile(file, rules)));
}

function parseFile({ disk, path, oid }: ResultFile, { suites, naming }: Rules): Outcome {
  try {
    if (oid !== null && isLink(disk)) throw new Error(LINK_IN_CACHE);
    const { evaluations, asides, unknown, missing } = readRun(
      readText(disk),
      path,
      suites,
      naming,
      siblingOf(disk),
    );
    return { path, oid, evaluations, reason: null, asides, gone: false, unknown, missing };
  } catch (error) {
    const gone = (error as NodeJS.ErrnoException).code === "ENOENT";
    const reason = reasonOf(error);
    return { path, oid, evaluations: [], reason, asides: [], gone, unknown: [], missing: [] };
  }
}

/** What lies beside a file on disk; in a cache, where a file's name is its content's, nothing does. */
export function siblingOf(disk: string): Sibling {
  return (name) => {
    if (name.includes("/") || name.includes("\\")) return null;
    const path = join(dirname(disk), name);
    if (leadsOut(path, dirname(disk))) return null;
    try {
      return JSON.parse(readText(path));
    } catch {
      return null;
    }
  };
}

/** @throws Error with what is wrong, where a file is none of text or too long */
export function readText(path: string): string {
  const info = statSync(path);
  if (!info.isFile()) throw new Error(`is a ${info.isDirectory() ? "folder" : "device"}, no file`);
  if (info.size > MAX_BYTES) {
    throw new Error(`is ${info.size} bytes long; result files are below ${MAX_BYTES}`);
  }
  const bytes = readFileSync(path);
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Error("is not UTF-8 text");
  }
}

/** Each worker takes the next batch when it has done one. */
async function parseInThreads(
  batches: ResultFile[][],
  rules: Rules,
  threads: number,
): Promise<Outcome[][]> {
  const parsed = new Array<Outcome[]>(batches.length);
  let next = 0;
  const work = () =>
    new Promise<void>((done, fail) => {
      const worker = new Worker(
        join(import.meta.dirname, `parse-worker${extname(import.meta.filename)}`),
        {
          workerData: rules,
          // What a large file needs; beyond it the worker ends, and the run with it, by a message.
          resourceLimits: { maxOldGenerationSizeMb: 1024, maxYoungGenerationSizeMb: 32 },
        },
      );
      let current = -1;
      const give = () => {
        current = next++;
        if (current < batches.length) return worker.postMessage(batches[current]);
        void worker.terminate().then(() => done(), fail);
      };
      worker.on("message", (pack: Uint8Array<ArrayBuffer>) => {
        const done = current;
        give();
        // Unpacked as it comes, while the worker has its next batch: only the measures are kept.
        try {
          parsed[done] = unpack(pack);
        } catch (error) {
          fail(error);
        }
      });
      worker.on("error", fail);
      give();
    });
  await Promise.all(Array.from({ length: Math.min(threads, batches.length) }, work));
  return parsed;
}
