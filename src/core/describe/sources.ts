import { datasetName, sha1 } from "../records/listing.ts";
import type { Manifest } from "../records/manifest.ts";

/** A source of a snapshot, as the manifest has it. */
export type Source = Manifest["sources"][number];

/** A dataset of the Hub that a snapshot was made of. */
export interface HubDataset {
  /** OWNER/NAME. */
  name: string;
  owner: string;
  /** 40 hex digits. */
  commit: string;
  /** Address of its files at that commit. */
  url: string;
  /** What it holds, counted: `1,234 result files`. */
  holds: string;
  /** Whether it holds runs or a table of them, and not the queue alone. */
  hasScores: boolean;
}

/** Sources sorted by what they are. */
export interface SourceKinds {
  datasets: HubDataset[];
  /** What the Hub was asked about models. */
  facts: Source | null;
  /** Files and folders. */
  files: Source[];
}

/** Sorts the sources of a snapshot, each kind in the order it has. */
export function sourceKinds(sources: readonly Source[]): SourceKinds {
  const kinds: SourceKinds = { datasets: [], facts: null, files: [] };
  for (const source of sources) {
    const dataset = datasetOf(source);
    if (dataset) kinds.datasets.push(dataset);
    else if (source.source === "facts" && source.note !== null) kinds.facts = source;
    else kinds.files.push(source);
  }
  return kinds;
}

/** Only what is a dataset's name and a commit may stand in an address or a command. */
function datasetOf(source: Source): HubDataset | null {
  const named = /^hf:\/\/datasets\/(.*)$/s.exec(source.source)?.[1];
  const { data: name } = datasetName.safeParse(named);
  const { data: commit } = sha1.safeParse(source.commit);
  if (name === undefined || commit === undefined) return null;
  const url = `https://huggingface.co/datasets/${name}/tree/${commit}`;
  const hasScores = /result files|rows of contents/.test(source.note ?? "");
  return {
    name,
    owner: name.split("/")[0]!,
    commit,
    url,
    holds: holdsOf(source),
    hasScores,
  };
}

function holdsOf({ note, rows }: Source): string {
  if (!note) return `${rows.toLocaleString("en")} ${rows === 1 ? "record" : "records"}`;
  return note
    .replace(/\b1 (result file|row|request|vote)s\b/g, "1 $1")
    .replace(/\d+/g, (n) => Number(n).toLocaleString("en"));
}

/** Where an evaluation's figures are from, for people. */
export interface Place {
  /** `results_2024-06-17T12-07-04.json`, or `row 12 of table.csv`. */
  text: string;
  /** Address of the file at the commit that was read; null for what is in no dataset. */
  url: string | null;
}

/** @param source as `sources.parquet` has it: DATASET/PATH or FILE, and `#ROW` */
export function placeOf(source: string, datasets: readonly HubDataset[]): Place {
  const [, path = source, row] = /^(.*)#(\d+)$/s.exec(source) ?? [];
  const file = path.split("/").at(-1)!;
  const text = row === undefined ? file : `row ${Number(row).toLocaleString("en")} of ${file}`;
  const dataset = datasets.find(({ name }) => path.startsWith(`${name}/`));
  if (!dataset) return { text, url: null };
  const inside = path
    .slice(dataset.name.length + 1)
    .split("/")
    .map(encodeURIComponent);
  return { text, url: `${dataset.url.replace("/tree/", "/blob/")}/${inside.join("/")}` };
}
