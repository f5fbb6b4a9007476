import type { Author } from "../records/leaderboard.ts";
import type { Manifest } from "../records/manifest.ts";
import { type About, authorsOf, dataPage, KEYWORDS, nameOf, summaryOf } from "./about.ts";
import { type HubDataset, sourceKinds } from "./sources.ts";
import { oneLine } from "./text.ts";
import { yaml } from "./yaml.ts";

/** `CITATION.cff`, version 1.2.0 of the Citation File Format (citation-file-format.github.io). */
export function citationFile(about: About, manifest: Manifest): string {
  const url = dataPage(about);
  const references = [
    ...sourceKinds(manifest.sources).datasets.map(cffDataset),
    ...about.references.map((r) => ({
      type: "generic",
      title: r.title,
      authors: r.authors.map(cffAuthor),
      year: r.year,
      ...(r.publisher && { publisher: { name: r.publisher } }),
      url: r.url,
    })),
  ];
  return yaml({
    "cff-version": "1.2.0",
    message: "If you use these tables, please cite them, and the works that they come from.",
    type: "dataset",
    title: about.title,
    abstract: summaryOf(about, manifest),
    authors: authorsOf(about).map(cffAuthor),
    version: manifest.as_of,
    "date-released": manifest.as_of,
    ...(about.license && { license: about.license.id }),
    ...(url && { url }),
    keywords: KEYWORDS,
    ...(references.length > 0 && { references }),
  });
}

/** A dataset of the Hub at its commit, by whoever owns it. */
function cffDataset({ name, owner, commit, url }: HubDataset) {
  return { type: "data", title: name, authors: [{ name: owner }], commit, url };
}

function cffAuthor(author: Author): Record<string, string> {
  if ("name" in author) return { name: author.name };
  return { "family-names": author.family, "given-names": author.given };
}

/**
 * The snapshot, then the datasets and the works it comes from, as BibTeX entries.
 *
 * @param url address where it is found; default: that of the published site, where it is known
 */
export function bibtex(about: About, manifest: Manifest, url = dataPage(about)): string {
  const table = manifest.suites[0]?.table;
  const sha256 = table && manifest.files[`${table}.parquet`]?.sha256;
  const entries = [
    entry(`${slug(about.title)}-${manifest.as_of}`, {
      author: bibAuthors(authorsOf(about)),
      title: `{${tex(about.title)}}`,
      year: manifest.as_of.slice(0, 4),
      version: manifest.as_of,
      ...(url && { url: bibUrl(url) }),
      ...(sha256 && { note: `SHA-256 of ${tex(`${table}.parquet`)}: ${sha256}` }),
    }),
    ...sourceKinds(manifest.sources).datasets.map(({ name, owner, commit, url }) =>
      entry(`${slug(name)}-${commit.slice(0, 8)}`, {
        author: `{${tex(owner)}}`,
        title: `{${tex(name)}}`,
        version: commit,
        publisher: "Hugging Face",
        url: bibUrl(url),
      }),
    ),
    ...about.references.map((r) =>
      entry(`${slug(r.title)}-${r.year}`, {
        author: bibAuthors(r.authors),
        title: `{${tex(r.title)}}`,
        year: String(r.year),
        ...(r.publisher && { publisher: tex(r.publisher) }),
        url: bibUrl(r.url),
      }),
    ),
  ];
  return entries.join("\n\n");
}

function entry(key: string, fields: Record<string, string>): string {
  const lines = Object.entries(fields).map(([name, value]) => `  ${name} = {${value}}`);
  return `@misc{${key},\n${lines.join(",\n")}\n}`;
}

/** The name of an organisation is in braces: it is not to be split at its spaces. */
function bibAuthors(authors: Author[]): string {
  return authors
    .map((a) => ("name" in a ? `{${tex(nameOf(a))}}` : `${tex(a.family)}, ${tex(a.given)}`))
    .join(" and ");
}

/** An address stands as it is in BibTeX; nothing in it may end its field. */
function bibUrl(url: string): string {
  return new URL(url).href.replace(/[{}\\]/g, encodeURIComponent);
}

function slug(text: string): string {
  const words = text
    .normalize("NFKD")
    .toLowerCase()
    .match(/[a-z0-9]+/g) ?? ["leaderboard"];
  return words.join("-");
}

const TEX: Record<string, string> = {
  "\\": "\\textbackslash{}",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  // Not \{ and \}: BibTeX counts braces without looking at backslashes.
  "{": "\\textbraceleft{}",
  "}": "\\textbraceright{}",
};

/** Text that means itself in TeX and leaves braces in balance. */
function tex(text: string): string {
  return oneLine(text).replace(/[\\~^{}]|[&%$#_]/g, (c) => TEX[c] ?? `\\${c}`);
}
