import { z } from "zod";
import { parseJson } from "./json.ts";

/** Raised when a table's columns or the manifest's own fields change meaning. */
export const SCHEMA_VERSION = 1;

const columnTypeSchema = z.enum(["VARCHAR", "DOUBLE", "INTEGER", "BOOLEAN", "DATE"]);
export type ColumnType = z.infer<typeof columnTypeSchema>;

/** A column of a published table. The description is the documentation: written once, here. */
const tableColumnSchema = z.object({
  name: z.string(),
  type: columnTypeSchema,
  description: z.string(),
});
export type TableColumn = z.infer<typeof tableColumnSchema>;

/** SHA-256 in lower-case hex. */
export const digestSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** A file of a snapshot that is no table: its size and digest. */
export const documentEntrySchema = z.object({ bytes: z.int().min(0), sha256: digestSchema });
export type DocumentEntry = z.infer<typeof documentEntrySchema>;

/** A table's file as the manifest describes it. */
export const fileEntrySchema = z.object({
  rows: z.int().min(0),
  bytes: z.int().min(0),
  sha256: digestSchema,
  columns: z.array(tableColumnSchema),
});
export type FileEntry = z.infer<typeof fileEntrySchema>;

/** Names with how often each was seen, the most frequent first. */
const countedSchema = z.object({
  /** Files with one or more of them. */
  files: z.int(),
  names: z.record(z.string(), z.int()),
  /** How many further names there are. */
  more: z.int(),
});
export type Counted = z.infer<typeof countedSchema>;

/** How a table's header, or the kind of its cells, differs from what it was known to be. */
const columnDriftSchema = z.object({
  source: z.string(),
  /** Columns that nobody here knows, and known ones that are not there. */
  new: z.array(z.string()),
  missing: z.array(z.string()),
  /** Columns whose cells are of another kind, with how many are. */
  changed: z.array(z.string()),
});
export type ColumnDrift = z.infer<typeof columnDriftSchema>;

/**
 * How what was read differs from what was known when this was written: the first thing to look at
 * when the harness or the Hub has changed. Counts are of files.
 */
const driftSchema = z.object({
  /** Result files that were accepted although they have fields that nobody here knows: which. */
  unknown_fields: countedSchema,
  /** Result files that were accepted without fields that say more about a run: which. */
  missing_fields: countedSchema,
  /** Result files and other records that were set aside: why. */
  set_aside: countedSchema,
  /** Tables whose columns are not those they were. */
  columns: z.array(columnDriftSchema),
});
export type Drift = z.infer<typeof driftSchema>;

/** Where figures came from. */
const originSchema = z.object({
  /** Name of the file or folder, or `hf://datasets/OWNER/NAME`. */
  source: z.string(),
  /** Of a dataset of the Hub: the commit that was read, 40 hex digits. */
  commit: z.string().optional(),
  /** Digest of the file, or of the embedded snapshot's origins; null for a folder. */
  sha256: z.string().nullable(),
  rows: z.int(),
  note: z.string().nullable(),
});
export type Origin = z.infer<typeof originSchema>;

/** Contents of `manifest.json`. It holds no clock time: the same input gives the same bytes. */
export const manifestSchema = z.object({
  schema: z.int().min(1),
  title: z.string(),
  as_of: z.iso.date("must be a date"),
  suites: z
    .array(
      z.object({ id: z.string().min(1), version: z.string(), name: z.string(), table: z.string() }),
    )
    .min(1),
  sources: z.array(originSchema),
  rejected: z.int(),
  /** What the sources had that was not known; absent for the embedded snapshot. */
  drift: driftSchema.optional(),
  files: z.record(z.string(), fileEntrySchema),
  /** What lies beside the tables: descriptions of them, and what was rejected. */
  documents: z.record(z.string(), documentEntrySchema),
});
export type Manifest = z.infer<typeof manifestSchema>;

/**
 * A manifest as it is written: where two are compared, the order of their fields counts.
 *
 * @param what how it is called in the error: its path or address
 * @throws UserError that says what is wrong with it
 */
export function parseManifest(text: string, what: string): Manifest {
  parseJson(manifestSchema, text, what);
  return JSON.parse(text) as Manifest;
}
