import { mkdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { zstdCompressSync } from "node:zlib";
import type { SchemaElement } from "hyparquet";
import { fileWriter, ParquetWriter } from "hyparquet-writer";
import { jsonText } from "../../core/records/json.ts";
import { UserError } from "../../core/records/user-error.ts";
import { SAMPLES_COLUMNS } from "../../core/table/schema.ts";
import { sha256, sha256OfFile } from "../cache/sha256.ts";
import { replaceText } from "../snapshot/write.ts";
import { KEPT, MANIFEST, type Part } from "./part.ts";
import { findSamples, readSamples, type SampleRow, shardOf } from "./samples.ts";

/** Rows that are in memory at a time, and in a row group of the file. */
const GROUP = 50_000;

/** One of N parts of the same work. */
export interface Shard {
  /** 1 … `of` */
  part: number;
  of: number;
}

/** @throws UserError for what is not `I/N` */
export function parseShard(text: string): Shard {
  const [, part, of] = (/^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (part && of && part <= of) return { part, of };
  throw new UserError(`--shard ${text}: must be I/N with I from 1 to N, like 1/8.`);
}

/**
 * Reads the files of samples that fall to a shard and writes `samples/part-I-of-N.parquet`, with a
 * note beside it of what it was made of. Files are read line by line, rows leave in groups, so memory
 * does not grow with their number. A part that is there is replaced when the new one is whole; two
 * shards never write the same file.
 *
 * @throws UserError for sources that are not there
 */
export async function buildShard(
  options: { sources: string[]; out: string; cache: string },
  { part, of }: Shard,
): Promise<{ name: string; files: number; rows: number; rejected: number }> {
  const {
    files,
    origins,
    rejections: nameless,
  } = await findSamples(options.sources, options.cache);
  const own = files.filter((f) => shardOf(f.path, of) === part);
  const folder = join(options.out, "samples");
  const name = `part-${part}-of-${of}`;
  const half = join(folder, `${name}.tmp-${process.pid}`);
  await mkdir(folder, { recursive: true });
  // From now on the parts are not those that were declared whole.
  await rm(join(folder, MANIFEST), { force: true });
  const rejections = nameless.filter((r) => shardOf(r.path, of) === part).slice(0, KEPT);
  let rejected = rejections.length;
  try {
    const out = new Groups(half);
    for (const file of own) {
      for await (const rows of readSamples(file, (path, reason) => {
        rejected++;
        if (rejections.length < KEPT) rejections.push({ path, reason });
      })) {
        out.add(rows);
      }
    }
    const rows = out.finish();
    const noted: Part = {
      schema: 1,
      part,
      of,
      work: sha256(JSON.stringify([origins, files.map((f) => [f.path, f.id])])),
      sources: origins as unknown as Part["sources"],
      files: own.length,
      all_files: files.length,
      rows,
      bytes: (await stat(half)).size,
      sha256: await sha256OfFile(half),
      rejected,
      rejections,
    };
    await rename(half, join(folder, `${name}.parquet`));
    await replaceText(join(folder, `${name}.json`), jsonText(noted));
    return { name, files: own.length, rows, rejected };
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

/** Rows on their way into a Parquet file, a group at a time. */
class Groups {
  readonly #writer: ParquetWriter;
  #rows: SampleRow[] = [];
  #count = 0;

  constructor(path: string) {
    const columns = SAMPLES_COLUMNS.map(({ name, type }): SchemaElement => {
      const repetition_type = "OPTIONAL";
      if (type === "DOUBLE") return { name, type: "DOUBLE", repetition_type };
      if (type === "INTEGER") return { name, type: "INT32", repetition_type };
      return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type };
    });
    this.#writer = new ParquetWriter({
      writer: fileWriter(path),
      schema: [{ name: "root", num_children: columns.length }, ...columns],
      codec: "ZSTD",
      compressors: { ZSTD: (bytes) => zstdCompressSync(bytes) },
    });
  }

  add(rows: SampleRow[]): void {
    for (const row of rows) this.#rows.push(row);
    if (this.#rows.length >= GROUP) this.#flush();
  }

  /** @returns how many rows there are */
  finish(): number {
    this.#flush();
    this.#writer.finish();
    return this.#count;
  }

  #flush(): void {
    const rows = this.#rows;
    if (rows.length === 0) return;
    const columnData = SAMPLES_COLUMNS.map(({ name }) => ({
      name,
      data: rows.map((row) => row[name as keyof SampleRow]),
    }));
    this.#writer.write({ columnData, rowGroupSize: rows.length });
    this.#count += rows.length;
    this.#rows = [];
  }
}
