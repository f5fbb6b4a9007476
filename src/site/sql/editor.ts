import {
  autocompletion,
  type Completion,
  type CompletionContext,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { keywordCompletionSource, PostgreSQL, SQLDialect } from "@codemirror/lang-sql";
import { bracketMatching, HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Suggestion, suggestionsAt, type TableInfo } from "./complete.ts";

/** What the page asks of its editor; a plain text area can do most of it. */
export interface Editor {
  text(): string;
  setText(text: string): void;
  focus(): void;
  /** Underlines a place; null takes the mark away. */
  mark(range: { from: number; to: number } | null, message: string): void;
}

interface Options {
  /** Stands where the editor is to be, with its text and its label. */
  area: HTMLTextAreaElement;
  tables(): readonly TableInfo[];
  run(): void;
  changed(): void;
}

/** PostgreSQL's words, and those that DuckDB adds to them. */
const DUCKDB = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords: `${PostgreSQL.spec.keywords} qualify pivot unpivot exclude replace columns asof anti semi positional summarize describe sample tablesample macro struct ilike glob try_cast`,
  types: `${PostgreSQL.spec.types} hugeint utinyint usmallint uinteger ubigint double varchar blob list map struct`,
  builtin:
    "count sum avg min max median mode quantile_cont quantile_disc stddev_samp var_samp corr covar_samp regr_slope regr_intercept regr_r2 arg_min arg_max first last list string_agg histogram row_number rank dense_rank percent_rank ntile lag lead first_value last_value abs round floor ceil sqrt ln log log2 exp power greatest least coalesce ifnull nullif lower upper length trim split_part starts_with contains concat concat_ws replace regexp_matches regexp_extract regexp_replace strftime strptime date_trunc date_diff date_part current_date unnest range generate_series list_sort list_aggregate len read_csv_auto read_parquet",
  doubleDollarQuotedStrings: true,
  caseInsensitiveIdentifiers: true,
  identifierQuotes: '"',
});

/** Colours are the page's own; the words of the query differ in weight and slant as well. */
const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--accent)" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--star)" },
  { tag: tags.comment, color: "var(--soft)", fontStyle: "italic" },
  { tag: tags.special(tags.string), color: "var(--ink)" },
]);

const THEME = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--raised)", fontSize: "var(--step--1)" },
  // The frame around it shows the focus.
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: "var(--mono)",
    lineHeight: "1.55",
    minHeight: "12.2rem",
    maxHeight: "60vh",
  },
  ".cm-content": { padding: "0.6rem 0", caretColor: "var(--ink)" },
  ".cm-line": { padding: "0 0.75rem 0 0.4rem" },
  // As high as the editor, however short the text.
  ".cm-content, .cm-gutter": { minHeight: "12.2rem" },
  ".cm-gutters": {
    color: "var(--soft)",
    backgroundColor: "var(--sunken)",
    borderRight: "1px solid var(--line)",
  },
  ".cm-activeLineGutter, .cm-activeLine": { backgroundColor: "transparent" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    background: "color-mix(in srgb, var(--accent) 24%, transparent) !important",
  },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "color-mix(in srgb, var(--accent) 18%, transparent)",
    outline: "1px solid var(--line-strong)",
  },
  ".cm-placeholder": { color: "var(--soft)" },
  ".cm-tooltip": {
    color: "var(--ink)",
    backgroundColor: "var(--raised)",
    border: "1px solid var(--line-strong)",
    borderRadius: "var(--radius)",
    boxShadow: "var(--shadow)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--mono)",
    fontSize: "var(--step--2)",
    maxHeight: "15rem",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.15rem 0.6rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    color: "var(--accent-ink)",
    backgroundColor: "var(--accent)",
  },
  ".cm-completionDetail": { color: "var(--soft)", fontStyle: "normal" },
  "li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionMatchedText": { fontWeight: "700" },
  ".cm-completionInfo": {
    fontFamily: "var(--sans)",
    fontSize: "var(--step--1)",
    padding: "0.5rem 0.7rem",
    maxWidth: "20rem",
  },
  // No room beside the list: there it would cover it.
  ".cm-completionInfo-left-narrow, .cm-completionInfo-right-narrow": { display: "none" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--warn)",
    textUnderlineOffset: "0.25em",
    backgroundColor: "var(--warn-paper)",
  },
  ".cm-diagnostic": {
    fontFamily: "var(--sans)",
    fontSize: "var(--step--1)",
    maxWidth: "30rem",
    whiteSpace: "pre-wrap",
  },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--warn)" },
});

/**
 * Puts a code editor in place of a text area.
 *
 * It stands in a shadow root, for there its styles are adopted sheets, which the page's policy
 * allows; elsewhere they would be `<style>` elements, which it does not. Tab leaves the editor, as
 * it leaves every field: indenting is Mod-] and Mod-[.
 */
export function createEditor({ area, tables, run, changed }: Options): Editor {
  const host = document.createElement("div");
  host.className = "editor";
  const root = host.attachShadow({ mode: "open" });
  const described = area.getAttribute("aria-describedby");
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        keymap.of([
          { key: "Mod-Enter", run: always(run), preventDefault: true },
          ...closeBracketsKeymap,
          ...completionKeymap,
          ...defaultKeymap,
          ...historyKeymap,
        ]),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        EditorView.lineWrapping,
        EditorState.tabSize.of(2),
        placeholder(area.placeholder),
        DUCKDB.language,
        syntaxHighlighting(COLOURS),
        autocompletion({ override: [complete(tables), words()], icons: false }),
        EditorView.contentAttributes.of({
          "aria-label": area.getAttribute("aria-label") ?? "SQL",
          ...(described ? { "aria-description": describedText(described) } : {}),
          spellcheck: "false",
          autocapitalize: "off",
          autocorrect: "off",
        }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed();
        }),
        EditorView.domEventHandlers({ beforeinput: replaceSelection }),
        THEME,
      ],
    }),
  });
  const hadFocus = document.activeElement === area;
  const { selectionStart, selectionEnd } = area;
  area.replaceWith(host);
  if (hadFocus) {
    view.dispatch({ selection: { anchor: selectionStart, head: selectionEnd } });
    view.focus();
  }
  return {
    text: () => view.state.doc.toString(),
    setText(text) {
      view.dispatch({
        changes: { from: 0, to: view.state.doc.length, insert: text },
        selection: { anchor: 0 },
        scrollIntoView: true,
      });
    },
    focus: () => view.focus(),
    mark(range, message) {
      const end = view.state.doc.length;
      const diagnostics = range
        ? [
            {
              from: Math.min(range.from, end),
              to: Math.min(range.to, end),
              severity: "error" as const,
              message,
            },
          ]
        : [];
      view.dispatch(setDiagnostics(view.state, diagnostics));
      if (range) {
        view.dispatch({ selection: { anchor: Math.min(range.from, end) }, scrollIntoView: true });
      }
    },
  };
}

/** A shadow root's elements cannot refer to those outside by id. */
function describedText(id: string): string {
  return document.getElementById(id)?.textContent?.replace(/\s+/g, " ").trim() ?? "";
}

function words() {
  const source = keywordCompletionSource(DUCKDB, true);
  return (context: CompletionContext) =>
    /\.\s*\w*$/.test(lineBefore(context)) ? null : source(context);
}

function complete(tables: () => readonly TableInfo[]) {
  return (context: CompletionContext) => {
    const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*/u);
    const from = word?.from ?? context.pos;
    const doc = context.state.doc.toString();
    const before = doc.slice(0, from);
    const qualified = /\.\s*$/.test(before);
    if (!word && !context.explicit && !qualified) return null;
    const node = DUCKDB.language.parser.parse(doc).resolveInner(context.pos, -1);
    if (/String|Comment/.test(node.name)) return null;
    const options = suggestionsAt(tables(), doc, before).map(toCompletion);
    return { from, options, validFor: /^[\p{L}_][\p{L}\p{N}_]*$/u };
  };
}

function toCompletion({ label, text, kind, detail, info }: Suggestion): Completion {
  return {
    label,
    apply: text,
    type: kind === "table" ? "class" : "property",
    detail,
    boost: kind === "table" ? 1 : 2,
    ...(info ? { info } : {}),
  };
}

function lineBefore({ state, pos }: CompletionContext): string {
  const line = state.doc.lineAt(pos);
  return line.text.slice(0, pos - line.from);
}

/**
 * Typing over a selection. Left to itself, Chrome carries the colours of what was selected over to
 * the new text as a style attribute, which the policy refuses and the console reports.
 */
function replaceSelection(event: InputEvent, view: EditorView): boolean {
  const { from, to, empty } = view.state.selection.main;
  const { data, inputType, isComposing } = event;
  if (inputType !== "insertText" || !data || empty || isComposing) return false;
  const insert = () =>
    view.state.update(view.state.replaceSelection(data), { userEvent: "input.type" });
  const handlers = view.state.facet(EditorView.inputHandler);
  if (!handlers.some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
  event.preventDefault();
  return true;
}

/** A key's command that leaves nothing for others to do. */
function always(action: () => void) {
  return () => {
    action();
    return true;
  };
}
