import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { problemOf } from "../../../src/site/sql/errors.ts";
import { splitStatements } from "../../../src/site/sql/statements.ts";

const ORIGIN = "https://board.example";
const AROUND = { origin: ORIGIN, megabytes: 512, tables: ["models", "history"] };

/** What of a script DuckDB 1.5 complains about, by its own message. */
async function marked(script: string, index = 0): Promise<string | null> {
  const statement = splitStatements(script)[index]!;
  const connection = await (await DuckDBInstance.create()).connect();
  const message = await connection.run(statement.text).then(
    () => "no error",
    (error: Error) => error.message,
  );
  const { range } = problemOf(message, statement, AROUND);
  return range && script.slice(range.from, range.to);
}

describe("an error is where it is", () => {
  it.each([
    ["SELEC 1", "SELEC"],
    ["select 1,\n  foo(2)\nfrom range(3)", "foo"],
    ["select 'ü', '漢字漢字', wrong_name from range(3)", "wrong_name"],
    ["select '😀😀', wrong_name from range(3)", "wrong_name"],
    ["select\t1,\n\t\twrong_name\nfrom range(3)", "wrong_name"],
    [`select ${"1, ".repeat(60)} wrong_name, ${"2, ".repeat(60)} 3 from range(3)`, "wrong_name"],
    ["select * from no_such_table where x = 1", "no_such_table"],
    ['select "no such" from range(3)', '"no such"'],
    ["select 1 from range(3) where", "e"],
  ])("%s", async (script, expected) => {
    expect(await marked(script)).toBe(expected);
  });

  it("also in the second statement of a script", async () => {
    const script = "select 1;\n\n-- and\nselect\n  nothing_there from range(2)";
    expect(await marked(script, 1)).toBe("nothing_there");
  });

  it("as DuckDB 0.9 words it", () => {
    const script =
      "select model,\n  averge,\nfrom models where average > 30 and something_very_long_here = 2";
    const [statement] = splitStatements(script);
    const problem = problemOf(
      'Binder Error: Referenced column "something_very_long_here" not found in FROM clause!\n' +
        'Candidate bindings: "models.merged"\n' +
        "LINE 3: from models where average > 30 and something_very_...\n" +
        "                                           ^",
      statement!,
      AROUND,
    );
    expect(script.slice(problem.range!.from, problem.range!.to)).toBe("something_very_long_here");
    expect(problem.text).toBe(
      'Binder Error: Referenced column "something_very_long_here" not found in FROM clause!\n' +
        'Candidate bindings: "models.merged"',
    );
  });
});

describe("sentences for the reader", () => {
  const [statement] = splitStatements("select 1");
  const text = (message: string) => problemOf(message, statement!, AROUND).text;

  it("say which address was not read, and why", () => {
    const refused = (address: string) =>
      text(
        `Invalid Error: NetworkError: Failed to execute 'send' on 'XMLHttpRequest': Failed to load '${address}'.`,
      );
    expect(refused("https://example.org/x.csv")).toMatch(
      /^https:\/\/example\.org\/x\.csv was not asked for anything: queries read files of this site only/,
    );
    expect(refused(`${ORIGIN}.evil.example/x`)).toContain("of this site only");
    expect(refused(`${ORIGIN}/data/none.parquet`)).toContain("is there such a file?");
  });

  it("say how much memory there is", () => {
    for (const message of [
      "Invalid Error: std::bad_alloc",
      "Out of Memory Error: could not allocate block of size 262KB (999.8MB/1.0GB used)\nDatabase is launched in",
    ]) {
      expect(text(message)).toMatch(/more memory than DuckDB may use here \(512 MB\)/);
      expect(problemOf(message, statement!, AROUND).memory).toBe(true);
    }
  });

  it("say how deep a query may nest", () => {
    const message =
      'Parser Error: Max expression depth limit of 100 exceeded. Use "SET max_expression_depth TO x" to increase the maximum expression depth.';
    expect(text(message)).toMatch(/^This nests more than 100 deep, .* CREATE TABLE … AS\.$/);
  });

  it("name the tables that there are", () => {
    const message = 'Catalog Error: Table with name modelz does not exist!\nDid you mean "pg_am"?';
    expect(text(message)).toBe("Table with name modelz does not exist! There are models, history.");
  });

  it("name the extension that is missing", () => {
    const message =
      'Catalog Error: Scalar Function with name "to_json" is not in the catalog, but it exists in the json extension.\n\nPlease try installing';
    expect(text(message)).toMatch(/extension “json”, which would come from another host/);
    const loading =
      'IO Error: Extension "/home/web_user/.duckdb/extensions/v0.9.1/wasm_eh/json.duckdb_extension" not found.';
    expect(text(loading)).toMatch(/extension “json”/);
  });
});
