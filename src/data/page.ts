/** A button on every snippet that copies it. Without this script the text can be selected. */
for (const snippet of document.querySelectorAll<HTMLElement>(".snippet")) {
  const code = snippet.querySelector("pre");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  const say = (text: string) => {
    button.textContent = text;
    button.setAttribute("aria-label", `${text}: ${snippet.dataset.title ?? "snippet"}`);
  };
  say("Copy");
  button.addEventListener("click", async () => {
    say((await copy(code?.textContent ?? "")) ? "Copied" : "Select and copy by hand");
    setTimeout(say, 2000, "Copy");
  });
  snippet.querySelector("header")?.append(button);
}

/** The clipboard may be forbidden. */
async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}
