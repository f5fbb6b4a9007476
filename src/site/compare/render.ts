import { element, make } from "../../browser/dom.ts";
import { toElement } from "../../browser/svg.ts";
import { intervalChart } from "../../core/charts/intervals.ts";
import type { Catalogue } from "../../core/compare/choice.ts";
import {
  evaluationLabels,
  factRows,
  labelsOf,
  type ScoreCell,
  type ScoreRow,
  scoreRows,
} from "../../core/compare/comparison.ts";
import type { Suite } from "../../core/records/suite.ts";
import { byChance, VERDICTS, verdictSign } from "../../core/suite/difference.ts";
import { splitModel } from "../../core/table/cells.ts";
import type { Column } from "../../core/table/columns.ts";
import { points, signed } from "../../core/table/format.ts";
import { at, type Grid } from "../../core/table/grid.ts";
import { isPassedOver } from "../../core/table/scoring.ts";
import { pageAt } from "../../core/view/address.ts";
import { signsOf } from "./picker.ts";

/** What the comparison is of. */
export interface Scene {
  suite: Suite;
  columns: readonly Column[];
  grid: Grid;
  catalogue: Catalogue;
  /** Address under which model pages stand. */
  models: string;
  /** Rows compared, the reference first. */
  rows: readonly number[];
}

/** A score cell and what its tooltip needs. */
export interface CellRef {
  row: ScoreRow;
  cell: ScoreCell;
  label: string;
}

const refs = new WeakMap<Element, CellRef>();

export function refOf(cell: Element): CellRef | undefined {
  return refs.get(cell);
}

/** Fills the table, the charts and the words about them. */
export function render(scene: Scene): void {
  const { suite, grid, columns, rows } = scene;
  const labels = labelsOf(grid, rows);
  const scores = scoreRows(suite, grid, rows);
  const table = element<HTMLTableElement>("compare-table");
  table.style.setProperty("--models", String(rows.length));
  element("compare-head").replaceChildren(headRow(scene, labels));
  element("compare-scores").replaceChildren(...scores.map((row) => scoreRow(row, labels)));
  element("compare-facts").replaceChildren(
    ...factRows(columns, grid, rows).map(({ label, hint, values }) => {
      const head = rowHead(label);
      head.title = hint;
      const row = make("tr", "", head);
      row.append(...values.map((value) => make("td", "", value)));
      return row;
    }),
  );
  const unit = suite.normalized ? "points, normalised" : "per cent";
  element("compare-charts").replaceChildren(...scores.map((row) => chart(row, labels, unit)));
  element("compare-chance").textContent = chanceText(scores);
  const unlike = unlikeText(scene, labels);
  element("compare-unlike").textContent = unlike;
  element("compare-unlike").hidden = unlike === "";
}

function headRow(scene: Scene, labels: readonly string[]): HTMLTableRowElement {
  const corner = make("td", "", make("span", "visually-hidden", "Benchmark"));
  const row = make("tr", "", corner);
  row.append(...scene.rows.map((_, i) => modelHead(scene, i, labels[i]!)));
  return row;
}

function modelHead(scene: Scene, index: number, label: string): HTMLTableCellElement {
  const { grid, models } = scene;
  const row = scene.rows[index]!;
  const model = String(at(grid, "model", row));
  const { owner, name } = splitModel(model);
  const link = make("a", "", make("span", "owner", owner), make("span", "name", name));
  link.href = pageAt(`${models}${model}/`);
  const remove = action("remove", row, `Remove ${label}`, closeIcon());
  const head = make("th", index === 0 ? "reference" : "", make("div", "model-line", link, remove));
  head.scope = "col";
  const signs = signsOf(grid, row).map((sign) => make("span", "tag warn", sign));
  const role =
    index === 0
      ? make("span", "tag reference-tag", "Reference")
      : action("reference", row, `Make reference: ${label}`, "Make reference");
  head.append(evaluationChoice(scene, row, label), make("div", "model-signs", role, ...signs));
  return head;
}

/** A select where the model was evaluated several times, else what the evaluation was. */
function evaluationChoice(scene: Scene, row: number, label: string): HTMLElement {
  const all = scene.catalogue.rowsOf(String(at(scene.grid, "model", row)));
  const names = evaluationLabels(scene.grid, all);
  if (all.length === 1) return make("div", "evaluation soft", names[0]!);
  const select = make("select", "", ...all.map((r, i) => optionOf(scene, r, names[i]!, i === 0)));
  select.value = String(row);
  select.dataset.row = String(row);
  select.setAttribute("aria-label", `Evaluation of ${label}`);
  const note =
    all[0] === row
      ? `Best-ranked of ${all.length} evaluations`
      : `One of ${all.length} evaluations`;
  return make("div", "evaluation soft", select, make("span", "", note));
}

function optionOf(scene: Scene, row: number, name: string, best: boolean): HTMLOptionElement {
  const average = at(scene.grid, "average", row);
  const facts = typeof average === "number" ? `${name} · ${average.toFixed(2)}` : name;
  const option = make("option", "", best ? `${facts} (best)` : facts);
  option.value = String(row);
  option.disabled = scene.rows.includes(row);
  return option;
}

function action(
  name: string,
  row: number,
  label: string,
  content: string | Node,
): HTMLButtonElement {
  const button = make("button", `action-${name}`, content);
  button.type = "button";
  button.dataset.action = name;
  button.dataset.row = String(row);
  button.setAttribute("aria-label", label);
  button.title = label;
  return button;
}

function closeIcon(): Node {
  return element<HTMLTemplateElement>("close-icon").content.cloneNode(true);
}

function rowHead(label: string, area = ""): HTMLTableCellElement {
  const head = make("th", "", make("span", "row-label", label));
  if (area) head.append(make("span", "soft", area));
  head.scope = "row";
  return head;
}

function scoreRow(row: ScoreRow, labels: readonly string[]): HTMLTableRowElement {
  const tr = make("tr", row.key === "average" ? "average" : "", rowHead(row.label, row.area));
  tr.dataset.key = row.key;
  tr.append(
    ...row.cells.map((cell, i) => {
      const td = make("td", i === 0 ? "score reference" : "score", valueLine(cell));
      td.tabIndex = -1;
      if (i > 0) td.append(differenceLine(cell));
      if (cell.unlike && cell.difference) {
        td.append(make("div", "difference unlike", "other rules?"));
      }
      refs.set(td, { row, cell, label: labels[i]! });
      return td;
    }),
  );
  return tr;
}

function valueLine(cell: ScoreCell): HTMLElement {
  const line = make("div", "value-line", make("span", "value", points(cell.value)));
  if (cell.stderr !== null) line.append(make("span", "stderr soft", `± ${points(cell.stderr)}`));
  if (cell.best) line.append(make("span", "best", "best"));
  return line;
}

function differenceLine({ value, difference }: ScoreCell): HTMLElement {
  if (!difference) return make("div", "difference soft", value === null ? "" : "not compared");
  const { verdict } = difference;
  const sign = make("span", "sign", verdictSign(difference));
  sign.setAttribute("aria-hidden", "true");
  const words = verdict === null ? "standard error unknown" : VERDICTS[verdict];
  return make(
    "div",
    `difference verdict-${verdict ?? "none"}`,
    make("span", "signed", signed(difference.value)),
    sign,
    make("span", "words", words),
  );
}

function chart(row: ScoreRow, labels: readonly string[], unit: string): HTMLElement {
  const intervals = row.cells.map(({ value, stderr }, i) => ({ name: labels[i]!, value, stderr }));
  const title = make("h3", "", row.label, make("span", "soft", row.area));
  return make("li", "", title, toElement(intervalChart(row.label, unit, intervals)));
}

/** Which scores may have been formed by other rules than those beside them, and why. */
function unlikeText({ suite, grid, rows }: Scene, labels: readonly string[]): string {
  return suite.benchmarks
    .flatMap(({ key, name }) => {
      const last = suite.rescorings.findLast((r) => r.benchmark === key);
      const left = labels.filter((_, i) => isPassedOver(grid, key, rows[i]!));
      if (!last || left.length === 0 || left.length === rows.length) return [];
      return `On ${last.day} answers to ${name} were scored anew with ${last.what}, and most scores moved. Those of ${left.join(", ")} did not: not re-scored, or unchanged. Beside the others, ${name} and the average may be by other rules.`;
    })
    .join(" ");
}

/** How many of the verdicts chance alone would bring about. */
function chanceText(scores: readonly ScoreRow[]): string {
  const judged = scores
    .filter((row) => row.key !== "average")
    .flatMap((row) => row.cells)
    .filter((cell) => cell.difference?.verdict).length;
  if (judged === 0) return "";
  const { one, two } = byChance(judged);
  const about = (n: number) => (n < 0.95 ? n.toFixed(1) : String(Math.round(n)));
  return `Of the ${judged} benchmark differences above, chance alone would put about ${about(one)} beyond one standard error and about ${about(two)} beyond two if all models were equally good.`;
}
