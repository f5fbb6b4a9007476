import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { modelName } from "../../core/records/evaluation.ts";
import { jsonOr } from "../../core/records/json.ts";
import { cleanField } from "../../core/records/text.ts";
import { factsPath } from "./layout.ts";
import { writeWhole } from "./tmp.ts";

const instant = z.iso.datetime();

/** A model about which the Hub could be asked, but gave nothing that could be used. */
const failureSchema = z.strictObject({
  /** First and last time of those in a row. */
  since: instant,
  last: instant,
  times: z.number().int().positive(),
  /** What went wrong the last time, in a sentence. */
  why: cleanField(2000),
});
export type Failure = z.infer<typeof failureSchema>;

const failuresSchema = z.record(modelName, failureSchema);

const failuresPath = (dir: string) => join(dirname(factsPath(dir)), "failures.json");

/**
 * The models of a cache that failed when they were last asked about. A file that cannot be read counts as none:
 * all it holds is when to ask again.
 */
export async function readFailures(dir: string): Promise<Map<string, Failure>> {
  const text = await readFile(failuresPath(dir), "utf8").catch(() => "");
  return new Map(Object.entries(failuresSchema.safeParse(jsonOr(text, {})).data ?? {}));
}

export async function writeFailures(
  dir: string,
  failures: ReadonlyMap<string, Failure>,
): Promise<void> {
  const sorted = Object.fromEntries([...failures].sort(([a], [b]) => (a < b ? -1 : 1)));
  await writeWhole(dir, failuresPath(dir), `${JSON.stringify(sorted, null, 2)}\n`);
}

const DAY = 86_400_000;

/** A model that has always failed is asked about again in a month at the latest. Days. */
const LONGEST = 32;

/** When to ask again, in milliseconds since 1970: after a day, and then after twice as long each time. */
export function dueAgain({ last, times }: Failure): number {
  return Date.parse(last) + Math.min(2 ** (times - 1), LONGEST) * DAY;
}
