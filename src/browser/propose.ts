import { commit, HubApiError } from "@huggingface/hub";
import type { Account } from "./login.ts";

/** One file that somebody would like to see in a dataset. */
export interface Proposal {
  /** `OWNER/NAME`. */
  dataset: string;
  path: string;
  text: string;
  /** Of the pull request, in plain text. */
  title: string;
  description: string;
}

/**
 * Opens a pull request with one file on a dataset of the Hub, in the name of who has logged in.
 *
 * @returns its address on the Hub
 * @throws Error with a sentence for the visitor. Where the Hub's answer was lost, it names the place where a pull
 *   request would be: asking again might open a second one
 */
export async function propose(hub: string, account: Account, proposal: Proposal): Promise<string> {
  const { dataset, path, text, title, description } = proposal;
  const discussions = `${hub}/datasets/${dataset}/discussions`;
  let made: Awaited<ReturnType<typeof commit>>;
  try {
    made = await commit({
      hubUrl: hub,
      accessToken: account.token,
      repo: { type: "dataset", name: dataset },
      operations: [{ operation: "addOrUpdate", path, content: new Blob([text]) }],
      title,
      description,
      isPullRequest: true,
      useXet: false,
    });
  } catch (error) {
    throw new Error(sentenceOf(error, discussions));
  }
  const address = made?.pullRequestUrl ?? "";
  const number = address.startsWith(`${discussions}/`) && address.slice(discussions.length + 1);
  if (number && /^\d+$/.test(number)) return address;
  throw new Error(`The Hub does not say which pull request it opened: look at ${discussions}.`);
}

function sentenceOf(error: unknown, discussions: string): string {
  if (!(error instanceof HubApiError)) {
    return `The connection to the Hub broke off. The pull request may be there all the same: look at ${discussions} before you try again.`;
  }
  const { statusCode } = error;
  if (statusCode === 401) return "The login is over: log in again.";
  if (statusCode === 403) return "The Hub does not let this account open pull requests there.";
  if (statusCode === 404) return "The dataset is not on the Hub, or not for this account.";
  if (statusCode === 429) return "The Hub asks for patience: try again in some minutes.";
  return `The Hub refused the pull request (HTTP ${statusCode}). Look at ${discussions}, and try again later.`;
}
