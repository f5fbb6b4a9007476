import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { hubDatasets, type Leaderboard } from "../../core/records/leaderboard.ts";
import { UserError } from "../../core/records/user-error.ts";
import { defaultCache } from "../cache/layout.ts";
import { whileLocked } from "../cache/lock.ts";
import { mergeShards } from "../samples/merge-shards.ts";
import { buildShard, parseShard } from "../samples/shards.ts";
import { buildSnapshot, type Summary } from "../snapshot/build.ts";
import { buildPast, keepDated, writeIndex } from "../snapshot/dated.ts";
import { snapshotFolder } from "../snapshot/folder.ts";
import { HeldBack } from "../snapshot/loss.ts";
import { dayOf, hasDated } from "../snapshot/names.ts";
import { HUB } from "../sources/dataset.ts";
import { isEmbedded } from "../sources/embedded.ts";
import { asDay } from "../sources/fields.ts";
import { loadLeaderboard } from "./configuration.ts";
import { explain } from "./explain.ts";
import { note, output, quoted } from "./github.ts";
import { printSummary } from "./summary.ts";

/**
 * `leaderboard data [--source S]… [--hub [--rev REV]] [--out DIR] [--as-of DATE] [--cache DIR] [--strict]
 * [--allow-loss]`: sources → tables. `--source S… --shard I/N --out DIR`, and then `--merge-shards --out DIR`: samples.
 * `--explain FILE [--source FOLDER]`: what is read of one file.
 *
 * @returns the status to end with
 * @throws UserError with a sentence for the person who ran it
 */
export async function data(args: string[]): Promise<number> {
  const { values, tokens } = parseArgs({
    args,
    tokens: true,
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
      /** Says what is read of one file, and writes nothing. */
      explain: { type: "string" },
    },
  });
  if (values.explain !== undefined) {
    const given = tokens.flatMap((token) => (token.kind === "option" ? [token.name] : []));
    const other = given.find((name) => name !== "explain" && name !== "source");
    if (other !== undefined) {
      throw new UserError(`--explain writes nothing: leave --${other} away.`);
    }
    return explain(values.explain, values.source);
  }
  if (values.shard !== undefined || values["merge-shards"]) {
    if (values.shard !== undefined && values["merge-shards"]) {
      throw new UserError("--merge-shards comes when all parts are there: leave --shard away.");
    }
    await samples(values);
    return 0;
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
    printSummary(summary, out);
    if (hasDated(out)) await keep(leaderboard, out, values.hub || sources.length === 0);
    return summary;
  });
  if (values.strict && done.rejections.length > 0) {
    throw new UserError(`--strict: ${done.rejections.length} rejected, see ${out}/rejected.json.`);
  }
  await tell(done);
  return 0;
}

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
