import { readFile } from "node:fs/promises";
import { explain } from "../../core/records/explain.ts";
import { type ModelFacts, modelFactsSchema, newestFacts } from "../../core/records/facts.ts";
import { jsonOr } from "../../core/records/json.ts";
import { UserError } from "../../core/records/user-error.ts";
import { factsPath } from "./layout.ts";
import { refuseLinkInCache } from "./links.ts";
import { whileLocked } from "./lock.ts";
import { writeWhole } from "./tmp.ts";

/**
 * The model facts of a cache, by model.
 *
 * @returns an empty map where none were pulled yet
 * @throws UserError where the file is damaged
 */
export async function readFacts(dir: string): Promise<Map<string, ModelFacts>> {
  const path = factsPath(dir);
  refuseLinkInCache(path);
  const text = await readFile(path, "utf8").catch((error) => {
    if (error.code === "ENOENT") return "";
    throw error;
  });
  const facts = new Map<string, ModelFacts>();
  text.split("\n").forEach((line, i) => {
    if (line === "") return;
    const checked = modelFactsSchema.safeParse(jsonOr(line, null));
    if (!checked.success) {
      const why = explain(checked.error);
      throw new UserError(`${path}, line ${i + 1}: ${why}. Remove the file and pull again.`);
    }
    facts.set(checked.data.model, checked.data);
  });
  return facts;
}

/**
 * Adds facts to what is known, see `newestFacts`, as a whole: a reader sees the old file or the new.
 */
export async function writeFacts(dir: string, facts: Iterable<ModelFacts>): Promise<void> {
  const path = factsPath(dir);
  await whileLocked(dir, `${path}.lock`, async () => {
    const all = await readFacts(dir);
    for (const one of facts) {
      const known = all.get(one.model);
      all.set(one.model, known ? newestFacts(known, one) : one);
    }
    const sorted = [...all.values()].sort((a, b) => (a.model < b.model ? -1 : 1));
    await writeWhole(dir, path, sorted.map((one) => `${JSON.stringify(one)}\n`).join(""));
  });
}
