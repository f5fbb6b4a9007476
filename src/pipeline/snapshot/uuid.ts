import { createHash } from "node:crypto";

/** Of all records that are exported here, so that no other project's names give the same ids. */
const NAMESPACE = "open-leaderboard/every-eval-ever";

/**
 * An id that is always the same for the same name: 122 bits of SHA-1, as a version 5 UUID of RFC 9562
 * has, but marked as version 4. The datastore of Every Eval Ever takes files with names of version 4
 * only (`validator/validation_core.py`); drawn anew, each export would be other files.
 */
export function uuidOf(name: string): string {
  const bytes = createHash("sha1").update(`${NAMESPACE}\0${name}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [
    [0, 8],
    [8, 12],
    [12, 16],
    [16, 20],
    [20, 32],
  ]
    .map(([from, to]) => hex.slice(from, to))
    .join("-");
}
