// npm run restore -- --from ADDRESS [--to DIR]: brings the dated snapshots of the published site here.
import { parseArgs } from "node:util";
import { snapshotsFolder } from "../src/snapshot/folder.ts";
import { restoreSnapshots } from "../src/snapshot/restore.ts";
import { UserError } from "../src/sources/errors.ts";
import { run } from "./cli.ts";

await run(async () => {
  const { values } = parseArgs({
    options: { from: { type: "string" }, to: { type: "string", default: snapshotsFolder } },
  });
  if (!values.from || !URL.canParse(values.from)) {
    throw new UserError("--from: must be the address of the published site, https://….");
  }
  const restored = await restoreSnapshots(values.from, values.to);
  if (!restored) {
    console.log(`Nothing is published at ${values.from} yet.`);
    return;
  }
  const { fetched, here } = restored;
  console.log(
    `${fetched.length} dated snapshots fetched${fetched.length > 0 ? ` (${fetched.join(", ")})` : ""}, ` +
      `${here.length} were here.`,
  );
});
