// How much was tried: each test says it, and the run ends with a table of it.
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Adds to what the run prints at its end. */
export function tried(what: string, times: number, of: string): void {
  appendFileSync(process.env.HOSTILE_COUNTS!, `${JSON.stringify({ what, times, of })}\n`);
}

/** Called by Vitest before all files, and what it gives after them. */
export default function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "hostile-"));
  const file = join(folder, "counts.jsonl");
  appendFileSync(file, "");
  process.env.HOSTILE_COUNTS = file;
  return () => {
    const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
    const counts = lines
      .map((line) => JSON.parse(line) as Parameters<typeof row>[0])
      .sort((a, b) => (a.what < b.what ? -1 : 1));
    console.log(`\nTried:\n${counts.map(row).join("\n")}`);
    rmSync(folder, { recursive: true, force: true });
  };
}

function row({ what, times, of }: { what: string; times: number; of: string }): string {
  return `${times.toLocaleString("en").padStart(9)}  ${what}: ${of}`;
}
