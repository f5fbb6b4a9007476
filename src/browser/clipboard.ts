/**
 * Pages without a secure origin have no clipboard interface: then the old way.
 *
 * @param within where text can be selected: while a modal dialog is open, only in that
 */
export async function copy(text: string, within: HTMLElement = document.body): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    within.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
