import { z } from "zod";
import { digestSchema } from "./manifest.ts";

/** A snapshot as `index.json` lists it. */
const snapshotEntrySchema = z.object({
  /** Name of its folder: `2025-03-13`, or `2025-03-13.2` for a later edition of the day. */
  name: z.string(),
  as_of: z.iso.date("must be a date"),
  /** Id of its main suite. A leaderboard that changes its suite keeps the snapshots of the old one. */
  suite: z.string(),
  /** Digest of its `manifest.json`, which holds those of all other files. */
  manifest_sha256: digestSchema,
  /** Bytes of all its tables. */
  bytes: z.int(),
  /** Evaluations by table: `{ models: 4576 }`. */
  rows: z.record(z.string(), z.int()),
});
export type SnapshotEntry = z.infer<typeof snapshotEntrySchema>;

/** Contents of `data/index.json`: all snapshots, newest first. */
export const snapshotIndexSchema = z.object({
  schema: z.int().min(1),
  title: z.string(),
  /** Name of the folder that `latest` is a copy of. */
  latest: z.string(),
  snapshots: z.array(snapshotEntrySchema),
});
export type SnapshotIndex = z.infer<typeof snapshotIndexSchema>;
