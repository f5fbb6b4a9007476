import { urlPath } from "../../core/records/url-path.ts";
import { blobHash } from "../cache/objects.ts";
import { readWhole } from "../net/fetch.ts";
import { Fault } from "../net/patience.ts";
import type { Hub } from "./connection.ts";
import { Refusal } from "./refusal.ts";

/** A file of a dataset, or why there is no reading it. */
export type SmallFile =
  | { is: "read"; text: string; commit: string | null }
  | { is: "absent" | "too large" | "not text" };

/**
 * Reads a file that should be small: of a larger one no more is read than that. What the Hub keeps
 * elsewhere (LFS, Xet) is too large, as no text of a few lines is kept there.
 *
 * @param path each part is fit for an address, or is made so
 * @param most bytes
 */
export async function readSmallFile(
  hub: Hub,
  { dataset, rev, path, most }: { dataset: string; rev: string; path: string; most: number },
): Promise<SmallFile> {
  const parts = urlPath(path);
  const address = `${hub.settings.endpoint}/datasets/${dataset}/resolve/${encodeURIComponent(rev)}/${parts}`;
  try {
    return await hub.patience.run(`${dataset}/${path}`, async () => {
      const response = await hub.fetchOnce(address);
      const isHere = new URL(response.url).origin === new URL(hub.settings.endpoint).origin;
      const bytes = isHere ? await readWhole(response, most) : null;
      if (bytes === null) {
        await response.body?.cancel().catch(() => {});
        return { is: "too large" };
      }
      refuseOther(response, bytes);
      const text = decoded(bytes);
      if (text === null) return { is: "not text" };
      return { is: "read", text, commit: response.headers.get("x-repo-commit") };
    });
  } catch (error) {
    // Another 404 does not say that the file is not there.
    if (error instanceof Refusal && error.code === "EntryNotFound") return { is: "absent" };
    throw error;
  }
}

/** Of a small file the ETag is git's id. */
function refuseOther({ headers }: Response, bytes: Buffer): void {
  const oid = /^(?:W\/)?"([0-9a-f]{40})"$/.exec(headers.get("etag") ?? "")?.[1];
  if (oid && oid !== blobHash(bytes.length).update(bytes).digest("hex")) {
    throw new Fault("hash", `an answer of ${bytes.length} bytes that is not the object ${oid}`);
  }
}

function decoded(bytes: Buffer): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
