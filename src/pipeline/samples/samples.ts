import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { z } from "zod";
import { modelName } from "../../core/records/evaluation.ts";
import type { Origin } from "../../core/records/manifest.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import { cleanLines, cleanText } from "../../core/records/text.ts";
import { UserError } from "../../core/records/user-error.ts";
import { isLink, LINK_IN_CACHE, LINK_OUT, leadsOut } from "../cache/links.ts";
import { openCache } from "../cache/open.ts";
import { HUB, listingOf } from "../sources/dataset.ts";
import { checkedBy, jsonIn } from "../sources/record.ts";

/** One metric of one question of one run: a row of the samples. */
export interface SampleRow {
  model: string;
  task: string;
  /** As in the file's name: `2024-06-17T12-07-04.698905`. */
  run: string;
  doc_id: number;
  doc_hash: string | null;
  filter: string | null;
  metric: string;
  /** Null where it is no number, truth value or list of these. */
  value: number | null;
  target: string | null;
  response: string | null;
}

/** A file of samples: `samples_TASK_TIMESTAMP.jsonl`, or `.json`. */
export interface SamplesFile {
  disk: string;
  /** Path in its source, which decides its shard. */
  path: string;
  model: string;
  task: string;
  run: string;
  /** Id of its content, or its size in a folder: another one is other work. */
  id: string;
  /** Whether a pull wrote it. */
  fromCache: boolean;
}

/** `samples_TASK_TIMESTAMP.jsonl`, in any folder. */
const NAMED = /(?:^|\/)samples_(.+)_(\d{4}-\d{2}-\d{2}T[\d.:-]+)\.jsonl?$/;

/** What an answer or a target is cut to: whole conversations are not what a table is for. */
const LONGEST = 2000;

/** Metrics of one question; the harness's tasks have a handful. */
const MOST_METRICS = 100;

/** Bytes of a line: a question with its prompts, and all answers to it. */
const MAX_LINE = 16 * 1024 * 1024;

/** Stands for a line that has more. */
const TOO_LONG = Symbol("too long");

/** A `.json` is one list and has to be read as a whole. */
const MAX_JSON = 256 * 1024 * 1024;

/**
 * The files of samples in folders and pulled datasets, in order of their paths. A file whose model is
 * named nowhere is set aside.
 *
 * @throws UserError for a source that is not there
 */
export async function findSamples(
  sources: readonly string[],
  cacheDir: string,
): Promise<{ files: SamplesFile[]; origins: Origin[]; rejections: Rejection[] }> {
  const files: SamplesFile[] = [];
  const rejections: Rejection[] = [];
  const origins: Origin[] = [];
  for (const source of sources) {
    const fromCache = source.startsWith(HUB);
    const { name, commit, paths, links } = await pathsIn(source, cacheDir);
    for (const path of links) if (NAMED.test(path)) rejections.push({ path, reason: LINK_OUT });
    const found = paths.flatMap(({ path, disk, id }) => {
      const named = NAMED.exec(path);
      if (!named) return [];
      const model = modelOf(name, path);
      if (model !== null)
        return [{ disk, path, id, fromCache, model, task: named[1]!, run: named[2]! }];
      rejections.push({
        path,
        reason: "is in no folder that names its model, OWNER__NAME or OWNER/NAME",
      });
      return [];
    });
    const note = `${found.length} files of samples`;
    origins.push({
      source: name,
      ...(commit && { commit }),
      sha256: null,
      rows: found.length,
      note,
    });
    files.push(...found);
  }
  files.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { files, origins, rejections };
}

async function pathsIn(source: string, cacheDir: string) {
  if (source.startsWith(HUB)) {
    const { dataset, commit, files } = await listingOf(source, cacheDir);
    const cache = await openCache(cacheDir);
    const paths = files.map(({ path, oid }) => ({ path, disk: cache.path(oid), id: oid }));
    return { name: `${HUB}datasets/${dataset}`, commit, paths, links: [] };
  }
  const info = await stat(source).catch(() => null);
  if (!info?.isDirectory()) throw new UserError(`--source ${source}: there is no such folder.`);
  const entries = await readdir(source, { recursive: true, withFileTypes: true });
  const inSource = (disk: string) => relative(source, disk).replaceAll("\\", "/");
  const disks: string[] = [];
  const links: string[] = [];
  for (const entry of entries) {
    const disk = join(entry.parentPath, entry.name);
    // A link to a folder is not gone into, as among result files; one to nothing is no file.
    const isFile = entry.isSymbolicLink() && (await stat(disk).catch(() => null))?.isFile();
    if (isFile && leadsOut(disk, source)) links.push(inSource(disk));
    else if (isFile || entry.isFile()) disks.push(disk);
  }
  const paths = await Promise.all(
    disks.map(async (disk) => {
      return { disk, path: inSource(disk), id: String((await stat(disk)).size) };
    }),
  );
  return { name: basename(resolve(source)), commit: undefined, paths, links };
}

/**
 * The harness writes into `OWNER__NAME/`; on the Hub that folder may be the dataset's own name,
 * `OWNER__NAME-details`. A folder `OWNER/NAME/` is understood too.
 */
function modelOf(name: string, path: string): string | null {
  const folders = path.split("/").slice(0, -1);
  const last = folders.at(-1) ?? basename(name).replace(/-details$/, "");
  const model = last.includes("__") ? last.replace("__", "/") : folders.slice(-2).join("/");
  return modelName.safeParse(model).success ? model : null;
}

/**
 * Which shard a file belongs to: by its path alone, so that it stays there when others come.
 *
 * @returns 1 … `of`
 */
export function shardOf(path: string, of: number): number {
  return (createHash("sha256").update(path).digest().readUInt32BE(0) % of) + 1;
}

const text = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.array(z.unknown()),
  z.record(z.string(), z.unknown()),
]);

/**
 * A line that the harness writes with `--log_samples`, as far as it is read here.
 * Layout: EleutherAI/lm-evaluation-harness, `lm_eval/evaluator.py` (`example`) and
 * `lm_eval/loggers/evaluation_tracker.py` (`save_results_samples`).
 */
const lineSchema = z.looseObject({
  doc_id: z.int().min(0).max(2147483647),
  doc_hash: z.string().max(100).nullish(),
  target: text.nullish(),
  filtered_resps: z.unknown(),
  filter: z.string().max(100).nullish(),
  /** Newer versions name their metrics; before, they are what remains. */
  metrics: z.array(z.string().max(100)).nullish(),
});

const NO_METRICS = new Set(
  "doc_id doc target arguments resps filtered_resps filter metrics doc_hash prompt_hash target_hash".split(
    " ",
  ),
);

/**
 * Reads a file of samples line by line.
 *
 * @param refuse is told each line that does not check, counted from 1
 * @throws UserError where the file is not there
 */
export async function* readSamples(
  file: SamplesFile,
  refuse: (path: string, reason: string) => void,
): AsyncGenerator<SampleRow[]> {
  let number = 0;
  try {
    for await (const line of linesOf(file)) {
      number++;
      const isText = typeof line === "string";
      if (isText && line.trim() === "") continue;
      try {
        if (line === TOO_LONG) throw new Error(`is longer than ${MAX_LINE} bytes`);
        yield rowsOf(file, isText ? jsonIn(line) : line);
      } catch (error) {
        refuse(`${file.path}#${number}`, (error as Error).message);
      }
    }
  } catch (error) {
    // What is wrong with the whole file costs the file.
    if (error instanceof UserError) throw error;
    refuse(file.path, (error as Error).message);
  }
}

async function* linesOf({ disk, path, fromCache }: SamplesFile): AsyncGenerator<unknown> {
  if (fromCache && isLink(disk)) throw new Error(LINK_IN_CACHE);
  const info = await stat(disk).catch(() => null);
  if (!info) throw new UserError(`${path} is missing (${disk}): pull again.`);
  if (path.endsWith(".json") && (await startsList(disk))) {
    if (info.size > MAX_JSON) {
      throw new Error(
        `is one list of ${info.size} bytes; at most ${MAX_JSON} are read: write it as .jsonl`,
      );
    }
    const list = jsonIn(await readFile(disk, "utf8"));
    yield* Array.isArray(list) ? list : [list];
    return;
  }
  yield* textLines(disk);
}

/** Lines of a file; one that is longer than any sample is passed over, without being kept. */
async function* textLines(disk: string): AsyncGenerator<string | typeof TOO_LONG> {
  let begun: Buffer[] = [];
  let length = 0;
  const lineEnd = () => {
    const line = length > MAX_LINE ? TOO_LONG : Buffer.concat(begun).toString("utf8");
    begun = [];
    length = 0;
    return line;
  };
  const keep = (bytes: Buffer) => {
    length += bytes.length;
    if (length > MAX_LINE) begun = [];
    else begun.push(bytes);
  };
  for await (const chunk of createReadStream(disk) as AsyncIterable<Buffer>) {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      yield lineEnd();
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) yield lineEnd();
}

async function startsList(disk: string): Promise<boolean> {
  for await (const bytes of createReadStream(disk, { end: 63 })) {
    return String(bytes).trimStart().startsWith("[");
  }
  return false;
}

function rowsOf({ model, task, run }: SamplesFile, line: unknown): SampleRow[] {
  const sample = checkedBy(lineSchema, line);
  const metrics =
    sample.metrics ??
    Object.keys(sample).filter((k) => !NO_METRICS.has(k) && isMeasured(sample[k]));
  if (metrics.length === 0) throw new Error("has no metric");
  if (metrics.length > MOST_METRICS) throw new Error(`has ${metrics.length} metrics`);
  const responses = sample.filtered_resps;
  const one = Array.isArray(responses) && responses.length === 1 ? responses[0] : responses;
  return metrics.map((metric) => ({
    model,
    task,
    run,
    doc_id: sample.doc_id,
    doc_hash: cleanOr(sample.doc_hash),
    filter: cleanOr(sample.filter),
    metric: cleanText(metric),
    value: figureOf(sample, metric),
    target: shortened(sample.target),
    response: shortened(one),
  }));
}

function cleanOr(text: string | null | undefined): string | null {
  return typeof text === "string" ? cleanText(text) : null;
}

/** @throws Error for a number beyond what a table holds: JSON allows 1e999 */
function figureOf(sample: Record<string, unknown>, metric: string): number | null {
  if (!Object.hasOwn(sample, metric)) return null;
  const value = measured(sample[metric]);
  if (value !== null && !Number.isFinite(value)) {
    throw new Error(`field ${cleanText(metric)}: is no finite number`);
  }
  return value;
}

function isMeasured(value: unknown): boolean {
  return typeof value === "number" || typeof value === "boolean" || measured(value) !== null;
}

/** Of a list of truth values or numbers, as IFEval's instructions have: the mean. */
function measured(value: unknown): number | null {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return value;
  if (!Array.isArray(value) || value.length === 0) return null;
  const values = value.map((v) => (Array.isArray(v) ? null : measured(v)));
  if (values.includes(null)) return null;
  return (values as number[]).reduce((sum, v) => sum + v, 0) / values.length;
}

function shortened(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  const whole = cleanLines(typeof value === "string" ? value : JSON.stringify(value));
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)}…` : whole;
}
