import { z } from "zod";

/** A commit, or the object id of a file that is kept in git itself: sha1, 40 hex digits. */
export const sha1 = z.string().regex(/^[0-9a-f]{40}$/, "must be 40 hex digits");

/** A dataset's name on the Hub. It becomes a folder of the cache, so nothing else may pass. */
export const datasetName = z
  .string()
  .regex(
    /^(?!.*(?:^|\/)\.{1,2}(?:\/|$))[A-Za-z0-9._-]{1,96}\/[A-Za-z0-9._-]{1,96}$/,
    "must be a dataset like OWNER/NAME (letters, digits, . _ -)",
  );

/** A file at one commit, as the Hub lists it: a line of a cached listing. */
export const listedFileSchema = z.strictObject({
  /** Path in the dataset, with `/`. Never a path on our disk. */
  path: z
    .string()
    .max(4096)
    .regex(/^(?!\.{0,2}(?:\/|$))(?!.*\/\.{0,2}(?:\/|$))/s, "must be a path like data/file.json"),
  /** Bytes. */
  size: z.number().int().min(0),
  /** sha256 of the content for files in LFS or Xet (64 hex digits), else git's blob id (40). */
  oid: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/, "must be a git or LFS object id"),
  lfs: z.boolean(),
});
export type ListedFile = z.infer<typeof listedFileSchema>;

/** What a revision of a dataset was when it was last pulled. */
const refSchema = z.strictObject({
  commit: sha1,
  at: z.iso.datetime(),
  /** Patterns of the files that were asked for; absent where all were. */
  include: z.array(z.string()).min(1).optional(),
});
export type Ref = z.infer<typeof refSchema>;

/** `refs.json` of a dataset: by branch, tag or commit as asked for. */
export const refsSchema = z.record(z.string(), refSchema);
export type Refs = z.infer<typeof refsSchema>;
