import type { Manifest } from "../records/manifest.ts";
import { count } from "../table/format.ts";

type Drift = NonNullable<Manifest["drift"]>;

/** One way in which the sources were not as expected, for a reader of the tables. */
export interface DriftPart {
  /** How much of it there is. */
  what: string;
  /** What it means for the scores. */
  meaning: string;
  /** Heads of the two columns. */
  head: [string, string];
  rows: [string, string][];
  /** Rows that are only counted. */
  more: number;
}

/** What was not as expected, part by part; none where all was. */
export function driftParts(drift: Drift | undefined): DriftPart[] {
  if (!drift) return [];
  const { unknown_fields, missing_fields, set_aside, columns } = drift;
  return [
    counted(set_aside, "Reason", {
      what: (n) =>
        `${n === 1 ? "1 file or record was" : `${count(n)} files and records were`} set aside`,
      meaning:
        "Nothing of them is in the tables: a model whose only run is among them is missing, and comes " +
        "in when its file is mended. Words and numbers of the files themselves are cut out of these " +
        "reasons.",
    }),
    counted(unknown_fields, "Field", {
      what: (n) => `${files(n)} fields that are not known here`,
      meaning: "They are not read, and no score depends on them. The runs count as all others do.",
    }),
    counted(missing_fields, "Field", {
      what: (n) => `${files(n)} less than usual to say about the run`,
      meaning:
        "No score depends on the fields that are missing: the runs count. What such a field would " +
        "say is taken from elsewhere or stays unknown.",
    }),
    ...columns.map(columnsPart),
  ].flatMap((part) => part ?? []);
}

function files(n: number): string {
  return n === 1 ? "1 result file has" : `${count(n)} result files have`;
}

function counted(
  { files, names, more }: Drift["set_aside"],
  head: string,
  text: { what: (files: number) => string; meaning: string },
): DriftPart | null {
  if (files === 0) return null;
  return {
    what: text.what(files),
    meaning: text.meaning,
    head: [head, "Files"],
    rows: Object.entries(names).map(([name, n]) => [name, count(n)]),
    more,
  };
}

const KINDS = { changed: "of another kind", missing: "not there", new: "not known here" } as const;

function columnsPart({ source, ...kinds }: Drift["columns"][number]): DriftPart {
  return {
    what: `The columns of ${source} are not those that were known`,
    meaning:
      "Columns that are not known are not read. What a missing column or a cell of another kind would " +
      "say is unknown in the tables. Without a column that scores need, no tables would have been made.",
    head: ["Column", "Now"],
    rows: Object.entries(KINDS).flatMap(([kind, words]) =>
      kinds[kind as keyof typeof KINDS].map((name): [string, string] => [name, words]),
    ),
    more: 0,
  };
}
