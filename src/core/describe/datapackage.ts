import type { ColumnType, Manifest } from "../records/manifest.ts";
import { type About, authorsOf, dataPage, fileText, KEYWORDS, nameOf, summaryOf } from "./about.ts";
import { sourceKinds } from "./sources.ts";

const TYPES: Record<ColumnType, string> = {
  VARCHAR: "string",
  DOUBLE: "number",
  INTEGER: "integer",
  BOOLEAN: "boolean",
  DATE: "date",
};

/**
 * `datapackage.json`: the snapshot as a Frictionless Data Package, in the form that both version 1
 * and version 2 of the standard take (specs.frictionlessdata.io, datapackage.org).
 */
export function dataPackage(about: About, manifest: Manifest): object {
  const url = dataPage(about);
  const sources = [
    ...sourceKinds(manifest.sources).datasets.map((d) => ({
      title: d.name,
      path: d.url,
      version: d.commit,
    })),
    ...about.references.map((r) => ({ title: r.title, path: r.url })),
  ];
  const wide = new Set(manifest.suites.map((s) => s.table));
  return {
    profile: "data-package",
    name: slug(about.title),
    title: about.title,
    description: summaryOf(about, manifest),
    ...(url && { homepage: url }),
    version: manifest.as_of,
    created: `${manifest.as_of}T00:00:00Z`,
    keywords: KEYWORDS,
    ...(about.license && { licenses: [{ name: about.license.id, path: about.license.url }] }),
    contributors: authorsOf(about).map((a) => ({ title: nameOf(a), role: "author" })),
    ...(sources.length > 0 && { sources }),
    resources: Object.entries(manifest.files).map(([file, entry]) => {
      const [table = "", format = ""] = file.split(".");
      return {
        name: slug(format === "csv" ? file : table),
        path: file,
        // The standard's tables are CSV; Frictionless's own reader turns the unknown integers of a
        // Parquet file into NaN, and then calls them wrong. As a file, its digest is checked.
        ...(format === "csv" ? { profile: "tabular-data-resource" } : { type: "file" }),
        description: fileText(file, manifest),
        format,
        mediatype: format === "csv" ? "text/csv" : "application/vnd.apache.parquet",
        ...(format === "csv" && { encoding: "utf-8" }),
        bytes: entry.bytes,
        hash: `sha256:${entry.sha256}`,
        schema: {
          fields: entry.columns.map((c) => ({
            name: c.name,
            type: TYPES[c.type],
            description: c.description,
            ...(c.name === "eval_id" && { constraints: { required: true } }),
          })),
          missingValues: [""],
          ...(wide.has(table) && { primaryKey: ["eval_id"] }),
        },
      };
    }),
  };
}

/** A name as the standard has it: lower-case letters, digits, `.`, `_` and `-`. */
function slug(text: string): string {
  const words = text
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9._]+/g) ?? ["leaderboard"];
  return words.join("-");
}
