// Whatever fails while statements run, the process ends.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const DUCKDB = JSON.stringify(resolve("src/pipeline/duckdb/duckdb.ts"));

test("an error beside a statement that would run for ever ends it, and the process", () => {
  const script = `
    import { withDuckDB } from ${DUCKDB};
    await withDuckDB(async (db, connect) => {
      const other = await connect();
      other.run("SELECT count(*) FROM range(1000000000000) a").catch(() => {});
      await new Promise((done) => setTimeout(done, 200));
      throw new Error("the step that failed");
    });`;
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    ["--input-type=module-typescript", "--eval", script],
    { encoding: "utf8", timeout: 30_000 },
  );
  expect(stderr).toContain("the step that failed");
  expect({ status, signal }).toEqual({ status: 1, signal: null });
});
