import type { Manifest } from "../snapshot/build.ts";

/** A piece of code that works as it is copied. */
export interface Snippet {
  title: string;
  code: string;
}

/**
 * How to read the main table from elsewhere.
 *
 * @param folder absolute address of the files, with a slash at the end
 */
export function snippetsOf(
  folder: string,
  manifest: Manifest,
  columns: readonly string[],
): Snippet[] {
  const table = manifest.suites[0]!.table;
  const url = `${folder}${table}.parquet`;
  return [
    {
      title: "DuckDB",
      code: `SELECT ${columns.join(", ")}\nFROM '${url}'\nWHERE rank IS NOT NULL\nORDER BY rank\nLIMIT 10;`,
    },
    {
      title: "pandas",
      code: `import pandas as pd\n\nmodels = pd.read_parquet("${url}")\nmodels.nsmallest(10, "rank")[${JSON.stringify(columns)}]`,
    },
    { title: "curl", code: `curl -LO ${url}\n${checkLine(manifest, `${table}.parquet`)}` },
  ];
}

/** The shell line that says whether a file is the one of this page. */
function checkLine(manifest: Manifest, name: string): string {
  return `echo "${manifest.files[name]?.sha256}  ${name}" | sha256sum --check`;
}

/** Lines as `sha256sum --check` reads them. */
export function checksums(manifest: Manifest): string {
  return Object.entries(manifest.files)
    .map(([name, file]) => `${file.sha256}  ${name}`)
    .join("\n");
}

/** What a file holds, in a sentence. */
export function fileText(name: string, manifest: Manifest): string {
  const [base, extension] = [name.replace(/\.\w+$/, ""), name.replace(/^.*\./, "")];
  const suite = manifest.suites.find((s) => s.table === base);
  if (suite && extension === "csv") {
    return `The same as ${base}.parquet, for a spreadsheet. Text that it would take for a formula has a ' in front.`;
  }
  if (suite) return `${suite.name}: a row for every evaluation.`;
  return (
    {
      scores: "Every score and, where known, every subtask’s: a row for each.",
      history: "Averages and ranks as they stood in dated tables.",
    }[base] ?? ""
  );
}

/** Sources with one note, which says where they come from and under which licence. */
export function sourcesByNote(sources: Manifest["sources"]): Map<string, Manifest["sources"]> {
  const groups = new Map<string, Manifest["sources"]>();
  for (const source of sources) {
    const note = source.note ?? "";
    groups.set(note, [...(groups.get(note) ?? []), source]);
  }
  return groups;
}

/** A note that begins with the address of a repository, as its address and the rest. */
export function linkOf(note: string): { address: string; rest: string } | null {
  const address = /^github\.com\/[\w.-]+\/[\w.-]*\w/.exec(note)?.[0];
  return address ? { address, rest: note.slice(address.length) } : null;
}
