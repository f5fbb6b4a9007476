/** A path as a part of an address: each of its parts fit for one, the slashes between them as they are. */
export function urlPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
