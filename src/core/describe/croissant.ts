import type { ColumnType, Manifest } from "../records/manifest.ts";
import {
  type About,
  authorsOf,
  dataPage,
  KEYWORDS,
  personalText,
  summaryOf,
  tablesOf,
} from "./about.ts";
import { bibtex } from "./citation.ts";
import { agent, basedOn, mediaType } from "./dataset-jsonld.ts";

/** As the specification gives it (docs.mlcommons.org/croissant/docs/croissant-spec.html, 1.0). */
const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  cr: "http://mlcommons.org/croissant/",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  dct: "http://purl.org/dc/terms/",
  equivalentProperty: "cr:equivalentProperty",
  examples: { "@id": "cr:examples", "@type": "@json" },
  extract: "cr:extract",
  field: "cr:field",
  fileObject: "cr:fileObject",
  fileProperty: "cr:fileProperty",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  rai: "http://mlcommons.org/croissant/RAI/",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  samplingRate: "cr:samplingRate",
  sc: "https://schema.org/",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
};

const TYPES: Record<ColumnType, string> = {
  VARCHAR: "sc:Text",
  DOUBLE: "sc:Float",
  INTEGER: "sc:Integer",
  BOOLEAN: "sc:Boolean",
  DATE: "sc:Date",
};

const CROISSANT = "http://mlcommons.org/croissant/1.0";

/** Its vocabulary for what a dataset says about people (docs.mlcommons.org/croissant/docs/croissant-rai-spec.html). */
const RAI = "http://mlcommons.org/croissant/RAI/1.0";

/**
 * `croissant.json`: the snapshot in Croissant 1.0, which loads its tables as records. Paths are
 * relative, so that a copied folder stays valid.
 */
export function croissant(about: About, manifest: Manifest): object {
  const url = dataPage(about);
  const personal = personalText(manifest);
  return {
    "@context": CONTEXT,
    "@type": "sc:Dataset",
    conformsTo: personal ? [CROISSANT, RAI] : CROISSANT,
    name: about.title,
    description: summaryOf(about, manifest),
    ...(url && { url }),
    ...(about.license && { license: about.license.url }),
    ...(about.languages && { inLanguage: about.languages }),
    creator: authorsOf(about).map(agent),
    keywords: KEYWORDS,
    citeAs: bibtex(about, manifest),
    datePublished: manifest.as_of,
    version: semver(manifest.as_of),
    ...basedOn(manifest),
    ...(personal && { "rai:personalSensitiveInformation": [personal] }),
    distribution: Object.entries(manifest.files).map(([file, { bytes, sha256 }]) => ({
      "@type": "cr:FileObject",
      "@id": file,
      name: file,
      contentUrl: file,
      contentSize: `${bytes} B`,
      encodingFormat: mediaType(file),
      sha256,
    })),
    recordSet: tablesOf(manifest).map(({ name, file, entry, text }) => ({
      "@type": "cr:RecordSet",
      "@id": name,
      name,
      description: text,
      field: entry.columns.map((column) => ({
        "@type": "cr:Field",
        "@id": `${name}/${column.name}`,
        name: `${name}/${column.name}`,
        description: column.description,
        dataType: TYPES[column.type],
        source: { fileObject: { "@id": file }, extract: { column: column.name } },
      })),
    })),
  };
}

/** Croissant wants MAJOR.MINOR.PATCH: a day without its leading zeros is one. */
function semver(day: string): string {
  return day.split("-").map(Number).join(".");
}
