// npm run data -- [--source S]… [--out DIR] [--as-of DATE] [--cache DIR] [--strict]
import { parseArgs } from "node:util";
import type { Leaderboard } from "../src/records/leaderboard.ts";
import { buildSnapshot, type Summary } from "../src/snapshot/build.ts";
import { buildPast, dayOf, hasDated, keepDated, writeIndex } from "../src/snapshot/dated.ts";
import { snapshotFolder } from "../src/snapshot/folder.ts";
import { UserError } from "../src/sources/errors.ts";
import { asDay } from "../src/sources/fields.ts";
import { list, loadLeaderboard, run } from "./cli.ts";

await run(async () => {
  const { values } = parseArgs({
    options: {
      source: { type: "string", multiple: true, default: [] },
      out: { type: "string", default: snapshotFolder },
      "as-of": { type: "string" },
      /** Folder of `npm run pull`, for the model facts in it. */
      cache: { type: "string" },
      strict: { type: "boolean", default: false },
    },
  });
  const asOf = values["as-of"];
  if (asOf !== undefined && asDay(asOf) !== asOf) {
    throw new UserError(`--as-of ${asOf}: must be a date like 2025-03-13.`);
  }
  const leaderboard = await loadLeaderboard();
  const summary = await buildSnapshot(leaderboard, {
    sources: values.source,
    out: values.out,
    asOf,
    cache: values.cache,
  });
  print(summary, values.out);
  if (hasDated(values.out)) await keep(leaderboard, values.out, values.source);
  if (values.strict && summary.rejections.length > 0) {
    throw new UserError(
      `--strict: ${summary.rejections.length} rejected, see ${values.out}/rejected.json.`,
    );
  }
});

/** Dated snapshots beside `latest`: this one and, of the embedded figures, those of earlier days. */
async function keep(leaderboard: Leaderboard, out: string, sources: string[]): Promise<void> {
  const name = await keepDated(out);
  const built = sources.length === 0 ? await buildPast(leaderboard, out) : [];
  const { snapshots } = await writeIndex(leaderboard, out, name);
  const day = dayOf(name);
  console.log(`Kept as ${name}, one of ${snapshots.length} dated snapshots beside it`);
  if (built.length > 0) console.log(`  built of earlier days: ${built.join(", ")}`);
  if (name !== day) {
    console.log(
      `  ${day} was there with other figures and stays as it is. If it was never published, remove ` +
        "its folder and run this again.",
    );
  }
}

function print(summary: Summary, out: string): void {
  console.log(`Snapshot of ${summary.asOf} in ${out}`);
  for (const { suite, rows, withoutAverage } of summary.evaluations) {
    const missing = withoutAverage > 0 ? `, ${withoutAverage} without average` : "";
    console.log(`  ${suite}: ${rows} evaluations${missing}`);
  }
  for (const [name, file] of Object.entries(summary.files)) {
    console.log(`  ${name}: ${file.rows} rows, ${file.bytes} bytes`);
  }
  list(
    "Superseded",
    summary.superseded,
    (s) => `${s.eval_id}: ${s.kept} is newer than ${s.dropped}`,
  );
  list("Rejected", summary.rejections, (r) => `${r.path}: ${r.reason}`);
}
