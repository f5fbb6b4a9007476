/** Folder of the tables that pages are built from; `SNAPSHOT_DIR` names another. */
export const snapshotFolder = process.env.SNAPSHOT_DIR ?? "public/data/latest";
