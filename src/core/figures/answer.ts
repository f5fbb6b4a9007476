import { DEFAULT_VIEW, type View } from "../view/view.ts";
import type { Context, Drawing, Figure, Row } from "./figure.ts";
import { sameFilter } from "./filter.ts";
import { type Settings, settingsOf } from "./option.ts";

/** What is asked of a figure: the leaderboard's filters, and settings of its own. */
export interface Question {
  view: View;
  settings: Settings;
}

/** Where a figure's rows come from. */
export interface Rows {
  /** Asks DuckDB, which each place has in its own way. */
  ask(sql: string): Promise<Row[]>;
  /** The rows of the question that a figure opens with, where they were worked out before. */
  ready?(): Promise<Row[]>;
}

export interface Answer {
  /** What is shown, and can be pointed at. */
  rows: Row[];
  drawing: Drawing;
  /** How many rows the query gave; null where it was not run. */
  found: number | null;
}

/**
 * The question that a figure opens with: the evaluations that the leaderboard opens with too, its
 * settings as they are at first.
 */
export function firstQuestion(figure: Figure, context: Context): Question {
  return { view: DEFAULT_VIEW, settings: settingsOf(figure.options(context), () => null) };
}

/** Whether a question is the one that the figure opens with. */
export function isFirst(figure: Figure, context: Context, { view, settings }: Question): boolean {
  return (
    sameFilter(view, DEFAULT_VIEW, context.columns) &&
    figure.options(context).every(({ name, initial }) => settings[name] === initial)
  );
}

/**
 * The way of every figure, from a question to its picture: while pages are built, on its page and in an
 * embed.
 */
export async function answer(
  figure: Figure,
  context: Context,
  question: Question,
  source: Rows,
): Promise<Answer> {
  const { view, settings } = question;
  const draw = (rows: Row[]) => figure.draw(context, rows, settings);
  if (source.ready && isFirst(figure, context, question)) {
    const rows = await source.ready();
    return { rows, drawing: draw(rows), found: null };
  }
  const found = await source.ask(figure.sql(context, view, settings));
  const rows = figure.derive?.(context, found, settings) ?? found;
  return { rows, drawing: draw(rows), found: found.length };
}
