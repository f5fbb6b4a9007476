import { parseArgs } from "node:util";
import { UserError } from "../../core/records/user-error.ts";
import { snapshotsFolder } from "../snapshot/folder.ts";
import { restoreSnapshots } from "../snapshot/restore.ts";
import { tellWaits } from "./terminal.ts";

/**
 * `leaderboard restore --from ADDRESS [--from ADDRESS]… [--to DIR] [--first]`: brings the snapshots of the published site here.
 *
 * @throws UserError with a sentence for the person who ran it
 */
export async function restore(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      /** Where one site has several addresses, the first that has an index is read. */
      from: { type: "string", multiple: true, default: [] },
      to: { type: "string", default: snapshotsFolder },
      /** Nothing needs to be published there yet. */
      first: { type: "boolean", default: false },
    },
  });
  const { from, to, first } = values;
  if (
    from.length === 0 ||
    from.some((address) => !/^https?:/.test(address) || !URL.canParse(address))
  ) {
    throw new UserError("--from: must be the address of the published site, https://….");
  }
  const restored = await restoreSnapshots(from, to, { onWait: tellWaits(console.log) });
  if (!restored && first) return console.log(`Nothing is published at ${from.join(" or ")} yet.`);
  if (!restored) {
    throw new UserError(
      `There are no snapshots at ${from.join(" or ")}: data/index.json is missing there. If nothing was ever ` +
        "published, add --first. Otherwise look at the address: without the published snapshots, the next " +
        "publication would lose them.",
    );
  }
  const { fetched, here, latest } = restored;
  console.log(
    `${fetched.length} dated snapshots fetched${fetched.length > 0 ? ` (${fetched.join(", ")})` : ""}, ` +
      `${here.length} were here.`,
  );
  console.log(
    latest ? `${to}/latest is a copy of ${latest}.` : `${to}/latest was here and stays as it is.`,
  );
}
