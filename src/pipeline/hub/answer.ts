import { UserError } from "../../core/records/user-error.ts";
import type { Hub } from "./connection.ts";

/**
 * What a function of `@huggingface/hub` makes of an answer. It takes the Hub at its word, and stumbles over JSON that
 * is none of the API's: that is said in a sentence, and not asked for again.
 *
 * @param what as a sentence can name it: "the files of o/n"
 * @throws UserError where it stumbles
 */
export async function readable<T>(hub: Hub, what: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const isOdd = error instanceof TypeError || error instanceof SyntaxError;
    if (isOdd || MALFORMED.test((error as Error)?.message)) throw oddAnswer(hub, what);
    throw error;
  }
}

/** As the client says it of lists that are none. */
const MALFORMED = /^malformed response/;

/** JSON, but none that the API speaks of. */
export function oddAnswer({ settings }: Hub, what: string): UserError {
  return new UserError(
    `What the Hub at ${settings.endpoint} answers about ${what} cannot be read: it is JSON, but not as the Hub's ` +
      "API has it. Is it the Hub (HF_ENDPOINT)?",
  );
}
