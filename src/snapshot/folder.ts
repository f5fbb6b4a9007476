/** Folder of files that are published as they are; `PUBLIC_DIR` names another. */
export const publicFolder = process.env.PUBLIC_DIR ?? "public";

/** The tables that pages are built from, and that visitors download. */
export const snapshotFolder = `${publicFolder}/data/latest`;
