import { type EmbedState, tellHeight } from "./message.ts";
import type { EmbedPage } from "./setup.ts";

/**
 * The script of an embed before anything is asked of it. What a chart needs to be drawn anew, or
 * pointed at, is fetched when its address asks for another view than the HTML shows, or when
 * somebody points at it.
 */
/** Milliseconds between signs of life while a view is worked out: slow links take their time. */
const BEAT = 5000;

const { dataset } = document.documentElement;
const asked = "asked" in dataset;
const tell = tellHeight(asked ? "waiting" : "drawn");
const figure = document.querySelector<HTMLElement>("[data-embed-figure]");

if (asked) void show();
else if (figure) {
  const types = ["pointerenter", "pointerdown", "focusin"];
  const begin = () => {
    for (const type of types) figure.removeEventListener(type, begin, true);
    void show();
  };
  for (const type of types) figure.addEventListener(type, begin, true);
}

async function show(): Promise<void> {
  let state: EmbedState = "drawn";
  const alive = setInterval(() => asked && tell("waiting"), BEAT);
  try {
    const page = dataset as unknown as EmbedPage;
    if (figure) await (await import("./figure.ts")).showFigure(page);
    else await (await import("./table.ts")).showTable(page);
  } catch (error) {
    // What the HTML shows already stays as it is.
    if (!asked) return clearInterval(alive);
    state = "failed";
    const reason = error instanceof Error ? error.message : String(error);
    const status = document.querySelector("[data-part=status]");
    if (status) status.textContent = `This view cannot be shown here. ${reason}`;
    dataset.failed = "";
  }
  clearInterval(alive);
  if (state === "drawn") delete dataset.asked;
  tell(state);
}
