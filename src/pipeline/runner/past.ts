import { appendFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";

/** A run that is over: what it was expected to take, and took. A line of `past.jsonl`. */
const pastSchema = z.object({
  at: z.iso.datetime(),
  model: z.string(),
  device: z.string(),
  /** Seconds; null where it could not be said before. */
  estimated: z.number().positive().nullable(),
  took: z.number().positive(),
});

export type Past = z.infer<typeof pastSchema>;

/** Newest runs on a device that count. */
const COUNTED = 20;

/**
 * How much longer than expected runs on a device took: the median of took ÷ expected by the plain rule,
 * of its last 20 runs; 1 where there was none. One odd run moves a median little.
 */
export function factorOf(past: readonly Past[], device: string): number {
  const ratios = past
    .filter((p) => p.device === device && p.estimated !== null)
    .slice(-COUNTED)
    .map((p) => p.took / p.estimated!)
    .sort((a, b) => a - b);
  if (ratios.length === 0) return 1;
  const middle = ratios.length / 2;
  return (ratios[Math.ceil(middle) - 1]! + ratios[Math.floor(middle)]!) / 2;
}

/** Past runs of a runner's folder, oldest first. Lines that cannot be read are passed over. */
export async function readPast(work: string): Promise<Past[]> {
  const text = await readFile(pathOf(work), "utf8").catch(() => "");
  return text.split("\n").flatMap((line) => {
    try {
      return [pastSchema.parse(JSON.parse(line))];
    } catch {
      return [];
    }
  });
}

/** @param past with `estimated` by the plain rule, without what was learnt: else factors would multiply */
export async function addPast(work: string, past: Past): Promise<void> {
  await mkdir(dirname(pathOf(work)), { recursive: true });
  await appendFile(pathOf(work), `${JSON.stringify(past)}\n`);
}

function pathOf(work: string): string {
  return join(work, "past.jsonl");
}
