import { datasetName } from "../../core/records/listing.ts";
import { UserError } from "../../core/records/user-error.ts";

/**
 * A dataset of the Hub that an option or the configuration names.
 *
 * @param kind of the option: `votes` of `--votes`
 * @throws UserError where it is no name of a dataset
 */
export function datasetOption(kind: string, name: string): string {
  if (datasetName.safeParse(name).success) return name;
  throw new UserError(`--${kind} ${name}: must be a dataset like OWNER/NAME.`);
}
