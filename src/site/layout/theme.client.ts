/** The theme button of the footer: automatic → light → dark, kept for later visits. */
const ORDER = ["auto", "light", "dark"] as const;
const LABELS = { auto: "Theme: automatic", light: "Theme: light", dark: "Theme: dark" };

const button = document.querySelector<HTMLButtonElement>("#theme");
const root = document.documentElement;

function current(): (typeof ORDER)[number] {
  const theme = root.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "auto";
}

function apply(theme: (typeof ORDER)[number]): void {
  if (theme === "auto") delete root.dataset.theme;
  else root.dataset.theme = theme;
  try {
    if (theme === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Storage may be forbidden; the theme then holds for this page.
  }
  if (button) button.textContent = LABELS[theme];
}

if (button) {
  button.hidden = false;
  button.textContent = LABELS[current()];
  button.addEventListener("click", () => {
    apply(ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length] ?? "auto");
  });
}
