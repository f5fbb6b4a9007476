import { datasetName } from "./listing.ts";
import { UserError } from "./user-error.ts";

/**
 * Reads a dataset as a command line names it: `OWNER/NAME`, with `@REV` for another revision than
 * `main`, and with or without `hf://datasets/` before it.
 *
 * @param option of the command line, for the sentence
 * @throws UserError for anything else
 */
export function parseDataset(
  text: string,
  rev = "main",
  option = "--dataset",
): { dataset: string; rev: string } {
  const name = text.replace(/^hf:\/\/datasets\//, "").replace(/^datasets\//, "");
  const at = name.indexOf("@");
  const dataset = at < 0 ? name : name.slice(0, at);
  const revision = at < 0 ? rev : name.slice(at + 1);
  if (!datasetName.safeParse(dataset).success) {
    throw new UserError(`${option} ${text}: must be OWNER/NAME or OWNER/NAME@REV.`);
  }
  // Characters that git allows in names of branches and tags, https://git-scm.com/docs/git-check-ref-format.
  if (!/^(?!.*(?:\.\.|@\{|\/\/))[^\s\p{Cc}~^:?*[\\]{1,250}$/u.test(revision)) {
    throw new UserError(`${option} ${text}: "${revision}" is no branch, tag or commit.`);
  }
  return { dataset, rev: revision };
}
