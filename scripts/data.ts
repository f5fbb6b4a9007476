// npm run data -- [--source S]… [--hub [--rev REV]] [--out DIR] [--as-of DATE] [--cache DIR] [--strict] [--allow-loss]
// npm run data -- --source S… --shard I/N --out DIR, and then --merge-shards --out DIR: samples
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { hubDatasets, type Leaderboard } from "../src/core/records/leaderboard.ts";
import type { Counted, Drift } from "../src/core/records/manifest.ts";
import { UserError } from "../src/core/records/user-error.ts";
import { defaultCache } from "../src/pipeline/cache/layout.ts";
import { whileLocked } from "../src/pipeline/cache/lock.ts";
import { buildShard, mergeShards, parseShard } from "../src/pipeline/samples/shards.ts";
import { buildSnapshot, type Summary } from "../src/pipeline/snapshot/build.ts";
import { buildPast, keepDated, writeIndex } from "../src/pipeline/snapshot/dated.ts";
import { snapshotFolder } from "../src/pipeline/snapshot/folder.ts";
import { HeldBack } from "../src/pipeline/snapshot/loss.ts";
import { dayOf, hasDated } from "../src/pipeline/snapshot/names.ts";
import { HUB } from "../src/pipeline/sources/dataset.ts";
import { asDay } from "../src/pipeline/sources/fields.ts";
import { isEmbedded } from "../src/pipeline/sources/load.ts";
import { list, loadLeaderboard, oneLine, run } from "./cli.ts";
import { note, output, quoted } from "./github.ts";

await run(async () => {
  const { values } = parseArgs({
    options: {
      source: { type: "string", multiple: true, default: [] },
      /** Reads the embedded snapshot, the datasets that the configuration names, and the model facts. */
      hub: { type: "boolean", default: false },
      /** Of the datasets of --hub: as `npm run pull -- --rev` brought it. */
      rev: { type: "string", default: "main" },
      out: { type: "string" },
      "as-of": { type: "string" },
      /** Folder of `npm run pull`: for `hf://` sources, and for the model facts in it. */
      cache: { type: "string" },
      strict: { type: "boolean", default: false },
      /** Lets a snapshot replace one of the same datasets that had many more rows. */
      "allow-loss": { type: "boolean", default: false },
      /** Reads samples of single questions instead: part I of N. */
      shard: { type: "string" },
      "merge-shards": { type: "boolean", default: false },
    },
  });
  if (values.shard !== undefined || values["merge-shards"]) {
    if (values.shard !== undefined && values["merge-shards"]) {
      throw new UserError("--merge-shards comes when all parts are there: leave --shard away.");
    }
    return samples(values);
  }
  const out = values.out ?? snapshotFolder;
  const asOf = values["as-of"];
  if (asOf !== undefined && asDay(asOf) !== asOf) {
    throw new UserError(`--as-of ${asOf}: must be a date like 2025-03-13.`);
  }
  const leaderboard = await loadLeaderboard();
  const sources = values.hub ? await configured(leaderboard, values) : values.source;
  const done = await alone(out, async () => {
    const summary = await buildSnapshot(leaderboard, {
      sources,
      out,
      asOf,
      cache: values.cache ?? (values.hub ? defaultCache : undefined),
      allowLoss: values["allow-loss"],
    }).catch(tellHeldBack);
    print(summary, out);
    if (hasDated(out)) await keep(leaderboard, out, values.hub || sources.length === 0);
    return summary;
  });
  if (values.strict && done.rejections.length > 0) {
    throw new UserError(`--strict: ${done.rejections.length} rejected, see ${out}/rejected.json.`);
  }
  await tell(done);
});

/** Two at once would keep one's tables under the other's day: the second waits. */
async function alone<T>(out: string, work: () => Promise<T>): Promise<T> {
  const locks = join(tmpdir(), `leaderboard-locks-${process.getuid?.() ?? ""}`);
  const name = createHash("sha256").update(resolve(out)).digest("hex").slice(0, 16);
  return whileLocked(locks, join(locks, `${name}.lock`), work, {
    patience: Number.POSITIVE_INFINITY,
    onWait: (pid) =>
      console.log(`Tables are being made in ${out} (process ${pid}); this one waits for it.`),
  });
}

/** What a leaderboard is made of by itself: what is embedded, and its datasets, as far as it has them. */
async function configured(
  leaderboard: Leaderboard,
  { source, rev }: { source: string[]; rev: string },
): Promise<string[]> {
  if (source.length > 0) {
    throw new UserError("--hub reads what the configuration names: leave --source away, or --hub.");
  }
  const datasets = hubDatasets(leaderboard);
  if (datasets.length === 0) {
    throw new UserError(
      '--hub: the leaderboard\'s configuration names no dataset. Name one under hub, as results: "OWNER/NAME".',
    );
  }
  const at = rev === "main" ? "" : `@${rev}`;
  const { snapshot } = leaderboard;
  const embedded = snapshot !== undefined && (await isEmbedded(snapshot)) ? [snapshot] : [];
  return [...embedded, ...datasets.map((name) => `${HUB}datasets/${name}${at}`)];
}

/** Samples of single questions: one part of them, or the end of the work when all parts are there. */
async function samples(values: {
  source: string[];
  out?: string | undefined;
  cache?: string | undefined;
  shard?: string | undefined;
}): Promise<void> {
  const { source: sources, out, cache = defaultCache, shard } = values;
  if (out === undefined) throw new UserError("--out: name the folder for the samples.");
  if (shard === undefined) {
    const { parts, rows } = await mergeShards(out);
    console.log(`Samples in ${out}/samples: ${parts} parts, ${rows} rows, whole`);
    return;
  }
  if (sources.length === 0) throw new UserError("--shard: name what to read with --source.");
  const done = await buildShard({ sources, out, cache }, parseShard(shard));
  const rejected = done.rejected > 0 ? `, ${done.rejected} lines rejected` : "";
  console.log(`${done.name}.parquet: ${done.files} files, ${done.rows} rows${rejected}`);
}

/** For whoever publishes: whether there is anything new. */
async function tell({ changed, asOf, evaluations }: Summary): Promise<void> {
  await output("changed", changed);
  const sentence = changed
    ? "The tables are not those of before"
    : "The tables are those of before";
  console.log(`${sentence}: changed=${changed}`);
  const rows = evaluations.map((e) => `${e.rows} evaluations`).join(" and ");
  await note(`### ${sentence}\n\nSnapshot of ${asOf}, ${rows}.`);
}

async function tellHeldBack(error: unknown): Promise<never> {
  if (error instanceof HeldBack) {
    await note(
      `### Held back\n\nRows are missing that were published:\n\n${quoted(error.message)}\n\n` +
        "What is published stays. If the loss is meant, run this workflow by hand (**Run workflow**) " +
        "with **allow-loss** ticked.",
    );
  }
  throw error;
}

/**
 * Dated snapshots beside `latest`: this one and, where it is the leaderboard's own, the earlier days of
 * the embedded figures.
 */
async function keep(leaderboard: Leaderboard, out: string, isOwn: boolean): Promise<void> {
  const name = await keepDated(out);
  const built = isOwn ? await buildPast(leaderboard, out) : [];
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
      if (names.length > 0) console.log(`  ${kind}: ${oneLine(names.join(", "))}`);
    }
  }
}

function counted(title: string, { files, names, more }: Counted): void {
  if (files === 0) return;
  console.log(`${title}: ${files}`);
  for (const [name, count] of Object.entries(names)) {
    console.log(`  ${oneLine(name)}: ${count}`);
  }
  if (more > 0) console.log(`  … and ${more} more`);
}
