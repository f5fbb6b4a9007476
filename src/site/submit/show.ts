import { copy } from "../../browser/clipboard.ts";
import { element, make } from "../../browser/dom.ts";
import type { Account } from "../../browser/hub-login.ts";
import { saveFile } from "../../browser/save-file.ts";
import { momentWords } from "../../core/queue/timeline.ts";
import {
  byteSize,
  count,
  formatParams,
  plural,
  TYPE_LABELS,
  UNKNOWN,
} from "../../core/table/format.ts";
import type { Checked } from "./check.ts";
import type { SubmitSetup } from "./setup.ts";

/** Shows what came of a check, as text only. */
export function showChecked(checked: Checked, setup: SubmitSetup, account: Account | null): void {
  const { objections, fine, left, path, text } = checked;
  const isFine = objections.length === 0;
  element("result-title").textContent = isFine
    ? "Nothing stands against it"
    : `${plural(objections.length, "thing")} to mend`;
  element("objections").replaceChildren(
    ...objections.map(({ id, what, fix }) => {
      const item = make("li", "", make("p", "", what), make("p", "soft", `What mends it: ${fix}`));
      item.dataset.id = id;
      return item;
    }),
  );
  fill("left", left);
  fill("fine", fine);
  element("fine-part").hidden = fine.length === 0;
  showPreview(checked, setup);
  element("file-path").textContent = path;
  element("file-text").textContent = text;
  element("file-part").hidden = !isFine;
  bindFile(path, text);
  const send = document.getElementById("send") as HTMLButtonElement | null;
  if (!send) return;
  element("sending").hidden = !isFine;
  element("sent").hidden = true;
  element("send-status").textContent = "";
  send.hidden = account === null;
  send.disabled = false;
}

function fill(id: string, texts: readonly string[]): void {
  element(id).replaceChildren(...texts.map((text) => make("li", "", text)));
  element(id).hidden = texts.length === 0;
}

function showPreview(
  { preview, estimate, place, objections }: Checked,
  { rules }: SubmitSetup,
): void {
  const p = preview;
  const rows: [string, string][] = [
    ["Model", p.model],
    ["Commit", p.commit?.slice(0, 12) ?? UNKNOWN],
    ["Precision", p.precision],
    ["Weights", p.base_model ? `${p.weight_type}, on top of ${p.base_model}` : p.weight_type],
    ["Type", TYPE_LABELS[p.model_type]],
    ["Chat template", p.chat_template ? "used" : "not used"],
    ["Architecture", p.architecture ?? UNKNOWN],
    ["Licence", p.license ?? UNKNOWN],
    ["Parameters", p.params_b === null ? UNKNOWN : formatParams(p.params_b)],
    ["Memory needed", memoryWords(p.memory, rules.largest.memory_gb)],
    ["Time on one GPU", timeWords(estimate?.hours ?? null)],
  ];
  element("preview").replaceChildren(
    ...rows.map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", value))),
  );
  element("place").textContent = placeWords(place, objections.length > 0);
}

function memoryWords(memory: number | null, most: number | null): string {
  if (memory === null) return UNKNOWN;
  const about = `about ${byteSize(memory)}`;
  return most === null ? about : `${about} of ${count(most)} GB at most`;
}

/** By a plain rule, so no digit that it does not know. */
function timeWords(hours: number | null): string {
  if (hours === null) return UNKNOWN;
  if (hours < 1) return "less than an hour";
  return hours < 48
    ? `about ${plural(Math.round(hours), "hour")}`
    : `about ${plural(Math.round(hours / 24), "day")}`;
}

function placeWords(place: Checked["place"], isRefused: boolean): string {
  if (place === null) return "Nothing is known of the queue yet, so of its place neither.";
  const { own, of, until } = place;
  const since = until === null ? "" : `, by the queue as it stood on ${momentWords(until)} UTC`;
  const then = isRefused ? "Mended and submitted now" : "Submitted now";
  return `${then}, it would have place ${count(own.place)} of ${count(of)}${since}. Votes, and what is submitted meanwhile, change that.`;
}

/** What the buttons of the file do now. */
let file = { name: "", text: "" };
let isBound = false;

function bindFile(path: string, text: string): void {
  file = { name: path.split("/").at(-1)!, text };
  if (isBound) return;
  isBound = true;
  const copying = element<HTMLButtonElement>("file-copy");
  copying.addEventListener("click", async () => {
    copying.textContent = (await copy(file.text)) ? "Copied" : "Select and copy by hand";
    setTimeout(() => {
      copying.textContent = "Copy";
    }, 2000);
  });
  element("file-save").addEventListener("click", () => saveFile(file.name, new Blob([file.text])));
}
