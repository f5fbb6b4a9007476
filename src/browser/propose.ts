import { commit, HubApiError } from "@huggingface/hub";
import type { Account } from "./hub-login.ts";

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

/** A pull request was not opened, or nobody knows: a sentence for the visitor. */
export class ProposalError extends Error {
  /** Where it would be, where it may be there all the same. */
  readonly look: string | null;
  constructor(message: string, look: string | null = null) {
    super(message);
    this.look = look;
  }
}

/**
 * Opens a pull request with one file on a dataset of the Hub, in the name of who has logged in.
 *
 * @returns its address on the Hub
 * @throws ProposalError Where the Hub's answer was lost, it names the place where a pull request would be:
 *   asking again might open a second one
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
    throw errorOf(error, discussions);
  }
  const address = made?.pullRequestUrl ?? "";
  const number = address.startsWith(`${discussions}/`) && address.slice(discussions.length + 1);
  if (number && /^\d+$/.test(number)) return address;
  throw new ProposalError("The Hub does not say which pull request it opened.", discussions);
}

function errorOf(error: unknown, discussions: string): ProposalError {
  if (!(error instanceof HubApiError)) {
    return new ProposalError(
      "The connection to the Hub broke off. Your pull request may be there all the same: look before you try again.",
      discussions,
    );
  }
  switch (error.statusCode) {
    case 401:
      return new ProposalError("Your login is over: log in again.");
    case 403:
      return new ProposalError("The Hub does not let your account open pull requests there.");
    case 404:
      return new ProposalError("The dataset is not on the Hub, or your account may not see it.");
    case 429:
      return new ProposalError("The Hub asks for patience: try again in some minutes.");
    default:
      return new ProposalError(
        `The Hub answered with an error (HTTP ${error.statusCode}). Look whether your pull request is there before you try again.`,
        discussions,
      );
  }
}
