import { readdir, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { listingPath, objectPath } from "./layout.ts";
import { commitsFolder, readListing, readRefs } from "./listings.ts";
import { knownObjects } from "./objects.ts";
import { whileMarked } from "./tmp.ts";

/** What pruning took away. */
export interface Pruned {
  listings: number;
  objects: number;
  bytes: number;
}

/**
 * Removes the listings that no revision of a dataset names any more, and then the objects that no
 * listing names.
 *
 * @throws CacheInUse while another process pulls or prunes
 */
export async function prune(dir: string): Promise<Pruned> {
  return whileMarked(dir, "prune", async () => {
    const pruned: Pruned = { listings: 0, objects: 0, bytes: 0 };
    const kept = new Set<string>();
    for (const dataset of await datasetsIn(dir)) {
      const commits = new Set(Object.values(await readRefs(dir, dataset)).map((r) => r.commit));
      for (const commit of await commitsIn(dir, dataset)) {
        if (commits.has(commit)) {
          for (const { oid } of (await readListing(dir, dataset, commit)) ?? []) kept.add(oid);
        } else {
          await rm(listingPath(dir, dataset, commit), { force: true });
          pruned.listings++;
        }
      }
    }
    for (const oid of await knownObjects(dir)) {
      if (kept.has(oid)) continue;
      const path = objectPath(dir, oid);
      pruned.bytes += (await stat(path)).size;
      await rm(path);
      pruned.objects++;
    }
    return pruned;
  });
}

async function datasetsIn(dir: string): Promise<string[]> {
  const root = join(dir, "datasets");
  const owners = await readdir(root).catch(() => []);
  const names = owners.map(async (owner) =>
    (await readdir(join(root, owner))).map((name) => `${owner}/${name}`),
  );
  return (await Promise.all(names)).flat();
}

async function commitsIn(dir: string, dataset: string): Promise<string[]> {
  const files = await readdir(commitsFolder(dir, dataset)).catch(() => []);
  return files.filter((name) => name.endsWith(".jsonl")).map((name) => basename(name, ".jsonl"));
}
