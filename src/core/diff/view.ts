import { count } from "../table/format.ts";
import type { Cell, Report, Section } from "./report.ts";
import { type Tree, tree } from "./tree.ts";

/** Rows of a section that the page shows at first. */
export const SHOWN = 25;

export interface ViewOptions {
  /** Address of a model's page; null where it has none. */
  model: (name: string) => string | null;
  /** Rows with these letters only; empty shows all. */
  search?: string;
  /** Keys of the sections that are shown whole. */
  whole?: ReadonlySet<string>;
}

/** A report as elements: numbers first, then a section for each kind of change there is. */
export function viewOf(report: Report, options: ViewOptions): Tree[] {
  return [
    tree(
      "ul",
      { class: "diff-numbers" },
      ...report.numbers.map(({ label, value, section }) =>
        tree(
          "li",
          {},
          value > 0
            ? tree("a", { href: `#${section}` }, ...numberWords(value, label))
            : tree("span", {}, ...numberWords(value, label)),
        ),
      ),
    ),
    tree("p", { class: "soft small diff-notes" }, report.notes.join(" ")),
    ...report.sections.filter((s) => s.rows.length > 0).map((s) => sectionOf(s, options)),
  ];
}

function numberWords(value: number, label: string): Tree[] {
  return [tree("strong", {}, count(value)), tree("span", {}, label)];
}

function sectionOf(section: Section, options: ViewOptions): Tree {
  const { key, title, note, columns } = section;
  const letters = options.search?.trim().toLowerCase() ?? "";
  // The few rows on benchmarks speak of all evaluations: a search for models leaves them.
  const ofModels = columns[0]?.kind === "model";
  const rows =
    letters === "" || !ofModels
      ? section.rows
      : section.rows.filter(([cell]) =>
          `${cell?.text} ${cell?.also ?? ""}`.toLowerCase().includes(letters),
        );
  const shown = options.whole?.has(key) ? rows : rows.slice(0, SHOWN);
  const of = rows.length < section.rows.length ? ` of ${count(section.rows.length)}` : "";
  return tree(
    "section",
    { id: key, "aria-labelledby": `${key}-title` },
    tree(
      "h2",
      { id: `${key}-title` },
      title,
      ofModels ? tree("span", { class: "soft" }, ` ${count(rows.length)}${of}`) : null,
    ),
    tree("p", { class: "soft small" }, note),
    rows.length === 0 ? tree("p", {}, "No model of that name among them.") : null,
    rows.length > 0
      ? tree(
          "div",
          { class: "scroll", tabindex: "0", role: "region", "aria-label": title },
          tree(
            "table",
            { class: columns.some((c, i) => i > 0 && c.kind === "text") ? "full" : "full figures" },
            tree(
              "thead",
              {},
              tree(
                "tr",
                {},
                ...columns.map((c) =>
                  tree(
                    "th",
                    { scope: "col", class: c.kind === "number" ? "n" : undefined },
                    c.label,
                  ),
                ),
              ),
            ),
            tree("tbody", {}, ...shown.map((row) => rowOf(row, columns, options))),
          ),
        )
      : null,
    shown.length < rows.length
      ? tree(
          "p",
          { class: "small more" },
          `The first ${SHOWN}. `,
          tree(
            "button",
            { type: "button", class: "plain", "data-whole": key, hidden: "" },
            `Show all ${count(rows.length)}`,
          ),
        )
      : null,
  );
}

function rowOf(row: readonly Cell[], columns: Section["columns"], options: ViewOptions): Tree {
  const [first, ...rest] = row;
  return tree(
    "tr",
    {},
    tree("th", { scope: "row" }, ...(first ? nameOf(first, options) : [])),
    ...rest.map((cell, i) => {
      const kind = columns[i + 1]?.kind;
      const classes = [kind === "number" ? "n" : "wide", cell.tone].filter(Boolean).join(" ");
      return tree("td", { class: classes }, cell.text);
    }),
  );
}

function nameOf(cell: Cell, options: ViewOptions): (Tree | string)[] {
  const href = cell.model === undefined ? null : options.model(cell.model);
  return [
    href === null ? cell.text : tree("a", { href }, cell.text),
    ...(cell.note ? [tree("span", { class: "soft note" }, cell.note)] : []),
  ];
}
