import { make } from "./dom.ts";
import { tryAgain } from "./retry.ts";

/**
 * Says in a notice what could not be had, beside a button that tries again.
 *
 * @param more what the reader has to know about what they see
 */
export function tellFailure(notice: HTMLElement, error: Error, again: () => void, more = ""): void {
  const text = make("span", "", [error.message, more].filter(Boolean).join(" "));
  const button = make("button", "", "Retry");
  button.type = "button";
  button.addEventListener("click", async () => {
    button.disabled = true;
    const still = await tryAgain(error, () => {
      notice.hidden = true;
      notice.textContent = "";
      again();
    });
    button.disabled = false;
    if (still) text.textContent = still;
  });
  notice.replaceChildren(text, " ", button);
  notice.hidden = false;
}
