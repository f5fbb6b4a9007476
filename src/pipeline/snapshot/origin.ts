import { basename } from "node:path";
import { sha256OfFile } from "../cache/sha256.ts";
import type { Provenance } from "../sources/embedded.ts";

/** Where the leaderboard's tables were published. */
export const MIRROR =
  "github.com/fboulnois/llm-leaderboard-csv, a mirror of the open-llm-leaderboard datasets";

/** A file that figures were imported from, as the provenance names it. */
export async function originOf(
  path: string,
  from: string,
  rows: number,
): Promise<Provenance["origins"][number]> {
  return {
    file: basename(path),
    from,
    license: from === MIRROR ? "MPL-2.0" : "see the source",
    sha256: await sha256OfFile(path),
    rows,
  };
}
