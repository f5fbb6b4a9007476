import type { Author, Leaderboard } from "../records/leaderboard.ts";
import type { FileEntry, Manifest } from "../records/manifest.ts";

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
      requests:
        "The queue: a row for every request to evaluate a model, and where it stands. Who sent it is a number.",
      votes: "Votes for models to be evaluated sooner: a row for each. Who voted is a number.",
      scores: "Every score and, where known, every subtask’s: a row for each.",
      sources: "Which file, and row, the figures of each evaluation are from.",
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
    queueText(manifest),
    `Figures of ${manifest.as_of}.`,
  ]
    .filter(Boolean)
    .join(" ");
}

function queueText({ files }: Manifest): string {
  const parts = (["requests", "votes"] as const).flatMap((name) => {
    const rows = files[`${name}.parquet`]?.rows;
    if (rows === undefined) return [];
    return [`${rows.toLocaleString("en")} ${rows === 1 ? name.slice(0, -1) : name}`];
  });
  return parts.length === 0 ? "" : `The queue: ${parts.join(" and ")}.`;
}

/**
 * What the tables say about people, where they come from datasets that name some; else null. Models
 * are named by their owners' accounts in every table.
 */
export function personalText({ files }: Manifest): string | null {
  const votes = files["votes.parquet"];
  if (!files["requests.parquet"] && !votes) return null;
  const voters = votes?.columns.some(({ name }) => name === "voter")
    ? "Column voter of votes.parquet has a pseudonym where the maintainers have a key for one, or, where this leaderboard publishes them, names. "
    : "";
  return (
    `Who sent a request and who voted stands in the source datasets and is left out of these tables. ${voters}` +
    "The name of a model begins with the public account on the Hub that owns it, which may be a person’s."
  );
}

/** What `facts.parquet` is, beside the tables of a snapshot for which the Hub was asked about models. */
export const FACTS_TEXT =
  "What the Hub said of each model, and when. The tables have of it what is newer than the figures; of a " +
  "model that has gone, it has what was last known and the day.";

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
