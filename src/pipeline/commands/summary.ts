import type { Counted, Drift } from "../../core/records/manifest.ts";
import type { Summary } from "../snapshot/build.ts";
import { list, oneLine } from "./terminal.ts";

/** By what one source stands before another. */
const STANDS = {
  time: "is newer than",
  known: "says when it was made, and stands before",
  name: "has the later name, and the same time or none, and stands before",
};

/** What a build did, for the person who ran it. */
export function printSummary(summary: Summary, out: string): void {
  console.log(`Snapshot of ${summary.asOf} in ${out}`);
  for (const { suite, rows, withoutAverage } of summary.evaluations) {
    const missing = withoutAverage > 0 ? `, ${withoutAverage} without average` : "";
    console.log(`  ${suite}: ${rows} evaluations${missing}`);
  }
  for (const [name, file] of Object.entries(summary.files)) {
    console.log(`  ${name}: ${file.rows} rows, ${file.bytes} bytes`);
  }
  list("Superseded", summary.superseded, (s) => {
    const what = s.benchmarks === null ? "" : ` (${s.benchmarks.join(", ")})`;
    return `${s.eval_id}${what}: ${s.kept} ${STANDS[s.by]} ${s.dropped}`;
  });
  list("Rejected", summary.rejections, (r) => `${r.path}: ${r.reason}`);
  list(
    "Tables that lost rows",
    summary.losses,
    (l) => `${l.table}: ${l.lost} of ${l.of}, the first: ${l.examples.join(", ")}`,
  );
  list(
    "Benchmarks that no evaluation has",
    summary.gaps,
    (g) =>
      `${g.benchmark}: none of ${g.of} has task ${g.task} with ${g.metrics.join(", ")}: is the suite spelt as the results are?`,
  );
  list(
    "Flags of models that are in no table",
    summary.idleFlags,
    (f) => `${f.model} in ${f.suite}`,
  );
  if (summary.drift) printDrift(summary.drift);
}

/** What the sources have that is not as it was known: only where there is any. */
function printDrift({ unknown_fields, missing_fields, set_aside, columns }: Drift): void {
  counted("Result files accepted with fields that are not known", unknown_fields);
  counted("Result files accepted without fields that say more", missing_fields);
  counted("Files and records set aside", set_aside);
  for (const { source, ...kinds } of columns) {
    console.log(`Columns of ${oneLine(source)} are not those that were known`);
    for (const [kind, names] of Object.entries(kinds)) {
      if (names.length > 0) console.log(`  ${kind}: ${oneLine(firstOf(names))}`);
    }
  }
}

/** Names of columns that are shown before the rest is only counted. */
const SHOWN = 50;

function firstOf(names: readonly string[]): string {
  const more = names.length > SHOWN ? `, … and ${names.length - SHOWN} more` : "";
  return names.slice(0, SHOWN).join(", ") + more;
}

function counted(title: string, { files, names, more }: Counted): void {
  if (files === 0) return;
  console.log(`${title}: ${files}`);
  for (const [name, count] of Object.entries(names)) {
    console.log(`  ${oneLine(name)}: ${count}`);
  }
  if (more > 0) console.log(`  … and ${more} more`);
}
