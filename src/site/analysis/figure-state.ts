import { type Progress, progressWords } from "../../core/describe/loading.ts";

/**
 * Says on a figure whether what stands there answers the question asked.
 *
 * While it does not, nothing of it may be taken for the answer: the finding is replaced, the picture is
 * dim and cannot be pointed at, its number, rows and files are away.
 */
export interface FigureState {
  /**
   * Another question was asked than the one shown.
   *
   * @param atOnce whether the finding makes room at once
   */
  stale(atOnce: boolean): void;
  /** What is being loaded to answer it; null: nothing any more, it is being worked out. */
  loading(progress: Progress | null): void;
  /**
   * There is no answer.
   *
   * @param shown whether what stands there is still that of the question, so that it stays
   */
  failed(reason: string, shown: boolean, retry: () => Promise<string | null>): void;
  /** What stands there is the answer. */
  answered(): void;
}

/** Milliseconds that an answer may take before the finding makes room: most are there by then. */
const PATIENCE = 150;

export function bindState(block: HTMLElement): FigureState {
  const part = <T extends HTMLElement>(name: string) =>
    block.querySelector<T>(`[data-part="${name}"]`)!;
  const note = part("state");
  const said = part("said");
  const bar = part<HTMLProgressElement>("progress");
  const far = part("far");
  const retry = part<HTMLButtonElement>("retry");
  const files = [...block.querySelectorAll<HTMLButtonElement>("[data-save]")];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let tryAgain: () => Promise<string | null> = async () => null;

  const say = (text: string) => {
    note.hidden = text === "";
    // Read out only when it changes.
    if (said.textContent !== text) said.textContent = text;
  };
  const showProgress = (progress: Progress | null) => {
    bar.hidden = progress === null;
    far.textContent = progress ? progressWords(progress) : "";
    if (!progress) return;
    bar.max = Math.max(1, progress.total);
    bar.value = progress.loaded;
  };
  const clear = () => {
    clearTimeout(timer);
    timer = undefined;
    part("title").textContent = WORKING;
    part("note").hidden = true;
    part("count").textContent = "…";
    part("rows").replaceChildren();
    part("more").textContent = "";
  };
  const setStale = (is: boolean) => {
    block.classList.toggle("stale", is);
    part("plot").inert = is;
    for (const button of files) button.disabled = is;
  };

  retry.addEventListener("click", async () => {
    retry.disabled = true;
    const still = await tryAgain();
    retry.disabled = false;
    if (still) say(still);
  });

  return {
    stale(atOnce) {
      const hasFailed = block.classList.contains("failed");
      block.setAttribute("aria-busy", "true");
      block.classList.remove("failed");
      setStale(true);
      retry.hidden = true;
      say("");
      if (atOnce || hasFailed) clear();
      else timer ??= setTimeout(clear, PATIENCE);
    },
    loading(progress) {
      const { classList } = block;
      if (!classList.contains("stale") || classList.contains("failed")) return;
      showProgress(progress);
      say(progress ? LOADING : "");
      if (progress) clear();
    },
    failed(reason, shown, again) {
      clearTimeout(timer);
      timer = undefined;
      tryAgain = again;
      block.removeAttribute("aria-busy");
      block.classList.add("failed");
      setStale(!shown);
      showProgress(null);
      if (!shown) {
        clear();
        part("title").textContent = FAILED;
      }
      say(reason);
      retry.hidden = false;
    },
    answered() {
      clearTimeout(timer);
      timer = undefined;
      block.removeAttribute("aria-busy");
      block.classList.remove("failed");
      setStale(false);
      showProgress(null);
      say("");
      retry.hidden = true;
    },
  };
}

const WORKING = "Working this figure out for your filters …";
const FAILED = "This figure could not be worked out for your filters.";
const LOADING = "Loading the query engine and its tables, once for this page:";
