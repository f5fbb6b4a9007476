import type { Manifest } from "../records/manifest.ts";
import { count } from "../table/format.ts";
import { sourceKinds } from "./sources.ts";

/** A piece of code that works as it is copied. */
export interface Snippet {
  title: string;
  code: string;
  /** What has to be there first. */
  needs: string;
}

/**
 * How to read the main table from elsewhere. The table is sorted by rank, so its first rows are the
 * best. Each is run by a test as it stands on the page.
 *
 * @param folder absolute address of the files, with a slash at the end
 * @param columns three or so of the table's, `rank` among them
 */
export function snippetsOf(
  folder: string,
  manifest: Manifest,
  columns: readonly string[],
): Snippet[] {
  const table = manifest.suites[0]!.table;
  const url = `${folder}${table}.parquet`;
  const names = columns.map((c) => JSON.stringify(c)).join(", ");
  return [
    {
      title: "DuckDB",
      code: `SELECT ${columns.join(", ")}\nFROM '${url}'\nWHERE rank IS NOT NULL\nORDER BY rank\nLIMIT 10;`,
      needs:
        "DuckDB fetches its extension httpfs the first time it reads an address. Without it, " +
        "download the file and name its path.",
    },
    {
      title: "pandas",
      code: `import pandas as pd\n\nmodels = pd.read_parquet("${url}")\nprint(models.nsmallest(10, "rank")[[${names}]])`,
      needs: "First: pip install pandas pyarrow",
    },
    {
      title: "polars",
      code: `import polars as pl\n\nmodels = pl.read_parquet("${url}")\nprint(models.select(${names}).head(10))`,
      needs: "First: pip install polars",
    },
    {
      title: "JavaScript",
      code: [
        'import { asyncBufferFromUrl, parquetReadObjects } from "hyparquet";',
        'import { compressors } from "hyparquet-compressors";',
        "",
        `const url = "${url}";`,
        "const file = await asyncBufferFromUrl({ url });",
        `const columns = [${names}];`,
        "console.table(await parquetReadObjects({ file, compressors, columns, rowEnd: 10 }));",
      ].join("\n"),
      needs: "First: npm install hyparquet hyparquet-compressors",
    },
    {
      title: "curl",
      code: fetchChecked(folder, manifest),
      needs: "The second line says whether the file is the one of this page.",
    },
  ];
}

/** Shell lines that fetch the main table, and say whether it is the one of this page. */
export function fetchChecked(folder: string, manifest: Manifest): string {
  const file = `${manifest.suites[0]!.table}.parquet`;
  const check = `echo "${manifest.files[file]?.sha256}  ${file}" | sha256sum --check`;
  return `curl -LO ${folder}${file}\n${check}`;
}

/** How many records of the sources are not in the tables, in words without a full stop. */
export function rejectedText({ rejected }: Manifest): string {
  return rejected === 0
    ? "No record of the sources was rejected"
    : rejected === 1
      ? "1 record of the sources was rejected, with its reason"
      : `${count(rejected)} records of the sources were rejected, each with its reason`;
}

/**
 * Shell lines that make the tables again, from the datasets at the very commits that were read; null
 * where there are other sources than these and the embedded snapshot.
 *
 * @param typed how one of our commands is typed
 * @param snapshot folder of the embedded snapshot in the project
 */
export function remake(
  { sources, as_of }: Manifest,
  typed: (command: string, ...args: string[]) => string,
  snapshot = "",
): string | null {
  const { datasets, files } = sourceKinds(sources);
  const given = files.some((f) => originOf(f) === "");
  const isPlain = /^[\w./-]+$/.test(snapshot);
  if (datasets.length === 0 || given || (files.length > 0 && !isPlain)) return null;
  const pinned = datasets.map(({ name, commit }) => `${name}@${commit}`);
  return [
    typed("pull", ...pinned.map((d) => `\\\n  --dataset ${d}`)),
    typed(
      "data",
      ...(files.length > 0 ? [`\\\n  --source ${snapshot}`] : []),
      ...pinned.map((d) => `\\\n  --source hf://datasets/${d}`),
      `\\\n  --as-of ${as_of} --out tables`,
    ),
  ].join("\n");
}

/** Lines as `sha256sum --check` reads them. */
export function checksums(manifest: Manifest): string {
  return Object.entries(manifest.files)
    .map(([name, file]) => `${file.sha256}  ${name}`)
    .join("\n");
}

/** Where an embedded file comes from, and under which licence; "" for one that was given. */
function originOf({ note }: Manifest["sources"][number]): string {
  const said = note ?? "";
  // What `load` says of a folder or table that it was given is about what is in it.
  return /^(?:\d+ result files|no file named .*|history only)$/.test(said) ? "" : said;
}

/** Sources by where they come from: those with one note; under "" what was given by hand. */
export function sourcesByNote(sources: Manifest["sources"]): Map<string, Manifest["sources"]> {
  const groups = new Map<string, Manifest["sources"]>();
  for (const source of sources) {
    const note = originOf(source);
    groups.set(note, [...(groups.get(note) ?? []), source]);
  }
  return groups;
}

/** A note that begins with the address of a repository, as its address and the rest. */
export function linkOf(note: string): { address: string; rest: string } | null {
  const address = /^github\.com\/[\w.-]+\/[\w.-]*\w/.exec(note)?.[0];
  return address ? { address, rest: note.slice(address.length) } : null;
}
