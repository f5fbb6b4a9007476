// npm run data -- [--source S]… [--out DIR] [--as-of DATE] [--cache DIR] [--strict]
import { parseArgs } from "node:util";
import { buildSnapshot, type Summary } from "../src/snapshot/build.ts";
import { snapshotFolder } from "../src/snapshot/folder.ts";
import { UserError } from "../src/sources/errors.ts";
import { asDay } from "../src/sources/fields.ts";
import { loadLeaderboard, run } from "./cli.ts";

/** Lines of one kind that the summary prints before it only counts the rest. */
const SHOWN = 20;

await run(async () => {
  const { values } = parseArgs({
    options: {
      source: { type: "string", multiple: true, default: [] },
      out: { type: "string", default: snapshotFolder },
      "as-of": { type: "string" },
      /** Folder of `npm run pull`; accepted so that one command line fits both. */
      cache: { type: "string" },
      strict: { type: "boolean", default: false },
    },
  });
  const asOf = values["as-of"];
  if (asOf !== undefined && asDay(asOf) !== asOf) {
    throw new UserError(`--as-of ${asOf}: must be a date like 2025-03-13.`);
  }
  const summary = await buildSnapshot(await loadLeaderboard(), {
    sources: values.source,
    out: values.out,
    asOf,
  });
  print(summary, values.out);
  if (values.strict && summary.rejections.length > 0) {
    throw new UserError(
      `--strict: ${summary.rejections.length} rejected, see ${values.out}/rejected.json.`,
    );
  }
});

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

function list<T>(title: string, items: T[], line: (item: T) => string): void {
  if (items.length === 0) return;
  console.log(`${title}: ${items.length}`);
  for (const item of items.slice(0, SHOWN)) console.log(`  ${line(item)}`);
  if (items.length > SHOWN) console.log(`  … and ${items.length - SHOWN} more`);
}
