import { element } from "../../browser/dom.ts";
import { count, plural } from "../../core/table/format.ts";
import { consoleLink } from "../../core/view/console-link.ts";
import { finder, searchSql } from "./search.ts";

/** Waits that long after the last letter before the address changes: browsers limit how often. */
const TYPING_PAUSE = 250;

const search = element<HTMLInputElement>("queue-search");
const table = element<HTMLAnchorElement>("queue-table");
const sections = [...document.querySelectorAll<HTMLElement>("section.requests")];

start();

function start(): void {
  element("queue-find").hidden = false;
  read();
  let timer: ReturnType<typeof setTimeout> | undefined;
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => history.replaceState(null, "", link()), TYPING_PAUSE);
    show();
  });
  addEventListener("popstate", read);
}

function read(): void {
  search.value = new URLSearchParams(location.search).get("q") ?? "";
  show();
  delete document.documentElement.dataset.asked;
}

/** Hides what does not fit, and says how many do and what was not looked through. */
function show(): void {
  const isFound = finder(search.value);
  const isAsked = search.value.trim() !== "";
  let [found, held, rest] = [0, 0, 0];
  for (const section of sections) {
    const items = [...section.querySelectorAll<HTMLElement>("[data-model]")];
    const fitting = items.filter((item) => {
      item.hidden = !isFound(item.dataset.model ?? "");
      return !item.hidden;
    }).length;
    section.hidden = isAsked && fitting === 0;
    found += fitting;
    held += items.length;
    rest += Number(section.dataset.rest);
  }
  element("queue-status").textContent = isAsked ? statusOf(found, held, rest) : "";
  table.hidden = !isAsked || rest === 0;
  table.href = consoleLink(table.href, searchSql(search.value));
}

function statusOf(found: number, held: number, rest: number): string {
  const fit =
    found === 0
      ? "No request on this page fits."
      : `${count(found)} of ${plural(held, "request")} ${found === 1 ? "fits" : "fit"}.`;
  return rest > 0 ? `${fit} ${count(rest)} more are only in the table.` : fit;
}

function link(): string {
  const q = search.value.trim();
  return `${location.pathname}${q ? `?${new URLSearchParams({ q })}` : ""}${location.hash}`;
}
