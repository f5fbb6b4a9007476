import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ListedFile } from "../../src/core/records/listing.ts";
import { openCache } from "../../src/pipeline/cache/open.ts";
import { longRun, pulled, putFile } from "../pipeline/sources/cached.ts";
import { pythia } from "../pipeline/sources/harness.ts";
import { type Cost, costOf } from "./cost.ts";

const DATASET = "synthetic/results";

/** From cached result files to tables, in numbers. */
export async function benchPipeline(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      files: { type: "string", default: "10000" },
      runs: { type: "string", default: "3" },
      /** In a process of its own: reads and parses the files of this cache, and does no more. */
      read: { type: "string" },
    },
  });
  if (values.read !== undefined) return readAll(values.read);
  const folder = await mkdtemp(join(tmpdir(), "leaderboard-bench-"));
  try {
    await bench(folder, Number(values.files), Number(values.runs));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readAll(cache: string): Promise<void> {
  const opened = await openCache(cache);
  const { files } = await opened.listing(DATASET);
  let models = 0;
  for (const { oid } of files) {
    if (JSON.parse(readFileSync(opened.path(oid), "utf8")).model_name) models++;
  }
  if (models !== files.length) throw new Error(`${models} of ${files.length} name their model`);
}

/** Each is run several times in turn, and the quickest counts: other work can only slow one down. */
async function bench(folder: string, count: number, runs: number): Promise<void> {
  const cache = join(folder, "cache");
  const figures = await pythia();
  const files: ListedFile[] = [];
  for (let i = 0; i < count; i++) {
    const { path, text } = longRun(figures, i);
    files.push(putFile(cache, path, text));
  }
  await pulled(cache, DATASET, files);
  const bytes = files.reduce((sum, f) => sum + f.size, 0);
  const size = `${count} files of ${Math.round(bytes / count / 1000)} kB`;
  console.error(`… ${size} made`);
  const out = join(folder, "tables");
  const self = ["scripts/bench-pipeline.ts", "--read", cache];
  const data = [
    "scripts/data.ts",
    "--source",
    `hf://datasets/${DATASET}`,
    "--cache",
    cache,
    "--out",
    out,
  ];
  const costs: Record<"read" | "full" | "again" | "one", Cost[]> = {
    read: [],
    full: [],
    again: [],
    one: [],
  };
  for (let i = 0; i < runs; i++) {
    await rm(join(cache, "parsed"), { recursive: true, force: true });
    await rm(out, { recursive: true, force: true });
    costs.read.push(await costOf(self));
    costs.full.push(await costOf(data));
    costs.again.push(await costOf(data));
    const { path, text } = longRun(figures, i);
    const other = putFile(cache, path, text.replace('"date":', `"end_time": ${i}, "date":`));
    await pulled(cache, DATASET, [...files.slice(0, i), other, ...files.slice(i + 1)]);
    costs.one.push(await costOf(data));
    console.error(
      `… run ${i + 1}: ${Object.values(costs)
        .map((c) => c.at(-1)!.seconds.toFixed(2))
        .join(" ")} s`,
    );
  }
  const [read, full, again, one] = Object.values(costs).map(quickest) as [Cost, Cost, Cost, Cost];
  const line = (cost: Cost, share: string, goal: string, met: boolean | null) => ({
    seconds: cost.seconds.toFixed(2),
    "peak MB": Math.round(cost.megabytes),
    measured: share,
    goal,
    met,
  });
  const ratio = full.seconds / read.seconds;
  const share = one.seconds / full.seconds;
  const peak = Math.max(full.megabytes, again.megabytes, one.megabytes);
  console.table({
    [`one process reads and parses ${size}`]: line(read, "1 ×", "", null),
    "to tables, nothing parsed before": line(
      full,
      `${ratio.toFixed(2)} ×`,
      "≤ 2.5 ×",
      ratio <= 2.5,
    ),
    "to tables, nothing new": line(again, percent(again.seconds / full.seconds), "", null),
    "to tables, one file changed": line(one, percent(share), "≤ 10 %", share <= 0.1),
    "peak memory": { measured: `${Math.round(peak)} MB`, goal: "≤ 1000 MB", met: peak <= 1000 },
  });
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function quickest(costs: Cost[]): Cost {
  return {
    seconds: Math.min(...costs.map((c) => c.seconds)),
    megabytes: Math.max(...costs.map((c) => c.megabytes)),
  };
}
