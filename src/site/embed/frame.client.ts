import { loaded, tryAgain } from "../../browser/retry.ts";
import { type EmbedState, tellHeight } from "./message.ts";
import type { EmbedPage } from "./setup.ts";

/**
 * The script of an embed before anything is asked of it. What a chart needs to be drawn anew, or
 * pointed at, is fetched when its address asks for another view than the HTML shows, or when
 * somebody points at it.
 */
/** Milliseconds between signs of life while a view is worked out: slow links take their time. */
const BEAT = 5000;

/** What is loaded on demand, as the subject of a sentence. */
const CODE = "This chart’s code";

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
    if (figure) await (await loaded(import("./figure.ts"), CODE)).showFigure(page);
    else await (await loaded(import("./table.ts"), CODE)).showTable(page);
  } catch (error) {
    // What the HTML shows already stays as it is.
    if (!asked) return clearInterval(alive);
    state = "failed";
    tellFailed(error);
  }
  clearInterval(alive);
  if (state === "drawn") delete dataset.asked;
  tell(state);
}

/** Why the view that was asked for is not there, beside a button that tries again. */
function tellFailed(error: unknown): void {
  const status = document.querySelector("[data-part=status]");
  const reason = error instanceof Error ? error.message : String(error);
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Retry";
  button.addEventListener("click", async () => {
    const still = await tryAgain(error, () => {
      delete dataset.failed;
      status?.replaceChildren();
      tell("waiting");
      void show();
    });
    if (still) button.before(`${still} `);
  });
  status?.replaceChildren(`This view cannot be shown here. ${reason} `, button);
  dataset.failed = "";
}
