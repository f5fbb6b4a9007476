import { UserError } from "../../core/records/user-error.ts";
import { Fault } from "../net/patience.ts";
import { readable } from "./answer.ts";
import type { Hub } from "./connection.ts";
import { explainRefusal, Refusal } from "./refusal.ts";

/**
 * Does something with a dataset; where the Hub refuses, does not answer or answers what cannot be read,
 * that is told in a sentence.
 *
 * @throws UserError
 */
export async function telling<T>(
  hub: Hub,
  dataset: string,
  action: "read" | "write",
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await readable(hub, `the dataset ${dataset}`, ask);
  } catch (error) {
    if (error instanceof Refusal) {
      throw await explainRefusal(hub, error, { type: "dataset", name: dataset, action });
    }
    if (error instanceof Fault) {
      throw new UserError(`The Hub did not answer about ${dataset}: ${error.message}.`);
    }
    throw error;
  }
}
