import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { Ajv } from "ajv";
import { beforeAll, expect, test } from "vitest";
import type { EeeRecord } from "../../../src/core/describe/every-eval-ever.ts";
import { runsIn } from "../../../src/pipeline/formats/detect.ts";
import { build, command, folders, KITCHEN_BOARD, query } from "../snapshot/snapshot.ts";

const env = { LEADERBOARD_CONFIG: "tests/fixtures/tiny.config.ts" };
const fresh = folders();
let tables: string;
let out: string;
let said: ReturnType<typeof command>;

beforeAll(async () => {
  tables = join(await fresh(), "latest");
  out = await fresh();
  await build(tables, [], KITCHEN_BOARD);
  said = command("export", ["--format", "every-eval-ever", "--tables", tables, "--out", out], {
    env,
  });
});

/** Address → record. */
async function records(folder: string): Promise<Map<string, EeeRecord>> {
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith(".json"));
  const read = async (name: string): Promise<[string, EeeRecord]> => {
    return [name, JSON.parse(await readFile(join(folder, name), "utf8"))];
  };
  return new Map(await Promise.all(files.map(read)));
}

test("every evaluation of the tables is a record that the project's schema takes", async () => {
  const [{ rows }] = (await query(`SELECT count(*) AS rows FROM '${tables}/models.parquet'`)) as [
    { rows: number },
  ];
  expect(said).toMatchObject({ code: 0, err: "" });
  expect(said.out).toBe(
    `Kitchen Sense (synthetic): ${rows} records in ${out}/data/kitchen-sense.\n`,
  );
  const schema = await readFile("tests/fixtures/every-eval-ever/eval.schema.json", "utf8");
  const check = new Ajv({ strict: false, allErrors: true }).compile(JSON.parse(schema));
  const all = await records(out);
  expect(all.size).toBe(rows);
  for (const [name, record] of all) {
    expect(check(record) ? [] : check.errors).toEqual([]);
    const { developer = "unknown", name: model } = record.model_info;
    expect(name).toMatch(
      new RegExp(`^data/kitchen-sense/${developer}/${model}/[0-9a-f-]{36}\\.json$`),
    );
  }
});

test("each figure is that of the tables, digit by digit", async () => {
  const rows = await query(
    `SELECT eval_id, m.model, s.benchmark, s.raw, s.normalized, m.average FROM '${tables}/scores.parquet' s
     JOIN '${tables}/models.parquet' m USING (eval_id) WHERE s.subtask IS NULL`,
  );
  const all = [...(await records(out)).values()];
  expect(rows.length).toBeGreaterThan(0);
  for (const { eval_id, model, benchmark, raw, normalized, average } of rows) {
    const variant = `${eval_id}`.slice(`${model}@`.length);
    const { evaluation_results } = all.find(
      (r) => r.model_info.id === model && r.evaluation_id.endsWith(`/${variant}`),
    )!;
    const scores = (name: string) =>
      evaluation_results
        .filter((r) => r.evaluation_name === `kitchen-sense.${name}`)
        .map((r) => r.score_details.score);
    expect(scores(String(benchmark))).toEqual([raw, normalized]);
    expect(scores("average")).toEqual(average === null ? [] : [average]);
  }
});

test("what was written can be read again as result files", async () => {
  for (const [name, record] of await records(out)) {
    const { format, runs } = runsIn(record, name);
    expect(format.id).toBe("every-eval-ever");
    expect(runs).toMatchObject([{ model_name: record.model_info.id }]);
  }
});

test("the same tables give the same files; a folder that has some is left as it is", async () => {
  const again = await fresh();
  const args = ["--format", "every-eval-ever", "--tables", tables, "--out"];
  expect(command("export", [...args, again], { env }).code).toBe(0);
  expect(await records(again)).toEqual(await records(out));
  expect(command("export", [...args, again], { env })).toMatchObject({
    code: 1,
    err: `--out: ${again}/data/kitchen-sense has files already. Remove them, or name another folder.\n`,
  });
});

test("what is wrong is said in a sentence", async () => {
  const wrong = (...args: string[]) => command("export", args, { env }).err;
  expect(wrong("--format", "csv")).toBe("--format: must be every-eval-ever, is csv.\n");
  expect(wrong()).toBe("--format: must be every-eval-ever.\n");
  expect(wrong("--format", "every-eval-ever", "--tables", out)).toBe(
    `--tables: there are none in ${out}. Run npm run data first.\n`,
  );
  const other = command("export", [
    "--format",
    "every-eval-ever",
    "--tables",
    tables,
    "--out",
    out,
  ]);
  expect(other.err).toContain(
    "is of the suite kitchen-sense, which the configuration does not have",
  );
});
