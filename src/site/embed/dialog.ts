import { copy } from "../../browser/clipboard.ts";
import { ROWS } from "./asked.ts";
import type { EmbedMessage } from "./message.ts";
import { embedAddress, type SnippetKind, snippetOf, type Wanted } from "./snippets.ts";

/** What is to be embedded: a chart in the view that the page shows. */
export interface Subject {
  name: string;
  /** What it is, until its preview says what it shows. */
  title: string;
  /** The view, as the page's query without `?`. */
  view: string;
  /** Address of the page in that view. */
  page: string;
}

/** Milliseconds after the last digit of a width before the preview follows. */
const TYPING_PAUSE = 300;

let dialog: ReturnType<typeof bind> | undefined;

/** Opens the page's dialog for a chart. The focus goes back to where it was when it closes. */
export function openDialog(subject: Subject): void {
  dialog ??= bind(document.querySelector<HTMLDialogElement>("#embed-dialog")!);
  dialog.open(subject);
}

function bind(element: HTMLDialogElement) {
  const find = <T extends HTMLElement>(selector: string) => element.querySelector<T>(selector);
  const preview = find("[data-part=preview]")!;
  const width = find<HTMLInputElement>("[name=embed-width]")!;
  const rows = find<HTMLSelectElement>("[name=embed-rows]");
  const pin = find<HTMLInputElement>("[name=embed-pin]");
  const root = new URL(element.dataset.root ?? "/", location.href).href;
  let subject: Subject = { name: "", title: "", view: "", page: "" };
  let frame: HTMLIFrameElement | undefined;
  let height = 500;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const wanted = (): Wanted => ({
    root,
    ...subject,
    page: new URL(subject.page, location.href).href,
    theme: (find<HTMLInputElement>("[name=embed-theme]:checked")?.value ??
      "auto") as Wanted["theme"],
    asOf: pin?.checked ? (element.dataset.snapshot ?? null) : null,
    rows: rows && Number(rows.value) !== ROWS.initial ? Number(rows.value) : null,
    width: width.validity.valid && width.value !== "" ? Number(width.value) : 768,
    height,
  });

  const write = () => {
    const now = wanted();
    for (const pre of element.querySelectorAll<HTMLElement>("[data-snippet]")) {
      pre.textContent = snippetOf(pre.dataset.snippet as SnippetKind, now);
    }
  };

  const draw = () => {
    const now = wanted();
    frame?.remove();
    frame = document.createElement("iframe");
    frame.title = "Preview";
    frame.width = String(now.width);
    frame.height = String(height);
    frame.src = embedAddress(now);
    preview.append(frame);
    write();
  };

  addEventListener("message", (event: MessageEvent) => {
    if (event.origin !== location.origin || !frame || event.source !== frame.contentWindow) return;
    const message = event.data as Partial<EmbedMessage> | null;
    if (message?.type !== "leaderboard-embed" || message.version !== 1) return;
    const said = Number(message.height);
    if (!(said > 0) || message.state === "waiting") return;
    height = said;
    frame.height = String(said);
    // It is our own page: what it found is what the snippets say.
    const title = frame.contentDocument?.querySelector("[data-part=title]")?.textContent;
    if (title && message.state === "drawn") subject = { ...subject, title };
    write();
  });

  element.addEventListener("input", (event) => {
    clearTimeout(timer);
    timer = setTimeout(draw, event.target === width ? TYPING_PAUSE : 0);
  });
  find("[data-close]")?.addEventListener("click", () => element.close());
  element.addEventListener("close", () => {
    clearTimeout(timer);
    frame?.remove();
    frame = undefined;
  });
  for (const button of element.querySelectorAll<HTMLButtonElement>("[data-copy-snippet]")) {
    const kind = button.dataset.copySnippet as SnippetKind;
    button.addEventListener("click", async () => {
      const done = await copy(snippetOf(kind, wanted()), element);
      const said = done ? "Copied" : "Select and copy by hand";
      button.textContent = said;
      find("[data-part=copied]")!.textContent = said;
      setTimeout(() => {
        button.textContent = "Copy";
      }, 2000);
    });
  }

  return {
    open(next: Subject) {
      subject = next;
      draw();
      element.showModal();
    },
  };
}
