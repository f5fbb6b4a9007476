import type { ModelFacts } from "../../core/records/facts.ts";
import { readFactsFile } from "../../pipeline/snapshot/facts.ts";
import { snapshotFolder } from "../../pipeline/snapshot/folder.ts";

let loaded: Promise<ReadonlyMap<string, ModelFacts>> | undefined;

/** What the snapshot that pages are built from knows of models, by model; read once per build. */
export function loadFacts(): Promise<ReadonlyMap<string, ModelFacts>> {
  loaded ??= readFactsFile(snapshotFolder).then(
    (facts) => new Map(facts.map((one) => [one.model, one])),
  );
  return loaded;
}
