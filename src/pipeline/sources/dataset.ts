import { readFileSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { parseDataset } from "../../core/records/dataset.ts";
import type { ListedFile } from "../../core/records/listing.ts";
import type { Rejection } from "../../core/records/rejection.ts";
import type { Suite } from "../../core/records/suite.ts";
import { cleanText } from "../../core/records/text.ts";
import { UserError } from "../../core/records/user-error.ts";
import { isLink, LINK_IN_CACHE } from "../cache/links.ts";
import { type Listing, openCache } from "../cache/open.ts";
import { readTable } from "../duckdb/table-file.ts";
import { typed } from "../installed/typed.ts";
import { type Contents, columnsLacking, recognise } from "./contents.ts";
import { applyCosts, isRunRecord } from "./costs.ts";
import type { Outcome } from "./pack.ts";
import { parseCached } from "./parsed.ts";
import { type FiledRequest, isRequestFile, parseRequest } from "./requests.ts";
import { isResultFile, type Rules, reasonOf } from "./results.ts";
import { isVotesFile, LARGEST_VOTES, parseVotes, type VoteRow } from "./votes.ts";

/** What a dataset of the Hub holds, at the commit that was pulled. */
export interface Dataset {
  name: string;
  commit: string;
  /** Of its result files, in the order of their paths. */
  outcomes: Outcome[];
  contents: Contents[];
  /** Null where the dataset has no such files. */
  requests: FiledRequest[] | null;
  votes: VoteRow[] | null;
  /** Requests and votes that do not check. */
  rejections: Rejection[];
}

/** What a dataset has from its first day: nobody has voted or submitted yet, and that is no mistake. */
const BARE = /^(?:\.gitattributes|README\.md|LICENSE(?:\.\w+)?)$/i;

/** How the commands name a dataset of the Hub. */
export const HUB = "hf://";

/**
 * Reads `hf://datasets/OWNER/NAME[@REV]` from the cache, at the commit that was pulled: never from
 * the network. What its files are is told by their names: results, contents, requests, votes.
 *
 * @throws UserError where it was not pulled, or holds files and none of these
 */
export async function readDataset(
  db: DuckDBConnection,
  source: string,
  dir: string,
  rules: Rules,
): Promise<Dataset> {
  const { suites } = rules;
  const listing = await listingOf(source, dir);
  const { dataset: name, commit } = listing;
  const cache = await openCache(dir);
  const byKind = (is: (path: string) => boolean) => listing.files.filter((f) => is(f.path));
  const results = byKind((path) => isResultFile(path, rules.files));
  const tables = byKind((path) => /^data\/train-[^/]*\.parquet$/.test(path));
  const requests = byKind(isRequestFile);
  const votes = byKind(isVotesFile);
  const isBare = listing.files.every(({ path }) => BARE.test(path));
  if (results.length + tables.length + requests.length + votes.length === 0 && !isBare) {
    throw new UserError(
      `--source ${source}: has no result files (results_….json), no table (data/train-….parquet), ` +
        `no requests (…_eval_request_….json) and no votes (votes_data.jsonl) at commit ${commit}.`,
    );
  }
  const placed = results.map(toResultFile(cache.path));
  const outcomes = await parseCached(dir, name, placed, rules);
  const gone = outcomes.find((o) => o.gone);
  if (gone) throw missing(source, gone.path, dir);
  await applyCosts(outcomes, byKind(isRunRecord).map(toResultFile(cache.path)), placed, suites);
  const contents: Contents[] = [];
  for (const file of tables) {
    contents.push(await contentsOf(db, source, name, file, cache.path(file.oid), dir, suites));
  }
  const rejections: Rejection[] = [];
  const readEach = <T>(
    files: ListedFile[],
    most: number,
    read: (text: string, path: string) => T,
  ): T[] =>
    files.flatMap(({ path, oid, size }) => {
      const named = `${name}/${path}`;
      try {
        if (size > most) throw new Error(tooLong(size, most));
        if (isLink(cache.path(oid))) throw new Error(LINK_IN_CACHE);
        return [read(readFileSync(cache.path(oid), "utf8"), path)];
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") throw missing(source, path, dir);
        rejections.push({ path: named, reason: reasonOf(error) });
        return [];
      }
    });
  const voted = readEach(votes, LARGEST_VOTES, parseVotes);
  const asked = readEach(requests, LARGEST_REQUEST, (text, path) => ({
    ...parseRequest(text),
    path: cleanText(path),
  }));
  const aside = voted.flatMap((v) => v.rejections);
  return {
    name,
    commit,
    outcomes,
    contents,
    requests: requests.length === 0 ? null : asked,
    votes: votes.length === 0 ? null : voted.flatMap((v) => v.votes),
    rejections: [...rejections, ...aside.map((r) => ({ ...r, path: `${name}/${r.path}` }))],
  };
}

/** Bytes of a request: real ones have some 500. */
const LARGEST_REQUEST = 1_000_000;

function tooLong(size: number, most: number): string {
  return `is ${size.toLocaleString("en")} bytes long; such files have ${most.toLocaleString("en")} at most`;
}

/** @throws UserError where it is not in the cache, with the command that brings it */
export async function listingOf(source: string, dir: string): Promise<Listing> {
  if (!source.startsWith(`${HUB}datasets/`)) {
    throw new UserError(`--source ${source}: must be hf://datasets/OWNER/NAME or …/NAME@REV.`);
  }
  const { dataset, rev } = parseDataset(source, "main", "--source");
  const cache = await openCache(dir);
  return cache.listing(dataset, rev);
}

const toResultFile = (disk: (oid: string) => string) => (file: ListedFile) => ({
  disk: disk(file.oid),
  path: file.path,
  oid: file.oid,
});

function missing(source: string, path: string, dir: string): UserError {
  const name = source.replace(`${HUB}datasets/`, "");
  return new UserError(
    `--source ${source}: ${path} is missing in the cache ${dir}: run ${typed("pull", `--dataset ${name}`)} again.`,
  );
}

async function contentsOf(
  db: DuckDBConnection,
  source: string,
  name: string,
  file: ListedFile,
  disk: string,
  dir: string,
  suites: Suite[],
): Promise<Contents> {
  if (isLink(disk)) throw new UserError(`--source ${source}: ${file.path} ${LINK_IN_CACHE}.`);
  const table = await readTable(db, disk, "parquet").catch((error: Error) => {
    if (/No files found/.test(error.message)) throw missing(source, file.path, dir);
    throw new UserError(
      `--source ${source}: ${file.path} cannot be read: ${error.message.split("\n")[0]}`,
    );
  });
  const named = { ...table, path: `${name}/${file.path}` };
  const contents = recognise(named, suites);
  if (contents) return contents;
  const lacking = columnsLacking(named, suites[0]!);
  throw new UserError(
    `--source ${source}: ${file.path} is no contents table of ${suites.map((s) => s.name).join(" or ")}` +
      `${lacking.length > 0 ? `: it has no column for ${lacking.join(", ")}` : ""}. Its columns are ${table.names.join(", ").slice(0, 1000)}.`,
  );
}
