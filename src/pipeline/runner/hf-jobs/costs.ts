import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { writeWhole } from "../../cache/tmp.ts";
import { type Cost, costSchema } from "../cost.ts";

/** What each job of a request took, by its start: `costs.json` in the request's folder. */
export async function costsIn(folder: string): Promise<Record<string, Cost>> {
  const text = await readFile(join(folder, "costs.json"), "utf8").catch(() => "{}");
  return z.record(z.string(), costSchema).parse(JSON.parse(text));
}

/** Notes what a job took. @returns what all of the request's jobs took */
export async function noteCost(
  work: string,
  folder: string,
  start: string,
  cost: Cost,
): Promise<Cost | null> {
  const costs = { ...(await costsIn(folder)), [start]: cost };
  await writeWhole(work, join(folder, "costs.json"), JSON.stringify(costs));
  return sum(Object.values(costs));
}

/** What several jobs cost together; null of none. */
export function sum(costs: readonly Cost[]): Cost | null {
  const [first] = costs;
  if (first === undefined) return null;
  const amount = costs.reduce((all, cost) => all + cost.amount, 0);
  const seconds = costs.reduce((all, cost) => all + cost.seconds, 0);
  return { ...first, amount, seconds };
}
