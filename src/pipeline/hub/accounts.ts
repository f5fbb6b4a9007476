import { z } from "zod";
import { jsonOr } from "../../core/records/json.ts";
import type { Hub } from "./connection.ts";
import { Refusal } from "./refusal.ts";

const overviewSchema = z.object({ createdAt: z.iso.datetime({ offset: true }) });

/**
 * Since when an account is on the Hub, in milliseconds since 1970
 * (huggingface_hub, hf_api.py: get_user_overview).
 *
 * @param name fit for a path
 * @returns null where the Hub does not say
 */
export async function accountSince(hub: Hub, name: string): Promise<number | null> {
  try {
    const answer = await hub.client.fetch(`${hub.settings.endpoint}/api/users/${name}/overview`);
    const checked = overviewSchema.safeParse(jsonOr(await answer.text(), null));
    return checked.success ? Date.parse(checked.data.createdAt) : null;
  } catch (error) {
    if (error instanceof Refusal) return null;
    throw error;
  }
}
