import type { TableFile } from "../duckdb/table-file.ts";
import { asCount, asText } from "./fields.ts";
import type { Row } from "./packed.ts";

/** What some source states of a model's context. */
export interface Context {
  /** Tokens. */
  context_length: number;
  context_source: string;
}

/** Reads a table of `model, context_length, source, note`. The first row of a model counts. */
export function readContexts(table: TableFile): Map<string, Context> {
  const cell = (name: string, i: number) => table.columns[name]?.[i] ?? null;
  const contexts = new Map<string, Context>();
  for (let i = 0; i < table.length; i++) {
    const model = asText(cell("model", i));
    const context_length = asCount(cell("context_length", i));
    const source = asText(cell("source", i));
    if (!model || !context_length || !source || contexts.has(model)) continue;
    const note = asText(cell("note", i));
    contexts.set(model, {
      context_length,
      context_source: (note ? `${source} (${note})` : source).slice(0, 500),
    });
  }
  return contexts;
}

/** Fills what the evaluation itself does not know. */
export function withContext(evaluation: Row, known: ReadonlyMap<string, Context>): Row {
  const context = evaluation.context_length === null ? known.get(evaluation.model) : undefined;
  return context ? { ...evaluation, ...context } : evaluation;
}
