/**
 * A module that could not be loaded. Browsers remember that for as long as the page is open: only opening
 * it anew asks again.
 */
export class ModuleError extends Error {}

/**
 * Code that is loaded when first needed.
 *
 * @param what it is, as the subject of a sentence: `The query engine`
 * @throws ModuleError with a sentence for the reader
 */
export async function loaded<T>(module: Promise<T>, what: string): Promise<T> {
  try {
    return await module;
  } catch {
    throw new ModuleError(`${what} could not be loaded: there was no connection to this site.`);
  }
}

/**
 * Tries again after an error: in place, or by opening the page anew, whose address holds the whole view.
 * That only once the site answers, for else the page itself would be lost.
 *
 * @returns why it cannot be tried yet; null where it is being tried
 */
export async function tryAgain(error: unknown, again: () => void): Promise<string | null> {
  if (!(error instanceof ModuleError)) {
    again();
    return null;
  }
  const there = await fetch(location.href, { method: "HEAD", cache: "no-store" }).then(
    (response) => response.ok,
    () => false,
  );
  if (!there) return "There is still no connection to this site.";
  location.reload();
  return null;
}
