import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { asyncBufferFromFile, type FileMetaData, parquetMetadataAsync } from "hyparquet";
import { jsonText } from "../../core/records/json.ts";
import { UserError } from "../../core/records/user-error.ts";
import { count } from "../../core/table/format.ts";
import { SAMPLES_COLUMNS } from "../../core/table/schema.ts";
import { sha256OfFile } from "../cache/sha256.ts";
import { replaceText } from "../snapshot/write.ts";
import { fileAt, MANIFEST, nameOf, type Part, readPart, refused } from "./part.ts";

/** Missing parts that are named; the rest are counted. */
const NAMED = 10;

/**
 * Checks that all parts of a dataset of samples are there, whole, and of the same work, and then
 * writes its `manifest.json`: until then it is not finished. Parts may come from other machines, so
 * nothing is believed that their notes say.
 *
 * @throws UserError which part is missing, or what of which is wrong
 */
export async function mergeShards(out: string): Promise<{ parts: number; rows: number }> {
  const folder = join(out, "samples");
  const names = (await readdir(folder).catch(() => [] as string[])).sort();
  const parts: Part[] = [];
  for (const name of names.filter((n) => /^part-.*\.json$/.test(n))) {
    parts.push(await readPart(folder, name));
  }
  parts.sort((a, b) => a.part - b.part);
  const [first] = parts;
  if (!first) throw new UserError(`${folder} has no parts in it: run --shard 1/N … N/N first.`);
  checkTogether(folder, parts, first);
  checkNoOthers(folder, names, parts);
  for (const part of parts) await checkRows(join(folder, `${nameOf(part)}.parquet`), part);
  const rows = sumOf(parts, "rows");
  const whole = {
    schema: 1,
    sources: first.sources,
    rows,
    rejected: sumOf(parts, "rejected"),
    columns: SAMPLES_COLUMNS,
    files: Object.fromEntries(
      parts.map((part) => {
        const { rows, bytes, sha256 } = part;
        return [`${nameOf(part)}.parquet`, { rows, bytes, sha256 }];
      }),
    ),
  };
  await replaceText(join(folder, MANIFEST), jsonText(whole));
  return { parts: parts.length, rows };
}

function sumOf(parts: readonly Part[], field: "files" | "rows" | "rejected"): number {
  return parts.reduce((sum, part) => sum + part[field], 0);
}

/** Whether notes are those of one work. */
function checkTogether(folder: string, parts: readonly Part[], first: Part): void {
  const other = parts.find((p) => p.of !== first.of);
  if (other) {
    throw new UserError(
      `${folder} has parts of ${first.of} and of ${other.of}: remove those that are not meant.`,
    );
  }
  if (parts.length < first.of) throw lacking(folder, parts, first.of);
  for (const part of parts) {
    for (const field of ["work", "all_files", "sources"] as const) {
      const [one, two] = [JSON.stringify(first[field]), JSON.stringify(part[field])];
      if (one === two) continue;
      throw new UserError(
        `${folder}: part ${part.part} was made of other files than part ${first.part}: field ${field} is ${two.slice(0, 80)} and ${one.slice(0, 80)}. Run that shard again.`,
      );
    }
  }
  const files = sumOf(parts, "files");
  if (files !== first.all_files) {
    throw new UserError(
      `${folder}: the parts hold ${files} of ${first.all_files} files (fields files and all_files). Run all shards again.`,
    );
  }
  checkTwice(folder, parts);
}

function lacking(folder: string, parts: readonly Part[], of: number): UserError {
  const there = new Set(parts.map((p) => p.part));
  const missing = Array.from({ length: of }, (_, i) => i + 1).filter((i) => !there.has(i));
  const named = missing.slice(0, NAMED).join(", ");
  const more = missing.length > NAMED ? ` and ${count(missing.length - NAMED)} more` : "";
  return new UserError(`${folder} lacks part ${named}${more} of ${of}.`);
}

/** One part under two names would count its rows twice; parts without rows are all alike. */
function checkTwice(folder: string, parts: readonly Part[]): void {
  const seen = new Map<string, Part>();
  for (const part of parts.filter((p) => p.rows > 0)) {
    const twin = seen.get(part.sha256);
    if (twin) {
      throw new UserError(
        `${folder}: parts ${twin.part} and ${part.part} are the same file: field sha256 is ${part.sha256} in both. Run both shards again.`,
      );
    }
    seen.set(part.sha256, part);
  }
}

/** Whoever reads all Parquet files of the folder reads the parts, and nothing else. */
function checkNoOthers(folder: string, names: readonly string[], parts: readonly Part[]): void {
  const known = new Set(parts.map((part) => `${nameOf(part)}.parquet`));
  const stranger = names.find((name) => /\.parquet$/i.test(name) && !known.has(name));
  if (stranger === undefined) return;
  throw new UserError(
    `${join(folder, stranger)}: is none of the ${parts.length} parts. Remove it.`,
  );
}

/** Whether a part is the file that was noted, and has the rows that were. */
async function checkRows(path: string, part: Part): Promise<void> {
  const { size } = await fileAt(path);
  if (size !== part.bytes) {
    throw refused(
      path,
      `is not as it was written: field bytes is ${part.bytes}, the file has ${size}`,
    );
  }
  const sha256 = await sha256OfFile(path);
  if (sha256 !== part.sha256) {
    throw refused(
      path,
      `is not as it was written: field sha256 is ${part.sha256}, the file’s is ${sha256}`,
    );
  }
  const { columns, rows } = await shapeOf(path);
  if (rows !== part.rows) {
    throw refused(
      path,
      `has ${count(rows)} rows, and field rows of its note is ${count(part.rows)}`,
    );
  }
  const wanted = SAMPLES_COLUMNS.map(({ name }) => name).join(", ");
  if (columns !== wanted)
    throw refused(path, `has the columns ${columns.slice(0, 200)}, not ${wanted}`);
}

async function shapeOf(path: string): Promise<{ columns: string; rows: number }> {
  const metadata = await parquetMetadataAsync(await asyncBufferFromFile(path)).catch(() => {
    throw refused(path, "cannot be read as Parquet");
  });
  const columns = metadata.schema.slice(1).map(({ name }) => name);
  return { columns: columns.join(", "), rows: rowsIn(path, metadata) };
}

/** Parquet says how many rows there are in three places. */
function rowsIn(path: string, { num_rows, row_groups }: FileMetaData): number {
  const counts = row_groups.map((group) => {
    const odd = group.columns.find((c) => c.meta_data?.num_values !== group.num_rows);
    if (odd)
      throw refused(path, `has a group of ${group.num_rows} rows with columns of other lengths`);
    return group.num_rows;
  });
  const sum = counts.reduce((all, rows) => all + rows, 0n);
  if (sum !== num_rows) {
    throw refused(path, `says that it has ${num_rows} rows, and its groups have ${sum}`);
  }
  return Number(num_rows);
}
