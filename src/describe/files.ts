import type { Manifest } from "../snapshot/build.ts";
import type { About } from "./about.ts";
import { citationFile } from "./citation.ts";
import { croissant } from "./croissant.ts";
import { dataPackage } from "./datapackage.ts";
import { datasetCard } from "./dataset-card.ts";

/** Descriptions of a snapshot by the name of the file that they stand in, beside its tables. */
export function descriptionsOf(about: About, manifest: Manifest): Record<string, string> {
  return {
    "README.md": datasetCard(about, manifest),
    "croissant.json": json(croissant(about, manifest)),
    "datapackage.json": json(dataPackage(about, manifest)),
    "CITATION.cff": citationFile(about, manifest),
  };
}

/** As all JSON files of a snapshot are written. */
function json(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}
