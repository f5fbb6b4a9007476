import type { Author, Leaderboard } from "../records/leaderboard.ts";
import type { Manifest } from "../snapshot/build.ts";
import type { FileEntry } from "../snapshot/write.ts";

/** What descriptions of a snapshot say besides its manifest. Whatever is unknown is left out. */
export type About = Pick<
  Leaderboard,
  "title" | "tagline" | "homepage" | "license" | "authors" | "languages" | "references"
>;

/** A table of a snapshot, and its main file. */
export interface DescribedTable {
  name: string;
  file: string;
  entry: FileEntry;
  text: string;
}

/** The tables, once each: their Parquet files. */
export function tablesOf(manifest: Manifest): DescribedTable[] {
  return Object.entries(manifest.files)
    .filter(([file]) => file.endsWith(".parquet"))
    .map(([file, entry]) => {
      const name = file.replace(/\.parquet$/, "");
      return { name, file, entry, text: fileText(file, manifest) };
    });
}

/** What a file holds, in a sentence or two. */
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

/** A snapshot in a few sentences: at least the 50 characters that Google's dataset search wants. */
export function summaryOf(about: About, manifest: Manifest): string {
  const suites = manifest.suites.map(({ name, table }) => {
    const rows = manifest.files[`${table}.parquet`]?.rows ?? 0;
    return `${rows.toLocaleString("en")} evaluations of ${name}`;
  });
  return [
    sentence(about.tagline),
    `Scores, ranks, standard errors and history as tables: ${suites.join(" and ")}.`,
    `Figures of ${manifest.as_of}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

function sentence(text: string): string {
  return text === "" || /[.!?]$/.test(text) ? text : `${text}.`;
}

export function authorsOf(about: About): Author[] {
  return about.authors ?? [{ name: `${about.title} contributors` }];
}

export function nameOf(author: Author): string {
  return "name" in author ? author.name : `${author.given} ${author.family}`;
}

/** Address of the page that offers the tables; null where the site's is unknown. */
export function dataPage(about: About): string | null {
  if (!about.homepage) return null;
  return new URL("data/", about.homepage.replace(/\/?$/, "/")).href;
}

/** Words that a catalogue finds the tables by. */
export const KEYWORDS = ["leaderboard", "evaluation", "benchmark", "language models"];
