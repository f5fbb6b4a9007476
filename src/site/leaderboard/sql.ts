import { element } from "../../browser/dom.ts";
import type { Engine } from "../../browser/engine.ts";
import { loaded, ModuleError } from "../../browser/retry.ts";
import type { EngineSize } from "../../core/describe/loading.ts";
import { count, formatBytes, UNKNOWN } from "../../core/table/format.ts";
import type { Value } from "../../core/table/grid.ts";
import { consoleLink } from "../../core/view/console-link.ts";

/** Rows of a result that are shown; the count tells the rest. */
const SHOWN = 50;

interface Options {
  table: string;
  parquet: string;
  /** Size of that file, and of DuckDB. */
  bytes: number;
  size: EngineSize;
  /** SQL of the current view. */
  sql: () => string;
  /** eval_ids of the rows shown, to say whether DuckDB agrees. */
  ids: () => string[];
}

/** The SQL panel: shows the view's query and runs it in DuckDB, which is fetched the first time. */
export function bindSql({ table, parquet, bytes, size, sql, ids }: Options): { update(): void } {
  const button = element<HTMLButtonElement>("sql-run");
  const status = element("sql-status");
  const result = element("sql-result");
  const download = formatBytes(size.packed + bytes);
  let engine: Promise<Engine> | undefined;

  const start = () => {
    engine ??= loaded(import("../../browser/engine.ts"), "DuckDB").then((m) =>
      m.startEngine([{ name: table, parquet, bytes }], size),
    );
    engine.catch(() => {
      engine = undefined;
    });
    return engine;
  };

  button.addEventListener("click", async () => {
    const query = sql();
    const expected = ids();
    button.disabled = true;
    status.textContent = engine ? "" : `Loading DuckDB and the table (${download}) …`;
    try {
      const { query: ask, version } = await start();
      status.textContent = "Running …";
      const begin = performance.now();
      const { names, rows } = await ask(query);
      const time = performance.now() - begin;
      const id = names.indexOf("eval_id");
      const agree = rows.length === expected.length && rows.every((r, i) => r[id] === expected[i]);
      status.textContent =
        `DuckDB ${version}: ${count(rows.length)} rows in ${time.toFixed(1)} ms, ` +
        (agree
          ? "the same rows in the same order as the table."
          : "NOT the rows of the table: please report this.");
      show(result, names, rows);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      const reload = error instanceof ModuleError ? " Reload the page to try again." : "";
      status.textContent = `DuckDB could not answer: ${reason}${reload}`;
      result.hidden = true;
    } finally {
      button.disabled = false;
    }
  });

  const write = () => {
    element("sql").textContent = sql();
    const open = element<HTMLAnchorElement>("sql-open");
    open.href = consoleLink(open.href, sql());
    result.hidden = true;
    status.textContent = "";
  };
  document.querySelector('[aria-controls="panel-sql"]')?.addEventListener("click", write);
  return {
    update() {
      if (!element("panel-sql").hidden) write();
    },
  };
}

function show(target: HTMLElement, names: string[], rows: Value[][]): void {
  const table = document.createElement("table");
  table.className = "plain-table";
  const head = table.createTHead().insertRow();
  for (const name of names) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = name;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of rows.slice(0, SHOWN)) {
    const line = body.insertRow();
    for (const value of row)
      line.insertCell().textContent = value === null ? UNKNOWN : String(value);
  }
  target.replaceChildren(table);
  if (rows.length > SHOWN) {
    const more = document.createElement("p");
    more.className = "soft small";
    more.textContent = `… and ${count(rows.length - SHOWN)} more rows`;
    target.append(more);
  }
  target.hidden = false;
}
