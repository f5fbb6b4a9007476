import type { Author } from "../records/leaderboard.ts";
import type { Manifest } from "../records/manifest.ts";
import { type About, authorsOf, fileText, KEYWORDS, nameOf, summaryOf } from "./about.ts";
import { sourceKinds } from "./sources.ts";

/**
 * schema.org `Dataset` for a page that offers a snapshot, with what Google's dataset search
 * requires (name, description) and recommends (developers.google.com/search/docs/appearance/
 * structured-data/dataset).
 *
 * @param page absolute address of the page
 * @param folder absolute address of the files, with a slash at the end
 */
export function datasetJsonLd(
  about: About,
  manifest: Manifest,
  page: string,
  folder: string,
): object {
  const main = manifest.suites[0];
  const columns = (main && manifest.files[`${main.table}.parquet`]?.columns) ?? [];
  return {
    "@context": "https://schema.org/",
    "@type": "Dataset",
    name: about.title,
    description: summaryOf(about, manifest),
    url: page,
    ...(about.license && { license: about.license.url }),
    ...(about.languages && { inLanguage: about.languages }),
    creator: authorsOf(about).map(agent),
    keywords: KEYWORDS,
    isAccessibleForFree: true,
    version: manifest.as_of,
    dateModified: manifest.as_of,
    temporalCoverage: manifest.as_of,
    ...(about.references.length > 0 && { citation: about.references.map((r) => r.url) }),
    ...basedOn(manifest),
    variableMeasured: columns.map(({ name, description }) => ({
      "@type": "PropertyValue",
      name,
      description,
    })),
    distribution: Object.entries(manifest.files).map(([file, { bytes, sha256 }]) => ({
      "@type": "DataDownload",
      name: file,
      description: fileText(file, manifest),
      contentUrl: new URL(file, folder).href,
      encodingFormat: mediaType(file),
      contentSize: `${bytes} B`,
      sha256,
    })),
  };
}

/** The datasets of the Hub that a snapshot was made of, each at its commit, in schema.org's words. */
export function basedOn(manifest: Manifest): object {
  const { datasets } = sourceKinds(manifest.sources);
  return datasets.length === 0 ? {} : { isBasedOn: datasets.map((d) => d.url) };
}

/** An author in schema.org's words. */
export function agent(author: Author): object {
  return { "@type": "name" in author ? "Organization" : "Person", name: nameOf(author) };
}

/** As registered with IANA; Croissant's own tools know Parquet by its older name. */
export function mediaType(file: string): string {
  return file.endsWith(".csv") ? "text/csv" : "application/x-parquet";
}
