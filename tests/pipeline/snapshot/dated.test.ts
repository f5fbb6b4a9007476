// Dated snapshots: kept beside `latest`, never changed.
import { createHash } from "node:crypto";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import type { SnapshotIndex } from "../../../src/core/records/snapshot-index.ts";
import { ofSuite } from "../../../src/pipeline/snapshot/dated.ts";
import { compareNames, dayOf } from "../../../src/pipeline/snapshot/names.ts";
import { start } from "../../scripts/process.ts";
import { pythia, writeRun, writeText } from "../sources/harness.ts";
import { command, folders, query, readJson } from "./snapshot.ts";

const fresh = folders();
const KITCHEN = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };

/** Digest of every file in a folder. */
async function digests(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).toSorted();
  const entries = names.map(async (name) => [
    name,
    createHash("sha256")
      .update(await readFile(join(folder, name)))
      .digest("hex"),
  ]);
  return Object.fromEntries(await Promise.all(entries));
}

async function keep(root: string, args: string[] = [], env: Record<string, string> = KITCHEN) {
  const { code, out, err } = command("data", ["--out", join(root, "latest"), ...args], { env });
  expect(err).toBe("");
  expect(code).toBe(0);
  return out;
}

test("names are days with an edition, and stand in that order", () => {
  expect(dayOf("2025-03-13")).toBe("2025-03-13");
  expect(dayOf("2025-03-13.2")).toBe("2025-03-13");
  for (const name of ["latest", "2025-03", "2025-03-13.", "2025-03-13.x", "2025-03-13/", "..", ""])
    expect(dayOf(name)).toBeNull();
  const names = ["2025-03-13.10", "2025-03-13", "2024-12-31.3", "2025-03-13.2"];
  expect(names.toSorted(compareNames)).toEqual([
    "2024-12-31.3",
    "2025-03-13",
    "2025-03-13.2",
    "2025-03-13.10",
  ]);
});

describe("a build of `latest`", () => {
  test("is kept under its date, with the same bytes, and listed", async () => {
    const root = await fresh();
    expect(await keep(root, ["--as-of", "2025-03-20"])).toContain("Kept as 2025-03-20");
    const files = await digests(join(root, "latest"));
    expect(await digests(join(root, "2025-03-20"))).toEqual(files);
    const index = await readJson<SnapshotIndex>(root, "index.json");
    expect(index).toMatchObject({ latest: "2025-03-20", title: "Kitchen Leaderboard" });
    expect(index.snapshots).toHaveLength(1);
    expect(index.snapshots[0]).toMatchObject({
      name: "2025-03-20",
      as_of: "2025-03-20",
      manifest_sha256: files["manifest.json"],
    });
    const manifest = await readJson<Manifest>(root, "latest/manifest.json");
    const rows = Object.values(index.snapshots[0]!.rows);
    expect(rows).toEqual(manifest.suites.map((s) => manifest.files[`${s.table}.parquet`]!.rows));
  });

  test("clears away what dead runs left half-copied, not what a living one copies", async () => {
    const root = await fresh();
    const living = `2025-03-21.tmp-${process.ppid}`;
    await writeText(join(root, "2025-03-20.tmp-99999999", "manifest.json"), "{}");
    await writeText(join(root, "2025-03-20.2.tmp-99999998", "models.csv"), "x");
    await writeText(join(root, "index.json.tmp-99999999"), "{");
    await writeText(join(root, living, "models.csv"), "x");
    await writeText(join(root, "letters.tmp-99999999"), "dear");
    await keep(root, ["--as-of", "2025-03-20"]);
    expect((await readdir(root)).toSorted()).toEqual(
      ["2025-03-20", living, "index.json", "latest", "letters.tmp-99999999"].toSorted(),
    );
  });

  test("again, with the same figures, changes nothing", async () => {
    const root = await fresh();
    await keep(root, ["--as-of", "2025-03-20"]);
    const before = [
      await digests(join(root, "2025-03-20")),
      await readFile(join(root, "index.json"), "utf8"),
    ];
    await keep(root, ["--as-of", "2025-03-20"]);
    expect([
      await digests(join(root, "2025-03-20")),
      await readFile(join(root, "index.json"), "utf8"),
    ]).toEqual(before);
    expect((await readdir(root)).toSorted()).toEqual(["2025-03-20", "index.json", "latest"]);
  });

  test("with other figures is the day's next edition; what was kept stays as it is", async () => {
    const root = await fresh();
    await keep(root, ["--as-of", "2025-03-20"]);
    const first = await digests(join(root, "2025-03-20"));
    const table = await writeText(
      join(root, "source", "new.csv"),
      (await readFile("tests/fixtures/tiny/snapshot/kitchen-sense.csv", "utf8"))
        .split("\n")
        .slice(0, 4)
        .join("\n"),
    );
    const out = await keep(root, ["--as-of", "2025-03-20", "--source", table]);
    expect(out).toContain("Kept as 2025-03-20.2");
    expect(out).toContain("2025-03-20 was there with other figures and stays as it is.");
    expect(await digests(join(root, "2025-03-20"))).toEqual(first);
    expect(await digests(join(root, "2025-03-20.2"))).toEqual(await digests(join(root, "latest")));
    const index = await readJson<SnapshotIndex>(root, "index.json");
    expect(index.latest).toBe("2025-03-20.2");
    expect(index.snapshots.map((s) => s.name)).toEqual(["2025-03-20.2", "2025-03-20"]);
  });

  test("for another day leaves the earlier days", async () => {
    const root = await fresh();
    await keep(root, ["--as-of", "2025-03-20"]);
    const first = await digests(join(root, "2025-03-20"));
    await keep(root, ["--as-of", "2025-04-01"]);
    expect(await digests(join(root, "2025-03-20"))).toEqual(first);
    const index = await readJson<SnapshotIndex>(root, "index.json");
    expect(index.snapshots.map((s) => s.name)).toEqual(["2025-04-01", "2025-03-20"]);
  });

  test("goes on with the history: standings of earlier days as they were published last", async () => {
    const root = await fresh();
    const days = async (folder = "latest") =>
      (
        await query(
          `SELECT as_of, count(*) AS n FROM '${join(root, folder, "history.parquet")}' GROUP BY ALL ORDER BY ALL`,
        )
      ).map(({ as_of, n }) => `${as_of} ${n}`);
    await keep(root, ["--as-of", "2025-03-20"]);
    const known = await days();
    const lines = (await readFile("tests/fixtures/tiny/snapshot/kitchen-sense.csv", "utf8")).split(
      "\n",
    );
    const table = await writeText(join(root, "source", "new.csv"), lines.slice(0, 4).join("\n"));
    await keep(root, ["--as-of", "2025-03-20", "--source", table]);
    // Only what is published counts: a table alone knows of no earlier day, and its own is not history.
    expect(await days()).toEqual([]);
    // Another leaderboard's snapshot of a day between is none of ours.
    await writeRun(join(root, "results"), { figures: await pythia() });
    await keep(root, ["--source", join(root, "results"), "--as-of", "2025-03-22"], {});
    await keep(root, ["--as-of", "2025-04-01"]);
    expect(await days()).toEqual([...known, "2025-03-20 3"]);
    const standings = (folder: string, table: string, where = "") =>
      query(
        `SELECT eval_id, round(average, 9) AS average, rank FROM '${join(root, folder, table)}' ${where} ORDER BY rank, eval_id`,
      );
    const manifest = await readJson<Manifest>(root, "2025-03-20.2/manifest.json");
    expect(await standings("latest", "history.parquet", "WHERE as_of = '2025-03-20'")).toEqual(
      await standings("2025-03-20.2", `${manifest.suites[0]!.table}.parquet`),
    );
    // The day itself, built again, is the same: it does not stand in its own history.
    const before = await digests(join(root, "latest"));
    await keep(root, ["--as-of", "2025-04-01"]);
    expect(await digests(join(root, "latest"))).toEqual(before);
  });

  test("lists another suite's snapshots too, so that they stay published, and no folder without a manifest", async () => {
    const root = await fresh();
    const results = join(root, "results");
    await writeRun(results, { figures: await pythia() });
    await keep(root, ["--source", results], {});
    await writeText(join(root, "2020-01-01", "notes.txt"), "mine");
    await keep(root, ["--as-of", "2025-03-20"]);
    const index = await readJson<SnapshotIndex>(root, "index.json");
    expect(index.snapshots.map((s) => [s.name, s.suite])).toEqual([
      ["2025-03-20", "kitchen-sense"],
      ["2024-06-17", "open-llm-v2"],
    ]);
    // One site shows those of its own suite side by side.
    expect(ofSuite(index, "kitchen-sense").snapshots.map((s) => s.name)).toEqual(["2025-03-20"]);
  });

  test("by two commands at once is made by one after the other", async () => {
    const root = await fresh();
    const out = join(root, "latest");
    const days = ["2025-03-20", "2025-03-21", "2025-03-22"];
    const runs = days.map((day) => start("data", ["--out", out, "--as-of", day], { env: KITCHEN }));
    for (const { ended } of runs) expect(await ended).toMatchObject({ code: 0, err: "" });
    const index = await readJson<SnapshotIndex>(root, "index.json");
    expect(index.snapshots.map((s) => s.name).toSorted()).toEqual(days);
    for (const day of days) {
      expect((await readJson<Manifest>(root, `${day}/manifest.json`)).as_of).toBe(day);
    }
    expect(await digests(out)).toEqual(await digests(join(root, index.latest)));
  });

  test("elsewhere than in `latest` is that folder alone", async () => {
    const root = await fresh();
    const { code } = command("data", ["--out", join(root, "mine")], { env: KITCHEN });
    expect(code).toBe(0);
    expect(await readdir(root)).toEqual(["mine"]);
  });
});

describe("the embedded figures' earlier days", () => {
  const KEY = ["model", "revision", "precision", "weight_type", "chat_template"]
    .map((name) => `p.${name} IS NOT DISTINCT FROM m.${name}`)
    .join(" AND ");
  let root: string;
  /** Rows of each published table (contract, section 2). */
  const ROWS = {
    "2024-07-13": 237,
    "2024-08-20": 731,
    "2024-09-15": 969,
    "2024-10-09": 1436,
    "2024-12-06": 2159,
    "2024-12-26": 2439,
    "2025-01-14": 2929,
    "2025-02-28": 4203,
  };
  beforeAll(async () => {
    root = await fresh();
    await keep(root, [], {});
  }, 60_000);

  test("are whole snapshots of their own", async () => {
    const index = await readJson<SnapshotIndex>(root, "index.json");
    const days = Object.fromEntries(index.snapshots.map((s) => [s.name, s.rows.models]));
    expect(days).toEqual({ ...ROWS, "2025-03-21": 4576 });
    for (const { name, as_of } of index.snapshots) {
      expect(as_of).toBe(name);
      expect(await readdir(join(root, name))).toEqual(await readdir(join(root, "latest")));
    }
  });

  test("have the averages that were published, as far as those were written out", async () => {
    for (const day of Object.keys(ROWS)) {
      const [row] = await query(
        `SELECT count(*) AS n, count(p.model) AS known, max(abs(m.average - p.average)) AS off
         FROM '${root}/${day}/models.parquet' m
         LEFT JOIN 'data/snapshot/open-llm-v2_${day}.parquet' p ON ${KEY}`,
      );
      expect(row!.known).toBe(row!.n);
      // Scores and averages had two digits until December 2024: two roundings of up to 0.005.
      expect(Number(row!.off)).toBeLessThan(day < "2024-12-26" ? 0.0101 : 1e-9);
    }
  });

  test("know no model, no dated table and no source of a later day", async () => {
    const [later] = await query(
      `SELECT count(*) AS n FROM '${root}/2024-09-15/history.parquet' WHERE as_of > '2024-09-15'`,
    );
    expect(later!.n).toBe(0);
    const manifest = await readJson<Manifest>(root, "2024-09-15/manifest.json");
    expect(manifest.sources.map((s) => s.source)).toEqual([
      "contents-v1.csv",
      "2024-07-13.csv",
      "2024-08-20.csv",
      "2024-09-15.csv",
      // Of the history what is up to that day; lengths of context for the archive.
      "days.csv",
      "intervals.csv.gz",
      "results_2024-06-17T12-07-04.698905.json",
      "context-length-v1.csv",
      "context-length.csv",
    ]);
  });

  test("are rebuilt when they are missing, with the same bytes", async () => {
    const before = await digests(join(root, "2024-07-13"));
    await rm(join(root, "2024-07-13"), { recursive: true });
    expect(await keep(root, [], {})).toContain("built of earlier days: 2024-07-13\n");
    expect(await digests(join(root, "2024-07-13"))).toEqual(before);
  }, 60_000);
});
