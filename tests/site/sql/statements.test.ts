import { DuckDBInstance } from "@duckdb/node-api";
import { describe, expect, it } from "vitest";
import { mentioned, splitStatements } from "../../../src/site/sql/statements.ts";

const texts = (script: string) => splitStatements(script).map((s) => s.text);

describe("a script", () => {
  it("is split at its semicolons, whatever stands in strings, names and comments", () => {
    expect(texts("select 1; select 2")).toEqual(["select 1", "select 2"]);
    expect(texts("select ';' as \";\" ; -- a; b\nselect 2 /* ; /* ; */ ; */ ;")).toEqual([
      "select ';' as \";\"",
      "select 2",
    ]);
    expect(texts("select 'it''s;' , e'a\\';b' , $$;$$ , $tag$ $$; $tag$; x")).toEqual([
      "select 'it''s;' , e'a\\';b' , $$;$$ , $tag$ $$; $tag$",
      "x",
    ]);
    expect(texts("")).toEqual([]);
    expect(texts(" -- nothing\n;; /* not closed")).toEqual([]);
    expect(texts("select 'not closed; x")).toEqual(["select 'not closed; x"]);
  });

  it("has as many statements as DuckDB finds, where each begins", async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    const scripts = [
      "select 1;;select 2; ",
      "create table t as select ';' x; insert into t values ('a''b;'); from t",
      "select $$a;b$$; select $x$ ; $$ $x$; select 3",
      '-- first; \nselect 1 /* ; */; select "a;b" from (select 1 as "a;b")',
    ];
    for (const script of scripts) {
      const found = splitStatements(script);
      expect(found.length, script).toBe((await connection.extractStatements(script)).count);
      for (const { from, text } of found) expect(script.slice(from).startsWith(text)).toBe(true);
    }
  });

  it("tells the names and strings that it mentions", () => {
    const [statement] = splitStatements(
      `SELECT "Models".a, 'scores' FROM Models -- history\nJOIN "we""ird" ON x = $$ y $$`,
    );
    expect(statement?.words).toContain("models");
    expect(statement?.words).toContain('we"ird');
    expect(statement?.words).not.toContain("history");
    expect(statement?.strings).toEqual(["scores", " y "]);
    expect(mentioned([statement!], ["models", "scores", "history"])).toEqual(["models"]);
  });

  it("has spaces for comments and for spaces of other kinds, and keeps its length and lines", () => {
    expect(texts("select/* a\n; */1 -- b\r, 2\u00a0as\u200bx;")).toEqual([
      "select    \n    1      , 2 as x",
    ]);
    expect(texts("select ' -- a\u00a0' as \"/* b */\"")).toEqual([
      "select ' -- a\u00a0' as \"/* b */\"",
    ]);
  });
});
