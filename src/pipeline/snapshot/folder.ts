/** Folder of files that are published as they are; `PUBLIC_DIR` names another. */
export const publicFolder = process.env.PUBLIC_DIR ?? "public";

/** Snapshots: `latest`, the dated ones beside it, and `index.json`. */
export const snapshotsFolder = `${publicFolder}/data`;

/** The tables that pages are built from, and that visitors download. */
export const snapshotFolder = `${snapshotsFolder}/latest`;
