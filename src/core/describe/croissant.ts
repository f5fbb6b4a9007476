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
import { sourceKinds } from "./sources.ts";

/**
 * As the specification gives it (mlcommons/croissant, docs/croissant-spec-1.1.md, appendix 1), but for
 * two things that its own validator wants otherwise: schema.org by https, without which mlcroissant
 * 1.1.1 knows no dataset, and four terms of 1.0 (`path`, `repeated`, `replace`, `samplingRate`), which
 * it misses.
 */
const CONTEXT = {
  "@language": "en",
  "@vocab": "https://schema.org/",
  sc: "https://schema.org/",
  cr: "http://mlcommons.org/croissant/",
  rai: "http://mlcommons.org/croissant/RAI/",
  dct: "http://purl.org/dc/terms/",
  prov: "http://www.w3.org/ns/prov#",
  annotation: "cr:annotation",
  arrayShape: "cr:arrayShape",
  citeAs: "cr:citeAs",
  column: "cr:column",
  conformsTo: "dct:conformsTo",
  containedIn: "cr:containedIn",
  data: { "@id": "cr:data", "@type": "@json" },
  dataType: { "@id": "cr:dataType", "@type": "@vocab" },
  equivalentProperty: "cr:equivalentProperty",
  examples: { "@id": "cr:examples", "@type": "@json" },
  excludes: "cr:excludes",
  extract: "cr:extract",
  field: "cr:field",
  fileObject: "cr:fileObject",
  fileProperty: "cr:fileProperty",
  fileSet: "cr:fileSet",
  format: "cr:format",
  includes: "cr:includes",
  isArray: "cr:isArray",
  isLiveDataset: "cr:isLiveDataset",
  jsonPath: "cr:jsonPath",
  key: "cr:key",
  md5: "cr:md5",
  parentField: "cr:parentField",
  path: "cr:path",
  readLines: "cr:readLines",
  recordSet: "cr:recordSet",
  references: "cr:references",
  regex: "cr:regex",
  repeated: "cr:repeated",
  replace: "cr:replace",
  samplingRate: "cr:samplingRate",
  sdVersion: "cr:sdVersion",
  separator: "cr:separator",
  source: "cr:source",
  subField: "cr:subField",
  transform: "cr:transform",
  unArchive: "cr:unArchive",
  value: "cr:value",
};

const TYPES: Record<ColumnType, string> = {
  VARCHAR: "sc:Text",
  DOUBLE: "sc:Float",
  INTEGER: "sc:Integer",
  BOOLEAN: "sc:Boolean",
  DATE: "sc:Date",
};

const CROISSANT = "http://mlcommons.org/croissant/1.1";

/** Its vocabulary for what a dataset says about people (docs.mlcommons.org/croissant/docs/croissant-rai-spec.html). */
const RAI = "http://mlcommons.org/croissant/RAI/1.0";

/**
 * `croissant.json`: the snapshot in Croissant 1.1, which loads its tables as records. Paths are
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
    ...derivedFrom(manifest),
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

/** Where it comes from as 1.1 recommends to say it: in the words of PROV-O. */
function derivedFrom(manifest: Manifest): object {
  const { datasets } = sourceKinds(manifest.sources);
  return datasets.length === 0
    ? {}
    : { "prov:wasDerivedFrom": datasets.map(({ url }) => ({ "@id": url })) };
}

/** Croissant wants MAJOR.MINOR.PATCH: a day without its leading zeros is one. */
function semver(day: string): string {
  return day.split("-").map(Number).join(".");
}
