import { element } from "./dom.ts";

/**
 * What the page's HTML tells its script: JSON in a script element, which this site's own build wrote.
 *
 * @param id of that element
 * @throws Error when the page lacks it
 */
export function readSetup<T>(id = "setup"): T {
  return JSON.parse(element(id).textContent ?? "") as T;
}
