import { UserError } from "../../core/records/user-error.ts";
import type { Hub } from "./connection.ts";
import { PUBLIC_HUB } from "./settings.ts";

/** A page has a thousand entries. */
const MOST_PAGES = 10_000;

/** Pages of a listing lead from one to the next, on the Hub, to an end. */
export function onePageAfterTheOther(hub: Hub, dataset: string): typeof fetch {
  const seen = new Set<string>();
  return (input, init) => {
    const { href, origin } = new URL(input instanceof Request ? input.url : input);
    const own = [hub.settings.endpoint, PUBLIC_HUB].map((address) => new URL(address).origin);
    if (!own.includes(origin)) {
      throw new UserError(
        `The Hub lists the files of ${dataset} on ${origin}, which is not the Hub.`,
      );
    }
    if (seen.has(href) || seen.size >= MOST_PAGES) {
      throw new UserError(
        `The Hub's listing of ${dataset} leads from page to page without an end.`,
      );
    }
    seen.add(href);
    return hub.client.fetch(input, init);
  };
}
