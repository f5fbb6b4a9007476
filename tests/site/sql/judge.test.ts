// What runs in the console is decided by DuckDB's own lexer and parser: here by the very engine.
import { beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../src/browser/engine.ts";
import { rowsOf } from "../../../src/core/table/arrow.ts";
import { judge } from "../../../src/site/sql/judge.ts";
import { CLOSED, READERS } from "../../../src/site/sql/reads.ts";
import { splitStatements } from "../../../src/site/sql/statements.ts";
import { statementsElsewhere } from "./elsewhere.ts";
import { consoleEngine } from "./engine.ts";

const SITE = "https://board.example";
const OWN = `${SITE}/data/latest/models.parquet`;

let engine: Pick<Database, "db" | "connection">;
beforeAll(async () => {
  engine = await consoleEngine();
});

const judged = (sql: string) => judge(engine, splitStatements(sql)[0]!, SITE);

describe("runs", () => {
  it.each([
    "select 1",
    "/* a */ WITH a AS (SELECT 1) FROM a",
    "(select 1) union all (select 2) order by 1",
    "values (1)",
    "table models",
    "from models select *, 1",
    "with recursive t(n) as (select 1 union all select n + 1 from t) select max(n) from t",
    "pivot models on a using sum(b)",
    "select * from (pivot models on a in (1, 2) using sum(b))",
    "unpivot models on a, b into name n value v",
    "select\u00a01\u2003+ 2",
    "\ufeffselect 1",
    "select '\ufeffü', \"漢字\", '😀' from t where x = '\ufeff'",
    "select 'install', \"copy\", 'import database' from t",
    "select * from t where file in ('a.csv', 'b.parquet') and x like '%.csv'",
    "select * from a join b on a.x in (1, 'b.csv'), c where f is distinct from 'k.csv'",
    "select trim(both 'x' from 'a.csv'), extract(year from d), model glob ('*.csv') from t",
    'select "a.csv", count(*) as "https://example.org" from own group by "a.csv"',
    "select * from range(10), unnest([1, 2]), generate_series(1, 3)",
    `select count(*) from '${OWN}'`,
    `select count(*) from "${OWN}" as m join '${OWN}' using (eval_id)`,
    `select * from read_parquet('${OWN}')`,
    `select * from read_parquet(['${OWN}', '${OWN}'], union_by_name = true)`,
    `select * from READ_CSV_AUTO ( '${SITE}/x.csv' , header = true, delim = ';')`,
    `select * from parquet_schema('${OWN}')`,
    `select * from '${OWN}' -- the reader's own`,
  ])("a query: %s", async (sql) => {
    expect(await judged(sql)).toEqual({ refusal: null, isQuery: true });
  });

  it.each([
    "SELEC 2",
    "select averge from",
    "select 'not closed",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE SELECT 1 AS copy",
    "explain (analyze) select 1",
    "explain (select 1)",
    "DESCRIBE models",
    "describe select 1",
    "summarize models",
    "show tables",
    "PRAGMA database_list",
    "pragma table_info('models')",
    "call pragma_version()",
    "PREPARE a AS SELECT $1",
    "execute a(1)",
    "deallocate a",
    "create or replace temp table t as select 1",
    "create table t (a integer, b varchar default 'x.csv')",
    "create view v as from models",
    "create macro twice(x) as 2 * x",
    "create or replace macro best(n) as table select * from models order by rank limit n",
    "CREATE TYPE mood AS ENUM ('sad', 'glad')",
    "create index i on t (a)",
    "insert into t select * from models",
    "with a as (select 1) insert into t select * from a",
    "update t set a = 'x.csv' where a = 1",
    "delete from t using u where t.a = u.a",
    "alter table t add column b integer",
    "drop table t",
    "begin",
    "commit",
    "set threads = 1",
    "reset default_order",
    "pragma default_null_order = 'nulls last'",
    "attach ':memory:' as other",
    "use memory",
    `copy t from '${SITE}/x.csv'`,
    `create table t as select * from read_parquet(['${OWN}'])`,
  ])("what is none: %s", async (sql) => {
    expect(await judged(sql)).toEqual({ refusal: null, isQuery: false });
  });
});

describe("does not run", () => {
  it.each(statementsElsewhere(SITE))("%s", async (sql, sentence) => {
    const { refusal } = await judged(sql);
    expect(refusal).toMatch(sentence);
  });

  it("a statement that would break DuckDB down by its length", async () => {
    const columns = Array.from({ length: 20_000 }, (_, i) => `${i} AS c${i}`);
    const { refusal } = await judged(`SELECT ${columns.join(", ")}`);
    expect(refusal).toMatch(
      /^This statement has 317,785 bytes; DuckDB in a browser takes up to 40,000/,
    );
    expect(await judged(`SELECT ${columns.slice(0, 2500).join(", ")}`)).toEqual({
      refusal: null,
      isQuery: true,
    });
  });

  it("what DuckDB would read as several statements, and this page as one", async () => {
    const text = "select 1; copy t to 'x'";
    const statement = { text, from: 0, words: [], strings: [] };
    const { refusal, isQuery } = await judge(engine, statement, SITE);
    expect(refusal).toMatch(/several statements/);
    expect(isQuery).toBe(false);
  });
});

it("judging carries nothing out and looks no name up", async () => {
  await judged("create table made as select 1");
  await judged("select * from no_such_table, no_such_function(1)");
  const made = (await engine.connection.query(
    "SELECT count(*) FROM duckdb_tables() UNION ALL SELECT count(*) FROM duckdb_functions() WHERE NOT internal",
  )) as unknown as Parameters<typeof rowsOf>[0];
  expect(rowsOf(made).flat()).toEqual([0, 0]);
});

it("every table function of this engine is known", async () => {
  const all = (await engine.connection.query(
    "SELECT DISTINCT function_name FROM duckdb_functions() WHERE function_type = 'table'",
  )) as unknown as Parameters<typeof rowsOf>[0];
  const left = rowsOf(all)
    .map(([name]) => String(name))
    .filter((name) => !READERS.has(name) && !CLOSED.has(name) && !/^(duckdb|pragma)_/.test(name));
  expect(left.sort()).toEqual([
    "checkpoint",
    "force_checkpoint",
    "generate_series",
    "range",
    "repeat",
    "repeat_row",
    "summary",
    "test_all_types",
    "test_vector_types",
    "unnest",
  ]);
});
