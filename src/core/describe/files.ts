import { jsonText } from "../records/json.ts";
import type { Manifest } from "../records/manifest.ts";
import type { About } from "./about.ts";
import { citationFile } from "./citation.ts";
import { croissant } from "./croissant.ts";
import { dataPackage } from "./datapackage.ts";
import { datasetCard } from "./dataset-card.ts";

/** Descriptions of a snapshot by the name of the file that they stand in, beside its tables. */
export function descriptionsOf(about: About, manifest: Manifest): Record<string, string> {
  return {
    "README.md": datasetCard(about, manifest),
    "croissant.json": jsonText(croissant(about, manifest)),
    "datapackage.json": jsonText(dataPackage(about, manifest)),
    "CITATION.cff": citationFile(about, manifest),
  };
}
