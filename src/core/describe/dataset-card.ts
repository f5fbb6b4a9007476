import type { Manifest, TableColumn } from "../records/manifest.ts";
import { FACTS_COLUMNS, FACTS_FILE } from "../table/schema.ts";
import {
  type About,
  type DescribedTable,
  FACTS_TEXT,
  KEYWORDS,
  personalText,
  summaryOf,
  tablesOf,
} from "./about.ts";
import { bibtex } from "./citation.ts";
import { type Source, sourceKinds } from "./sources.ts";
import { oneLine } from "./text.ts";
import { yaml } from "./yaml.ts";

/**
 * `README.md`: a Hugging Face dataset card. Uploaded as a dataset, the folder has a viewer for every
 * table, which its `configs` name (huggingface.co/docs/hub/datasets-manual-configuration).
 */
export function datasetCard(about: About, manifest: Manifest): string {
  const tables = tablesOf(manifest);
  const rows = tables.reduce((sum, { entry }) => sum + entry.rows, 0);
  const personal = personalText(manifest);
  const { datasets, facts } = sourceKinds(manifest.sources);
  const front = {
    pretty_name: about.title,
    ...(about.languages && { language: about.languages }),
    ...(about.license && licenseOf(about.license)),
    tags: KEYWORDS,
    size_categories: [sizeCategory(rows)],
    ...(datasets.length > 0 && { source_datasets: datasets.map((d) => d.name) }),
    // A table without rows would be an error in the viewer.
    configs: tables
      .filter((t) => t.entry.rows > 0)
      .map(({ name, file }, i) => ({
        config_name: name,
        data_files: [{ split: "train", path: file }],
        ...(i === 0 && { default: true }),
      })),
  };
  const parts = [
    `# ${markdown(about.title)}`,
    markdown(summaryOf(about, manifest)),
    "## Tables",
    ...tables.map(tableSection),
    ...(facts ? ["## Model facts", factsSection(facts)] : []),
    "## Sources",
    sources(manifest),
    ...(personal ? ["## Personal data", markdown(personal)] : []),
    ...(about.license
      ? [
          "## Licence",
          `The figures are under [${markdown(about.license.id)}](${link(about.license.url)}).`,
        ]
      : []),
    "## Citation",
    fenced(bibtex(about, manifest)),
  ];
  return `---\n${yaml(front)}---\n\n${parts.join("\n\n")}\n`;
}

/**
 * Licences of data that the Hub knows by their lower-case SPDX id (huggingface.co/docs/hub/
 * repositories-licenses); any other is `other`, with its name and address.
 */
const ON_HUB = new Set(
  (
    "apache-2.0 mit mpl-2.0 cc0-1.0 cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-3.0 " +
    "cc-by-nc-4.0 cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-3.0 cc-by-nc-sa-4.0 " +
    "cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 odc-by unlicense " +
    "bsd-2-clause bsd-3-clause epl-2.0 eupl-1.2 etalab-2.0"
  ).split(" "),
);

function licenseOf({ id, url }: NonNullable<About["license"]>) {
  const name = id.toLowerCase();
  return ON_HUB.has(name)
    ? { license: name }
    : { license: "other", license_name: name, license_link: url };
}

/** The Hub's classes go by powers of ten. */
function sizeCategory(rows: number): string {
  const steps: [number, string][] = [
    [1e3, "n<1K"],
    [1e4, "1K<n<10K"],
    [1e5, "10K<n<100K"],
    [1e6, "100K<n<1M"],
    [1e7, "1M<n<10M"],
  ];
  return steps.find(([limit]) => rows < limit)?.[1] ?? "10M<n<100M";
}

function tableSection({ name, file, entry, text }: DescribedTable): string {
  return [
    `### ${markdown(name)}`,
    `${markdown(text)} \`${file}\`, ${entry.rows.toLocaleString("en")} rows.`,
    columnList(entry.columns),
  ].join("\n\n");
}

function factsSection({ rows }: Source): string {
  return [
    `${markdown(FACTS_TEXT)} \`${FACTS_FILE}\`, ${rows.toLocaleString("en")} rows.`,
    columnList(FACTS_COLUMNS),
  ].join("\n\n");
}

function columnList(columns: readonly TableColumn[]): string {
  const rows = columns.map((c) => `| \`${c.name}\` | ${c.type} | ${markdown(c.description)} |`);
  return ["| Column | Type | Meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function sources({ sources, as_of }: Manifest): string {
  const { datasets, facts, files } = sourceKinds(sources);
  const made = datasets.length > 0 ? "these datasets and files" : "these files";
  return [
    `Made from ${made}. The figures are those of ${as_of}; \`manifest.json\` has the digest of every table.`,
    [
      ...datasets.map(
        (d) => `- [${markdown(d.name)}](${link(d.url)}): ${d.holds}; commit \`${d.commit}\``,
      ),
      ...[...files, ...(facts ? [facts] : [])].map(sourceLine),
    ].join("\n"),
  ].join("\n\n");
}

function sourceLine({ source, rows, note, sha256, commit }: Source): string {
  return [
    `- ${markdown(source)}: ${rows.toLocaleString("en")} rows`,
    note && markdown(note),
    sha256 && `SHA-256 \`${sha256}\``,
    commit && `commit \`${commit}\``,
  ]
    .filter(Boolean)
    .join("; ");
}

/** Text that means itself in Markdown: no markup, no HTML, no cell or line of its own. */
export function markdown(text: string): string {
  return oneLine(text).replace(/[\\`*_[\]<>|~&$]/g, "\\$&");
}

/** An address that cannot end the link it stands in. */
function link(url: string): string {
  return new URL(url).href.replace(/[()]/g, (c) => (c === "(" ? "%28" : "%29"));
}

/** A block of code whose fence is longer than any in it. */
function fenced(code: string): string {
  const runs = code.match(/`+/g) ?? [];
  const fence = "`".repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
  return `${fence}bibtex\n${code}\n${fence}`;
}
