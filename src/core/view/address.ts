/**
 * What the address of a page ends with: nothing where the host takes `/folder/` for the page in it, as
 * most do, and `index.html` where it knows only files, as a static Space. `PUBLIC_INDEX` says it to
 * the build, which puts it into what runs in the browser too.
 */
const INDEX: string = import.meta.env?.PUBLIC_INDEX ?? "";

/** Address of the page of a folder: `pageAt("/models/a/b/")`, a query or fragment behind it or not. */
export function pageAt(address: string): string {
  return address.replace(/^([^?#]*\/)(?=[?#]|$)/, `$1${INDEX}`);
}
