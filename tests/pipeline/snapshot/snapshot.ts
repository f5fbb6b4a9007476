import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll } from "vitest";
import config from "../../../leaderboard.config.ts";
import { leaderboardSchema } from "../../../src/core/records/leaderboard.ts";
import type { Manifest } from "../../../src/core/records/manifest.ts";
import type { Rejection } from "../../../src/core/records/rejection.ts";
import { withDuckDB } from "../../../src/pipeline/duckdb/duckdb.ts";
import { buildSnapshot, type Summary } from "../../../src/pipeline/snapshot/build.ts";
import tiny from "../../fixtures/tiny.config.ts";

export const OPEN_LLM = leaderboardSchema.parse(config);
export const KITCHEN_BOARD = leaderboardSchema.parse(tiny);

type Row = Record<string, unknown>;

/** Rows that DuckDB, the other engine, has for a query. Dates are text, counts are numbers. */
export async function query(sql: string): Promise<Row[]> {
  return withDuckDB(async (db) => {
    const result = await db.runAndReadAll(sql);
    return result.getRowObjectsJS().map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => {
          if (typeof value === "bigint") return [name, Number(value)];
          return [name, value instanceof Date ? value.toISOString().slice(0, 10) : value];
        }),
      ),
    );
  });
}

/** Makes new folders, which are removed when the calling file's tests are done. */
export function folders(): () => Promise<string> {
  const root = mkdtempSync(join(tmpdir(), "leaderboard-test-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  let count = 0;
  return async () => {
    const folder = join(root, String(count++));
    await mkdir(folder);
    return folder;
  };
}

/** Builds a snapshot and reads back what it says of itself. */
export async function build(
  out: string,
  sources: string[],
  leaderboard = OPEN_LLM,
): Promise<{ summary: Summary; manifest: Manifest; rejected: Rejection[] }> {
  const summary = await buildSnapshot(leaderboard, { sources, out });
  return {
    summary,
    manifest: await readJson(out, "manifest.json"),
    rejected: await readJson(out, "rejected.json"),
  };
}

export async function readJson<T>(folder: string, name: string): Promise<T> {
  return JSON.parse(await readFile(join(folder, name), "utf8"));
}

/** Runs one of our commands as people do. */
export function command(
  script: "data" | "export" | "import" | "restore",
  args: string[],
  options: { env?: Record<string, string>; cwd?: string; uid?: number } = {},
): { code: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [resolve(`scripts/${script}.ts`), ...args],
    {
      cwd: options.cwd,
      uid: options.uid,
      timeout: 60_000,
      encoding: "utf8",
      env: { ...process.env, ...options.env },
    },
  );
  return { code: status, out: stdout, err: stderr };
}
